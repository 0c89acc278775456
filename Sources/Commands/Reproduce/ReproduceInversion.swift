import Files
import ArgumentParser
import Experiments
import InversionStudies
import Reporting
import Workbench

/// The published figures on privacy, from data to report.
struct ReproduceInversion: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inversion",
    abstract:
      "Attacks on privacy: attributes, faces, membership and reconstruction, published beside measured.",
    discussion: """
      Trains the models of the literature, attacks each as published, sets guesses
      that need no model beside every attack, and judges every statement. Data that
      are not here leave their rows unmeasured ('bezoar data list' shows what is
      here). Row 11 asks a service on a free port of this machine where the program
      has HTTP (trait HTTP).

      Examples:
        bezoar reproduce inversion
        bezoar reproduce inversion --rows 3,4 --seeds 20
        bezoar reproduce inversion --list
        bezoar reproduce inversion --only vkorc1-map,priority-top
        bezoar reproduce inversion --output out/paper --json
      """)

  @OptionGroup var statements: StatementOptions

  @OptionGroup var named: NamedStatements

  @Option(
    help: """
      Repetitions of every experiment; the longest ones run fewer times and say so. A single one is not judged.
      """)
  var seeds = 10

  @Option(name: [.short, .long], help: "Folder for the report and the results.")
  var output = "out/inversion"

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    _ = try options.seeds(seeds)
    _ = try named.chosen(from: entries())
  }

  /// The statements of the rows that were asked for.
  private func entries() throws -> [StatementEntry] {
    let rows = try statements.chosen(from: InversionReproduction.knownRows)
    return InversionReproduction.entries.filter { rows?.contains($0.row) ?? true }
  }

  func run() async throws {
    guard !named.list else { return try named.show(entries(), options) }
    var chapter = InversionChapter()
    chapter.seeds = try options.seeds(seeds)
    chapter.rows = try statements.chosen(from: InversionReproduction.knownRows)
    chapter.only = try named.chosen(from: entries())
    try AtomicFile.createFolder(output)
    let started = ContinuousClock.now
    let result = try await chapter.run(options.context)
    try options.publish(result, to: output, since: started)
  }
}
