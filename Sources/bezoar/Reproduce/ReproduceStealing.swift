import ArgumentParser
import Experiments
import LinearAlgebra
import Reporting
import StealingStudies

/// The published figures on the theft of models, from data to report.
struct ReproduceStealing: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stealing",
    abstract:
      "The theft of models through prediction APIs: published queries and errors beside measured ones.",
    discussion: """
      Trains the models of the literature, steals each by its published attack and
      judges every statement. Data that are not here leave their rows unmeasured
      ('bezoar data list' shows what is here).

      Examples:
        bezoar reproduce stealing
        bezoar reproduce stealing --rows 1,2,3,8 --seeds 1
        bezoar reproduce stealing --output out/paper --json
      """)

  @Option(help: "Rows of the table of statements, separated by commas; all by default.")
  var rows: String?

  @Flag(help: "Leave out the tables of guards and detectors beside attacks.")
  var noMatrices = false

  @Option(help: "Repetitions of every theft.")
  var seeds = 3

  @Option(name: [.short, .long], help: "Folder for the report and the results.")
  var output = "out/stealing"

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard (1...1000).contains(seeds) else { throw ValidationError("--seeds must be between 1 and 1000") }
    _ = try chosenRows()
  }

  func run() async throws {
    let console = options.console
    var study = StealingReproduction(searchPath: options.searchPath)
    study.seeds = (0..<UInt64(seeds)).map { options.seed &+ $0 }
    study.rows = try chosenRows()
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
      methods: study.cards, outcomes: run.outcomes + run.matrices, claims: run.claims)
    let files = try StealingReport(document, run: run).report.write(
      to: output, with: Gnuplot.find(searchPath: Console.environment("PATH") ?? ""))
    try AtomicFile.write(try document.json(), to: "\(output)/results.json")
    if options.json {
      console.write(try document.json())
    } else {
      console.write(StealingReport.handOut)
      console.write(StealingReport.table(run))
    }
    for remark in files.remarks { console.note(remark) }
    console.note("report: \(files.page)")
    console.note("time: \((ContinuousClock.now - started).seconds.fixed(1)) s")
  }

  private func chosenRows() throws -> Set<Int>? {
    guard let rows else { return nil }
    let known = StealingReproduction.knownRows
    return Set(
      try rows.split(separator: ",").map { word in
        guard let row = Int(word), known.contains(row) else {
          throw ValidationError(
            "'\(word)' is no row; the rows are \(known.map(String.init).joined(separator: ", "))")
        }
        return row
      })
  }
}
