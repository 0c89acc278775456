import Files
import ArgumentParser
import Experiments
import Reporting
import StealingStudies
import Workbench

/// The published figures on the theft of models, from data to report.
struct ReproduceStealing: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stealing",
    abstract:
      "The theft of models through prediction APIs: published queries and errors beside measured ones.",
    discussion: """
      Trains the models of the literature, steals each and judges every statement by
      rules that the report prints: numbers of others, of peers and of this project
      are told apart and counted apart. Data that are not here leave their rows
      unmeasured ('bezoar data list' shows what is here).

      Examples:
        bezoar reproduce stealing
        bezoar reproduce stealing --rows 1,2,3,8 --seeds 2
        bezoar reproduce stealing --list
        bezoar reproduce stealing --only binary-error,digits-error
        bezoar reproduce stealing --output out/paper --json
      """)

  @OptionGroup var statements: StatementOptions

  @OptionGroup var named: NamedStatements

  @Flag(help: "Leave out the tables of guards and detectors beside attacks.")
  var noMatrices = false

  @Option(
    help: """
      Repetitions of every theft, each with a victim of its own; the longest run fewer times. A single one is not \
      judged.
      """)
  var seeds = 10

  @Option(name: [.short, .long], help: "Folder for the report and the results.")
  var output = "out/stealing"

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    _ = try options.seeds(seeds)
    _ = try named.chosen(from: entries())
  }

  /// The statements of the rows that were asked for.
  private func entries() throws -> [StatementEntry] {
    let rows = try statements.chosen(from: StealingReproduction.knownRows)
    return StealingReproduction.entries.filter { rows?.contains($0.row) ?? true }
  }

  func run() async throws {
    guard !named.list else { return try named.show(entries(), options) }
    var chapter = StealingChapter()
    chapter.seeds = try options.seeds(seeds)
    chapter.rows = try statements.chosen(from: StealingReproduction.knownRows)
    chapter.only = try named.chosen(from: entries())
    chapter.hasMatrices = !noMatrices
    try AtomicFile.createFolder(output)
    let started = ContinuousClock.now
    let result = try await chapter.run(options.context)
    try options.publish(result, to: output, since: started)
  }
}
