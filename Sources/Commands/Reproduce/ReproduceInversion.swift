import ArgumentParser
import Experiments
import InversionStudies
import LinearAlgebra
import Reporting
import Workbench

#if HTTP
  import PredictionAPI
#endif

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
        bezoar reproduce inversion --output out/paper --json
      """)

  @OptionGroup var statements: StatementOptions

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
    _ = try statements.chosen(from: InversionReproduction.knownRows)
  }

  func run() async throws {
    let console = options.console
    var study = InversionReproduction(searchPath: options.searchPath)
    study.seeds = try options.seeds(seeds)
    study.rows = try statements.chosen(from: InversionReproduction.knownRows)
    study.workers = options.threadCount
    #if HTTP
      study.host = PredictionServer.host
    #endif
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
        "over_http": .flag(study.host != nil),
      ],
      methods: study.methods, outcomes: run.outcomes, claims: run.claims)
    try document.publish(
      InversionReport(document, run: run).report, to: output, showing: [InversionReport.table(run)],
      options: options,
      since: started)
  }
}
