import ArgumentParser
import Experiments
import LinearAlgebra
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
        bezoar reproduce stealing --output out/paper --json
      """)

  @OptionGroup var statements: StatementOptions

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
    _ = try statements.chosen(from: StealingReproduction.knownRows)
  }

  func run() async throws {
    let console = options.console
    var study = StealingReproduction(searchPath: options.searchPath)
    study.seeds = try options.seeds(seeds)
    study.rows = try statements.chosen(from: StealingReproduction.knownRows)
    study.hasMatrices = !noMatrices
    study.workers = options.threadCount
    try AtomicFile.createFolder(output)
    let started = ContinuousClock.now
    let progress = SharedProgress("thefts", console: console)
    let reproduction = study
    let run = try await Interruption.cancelling {
      try await reproduction.run { done, total in
        try Interruption.check()
        progress.show(done: done, of: total)
      }
    }
    progress.finish()
    let document = ResultsDocument(
      tool: .init(version: Bezoar.version, blas: BLASRuntime.coreName),
      parameters: [
        "command": "reproduce stealing", "seeds": .list(study.seeds.map { .integer(Int(clamping: $0)) }),
        "rows": .list((study.rows?.sorted() ?? StealingReproduction.knownRows).map { .integer($0) }),
      ],
      methods: study.methods, outcomes: run.outcomes + run.matrices, claims: run.claims)
    try document.publish(
      StealingReport(document, run: run).report, to: output,
      showing: [StealingReport.handOut, StealingReport.table(run)] + StealingReport.details(run),
      options: options, since: started)
    if !options.json {
      for sentence in Headline(run.claims).sentences { console.write("\(sentence)\n") }
    }
  }
}
