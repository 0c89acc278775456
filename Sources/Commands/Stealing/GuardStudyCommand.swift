import ArgumentParser
import Experiments
import Learning
import LinearAlgebra
import Methods
import Querying
import Reporting
import Stealing
import StealingStudies
import Tabular
import Workbench

/// Guards beside attacks on a model of the user's.
struct GuardStudyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "guard-study",
    abstract: "Measure on a model of yours what guards of its answers cost, and what attacks still get.",
    discussion: """
      For every guard: the share of honest rows whose label changes, the mean total
      variation of the probabilities and the share of refusals; and what each attack
      that fits the model gets past it, in how many queries, beside the same attack
      on the model without a guard. Every seed divides the rows anew into those that
      guards are set up with and those that are held out.

      Examples:
        bezoar guard-study --model model.json --data rows.csv
        bezoar guard-study --model model.json --data rows.csv --seeds 3 \\
          --guard rounding:decimals=2 --guard label-only --attack equation \\
          --attack retrain-adaptive --budget 1000 -o out/guards

      'bezoar list --family guard' shows the guards, 'bezoar serve' puts them before
      a model or before a service that stays where it is.
      """)

  @Option(help: ArgumentHelp("Model file, .json or .onnx.", valueName: "file"))
  var model: String

  @Option(
    help: ArgumentHelp(
      "Rows as the model's users have them: a file or the id of a data set.", valueName: "file|id"))
  var data: String

  @Option(
    help: ArgumentHelp(
      "Training rows of the model, for guards that hide who is in it.", valueName: "file|id"))
  var members: String?

  @Option(
    name: .customLong("guard"),
    help: ArgumentHelp(
      "A guard with its settings; may be repeated. (default: all that fit, with their defaults)",
      valueName: "id[:name=value,…]"))
  var guards: [String] = []

  @Option(
    name: .customLong("attack"),
    help: ArgumentHelp("Id of an attack; may be repeated. (default: all that fit but auto)", valueName: "id"))
  var attacks: [String] = []

  @Option(
    help: ArgumentHelp(
      "Range of the numbers whose range is not known, or a JSON file with the inputs. (default: that of --data)",
      valueName: "low:high|file"))
  var ranges: String?

  @Option(help: ArgumentHelp("Most queries of an attack.", valueName: "rows"))
  var budget = 1000

  @Option(help: "Repetitions of every attack.")
  var seeds = 5

  @Option(
    help: ArgumentHelp(
      "Most held-out rows that honest costs and copies are measured on.", valueName: "rows"))
  var rows = 500

  @Option(
    name: [.short, .long], help: ArgumentHelp("Folder for the report and the results.", valueName: "folder"))
  var output = "out/guard-study"

  @OptionGroup(title: TableFormat.title) var format: TableFormat

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard budget > 0 else { throw ValidationError("--budget must be at least 1, not \(budget)") }
    guard rows >= 10 else { throw ValidationError("--rows must be at least 10, not \(rows)") }
    _ = try options.seeds(seeds)
    try usage {
      _ = try guards.map { try MethodRegistry.current.guards.make(specification: $0) }
      _ = try attacks.map { try MethodRegistry.current.extractionAttacks.make($0) }
    }
  }

  func run() async throws {
    BLASRuntime.setThreads(1)
    let (console, started) = (options.console, ContinuousClock.now)
    let study = try study()
    try AtomicFile.createFolder(output)
    let progress = SharedProgress("thefts", console: console)
    let run = try await Interruption.cancelling {
      try await study.run { done, total in
        try Interruption.check()
        if total > 0 { progress.show(done: done, of: total) }
      }
    }
    progress.finish()
    let (name, rows) = (TableOptions.name(model), TableOptions.name(data))
    let report = GuardStudyReport(run.cells, dataset: rows, model: name, remarks: run.remarks)
    let document = ResultsDocument(
      tool: .init(version: Bezoar.version, blas: BLASRuntime.coreName),
      parameters: [
        "command": "guard-study", "model": .text(name), "data": .text(rows),
        "sha256": .text(try DataSource(data, searchPath: options.searchPath).sha256()),
        "seeds": .list(try options.seeds(seeds).map { .integer(Int(clamping: $0)) }),
        "guards": .list(guards.map { .text($0) }), "budget": .integer(budget),
      ], methods: run.methods, outcomes: report.outcomes, claims: [])
    try document.publish(
      report.page(
        run.methods, title: "Guards of \(name)",
        colophon: "bezoar \(Bezoar.version), seeds from \(options.seed)"),
      to: output, showing: [report.costs, report.thefts], options: options, since: started)
    if !options.json { for remark in report.remarks { console.note(remark) } }
  }

  private func study() throws -> GuardStudyRun {
    let file = try ModelReader.read(model, console: options.console)
    let pipeline = file.pipeline
    func table(_ name: String) throws -> Table {
      try format.table(name, options, targets: [pipeline.targetName], for: file).asked(
        besides: pipeline.targetName, inputs: pipeline.describedColumns.map(\.name))
    }
    let honest = try table(data)
    let (columns, notes) = try ColumnRanges(
      description: try ranges.map { try InputDescription($0) },
      examples: [ColumnRanges.Example(honest, name: "the rows of \(TableOptions.name(data))")]
    ).columns(pipeline.describedColumns)
    let oracle = PipelineOracle(pipeline, columns: columns)
    func queries(_ table: Table) throws -> Matrix {
      try table.placing { try oracle.schema.rows(of: table) }
    }
    for note in notes { options.console.note(note) }
    var study = try GuardStudyRun(
      oracle, honest: try queries(honest), members: try members.map { try queries(table($0)) },
      guards: try guards.map { .init(name: $0, try MethodRegistry.current.guards.make(specification: $0)) },
      attacks: try attacks.map { try MethodRegistry.current.extractionAttacks.make($0) },
      knownGuards: MethodRegistry.current.guards, knownAttacks: MethodRegistry.current.extractionAttacks,
      budget: budget, seeds: try options.seeds(seeds))
    (study.testLimit, study.workers) = (rows, options.threadCount)
    return study
  }
}
