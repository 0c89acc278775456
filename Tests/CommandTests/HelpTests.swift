import ArgumentParser
import Testing

@testable import Commands

/// The help of every command.
@Suite("Help")
struct HelpTests {
  /// The root and all commands below it.
  private static func all(_ command: any ParsableCommand.Type = Bezoar.self) -> [any ParsableCommand.Type] {
    [command] + command.configuration.subcommands.flatMap { all($0) }
  }

  @Test("No line of a description is broken by a terminal of 80 columns")
  func width() {
    #expect(Self.all().count > 25)
    for command in Self.all() {
      for line in command.configuration.discussion.split(separator: "\n") {
        #expect(line.count < 80, "\(command._commandName): \(line)")
      }
    }
  }
}
