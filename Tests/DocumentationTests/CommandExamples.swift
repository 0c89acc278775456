import Workbench
import Commands
import Methods
import Poisoning
import Testing

@Suite("Examples of programs of one's own")
struct CommandExamples {
  @Test("Commands: a registry holds the built-in methods, and one more is listed")
  func registry() {
    // Example: Commands
    var methods = MethodRegistry.builtIn
    methods.poisoningAttacks.add(FarthestFlip.self)
    let program = { await Program.run(methods) }
    // End
    // The program ends the process, so that it is not run here.
    _ = program
    #expect(methods.poisoningAttacks.ids.contains("flip"))
  }
}
