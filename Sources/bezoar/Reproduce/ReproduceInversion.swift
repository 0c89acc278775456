import ArgumentParser
import Experiments
import LinearAlgebra
import Reporting
import InversionStudies

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
      here).

      Examples:
        bezoar reproduce inversion
        bezoar reproduce inversion --rows 3,4 --seeds 20
        bezoar reproduce inversion --output out/paper --json
      """)

  @Option(help: "Rows of the table of statements, separated by commas; all by default.")
  var rows: String?

  @Option(help: "Repetitions of every experiment; the longest ones run fewer times and say so.")
  var seeds = 10

  @Option(name: [.short, .long], help: "Folder for the report and the results.")
  var output = "out/inversion"

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard (1...1000).contains(seeds) else { throw ValidationError("--seeds must be between 1 and 1000") }
    _ = try chosenRows()
  }

  func run() async throws {
    let console = options.console
    var study = InversionReproduction(searchPath: options.searchPath)
    study.seeds = (0..<UInt64(seeds)).map { options.seed + $0 }
    study.rows = try chosenRows()
    study.workers = options.threadCount
    try AtomicFile.createFolder(output)
    let started = ContinuousClock.now
    let progress = SharedProgress("experiments", console: console)
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
        "command": "reproduce inversion", "seeds": .list(study.seeds.map { .integer(Int($0)) }),
        "rows": .list((study.rows?.sorted() ?? InversionReproduction.knownRows).map { .integer($0) }),
      ],
      methods: study.cards, outcomes: run.outcomes, claims: run.claims)
    let files = try InversionReport(document, run: run).report.write(
      to: output, with: Gnuplot.find(searchPath: Console.environment("PATH") ?? ""))
    try AtomicFile.write(try document.json(), to: "\(output)/results.json")
    if options.json {
      console.write(try document.json())
    } else {
      console.write(InversionReport.table(run))
    }
    for remark in files.remarks { console.note(remark) }
    console.note("report: \(files.page)")
    console.note("time: \((ContinuousClock.now - started).seconds.fixed(1)) s")
  }

  private func chosenRows() throws -> Set<Int>? {
    guard let rows else { return nil }
    let known = InversionReproduction.knownRows
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
