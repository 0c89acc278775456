import ArgumentParser
import Experiments
import Learning
import LinearAlgebra
import Methods
import Poisoning
import Reporting
import Tabular
import Workbench

/// Defends the training on a table of the user.
struct DefendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "defend",
    abstract: "Find poisoned rows in a table of your own and learn without them.",
    discussion: """
      Where the file that 'bezoar poison' wrote beside the data says which rows
      are poison (poisoned.flags.csv for poisoned.csv), the defence is scored
      against it; the defence itself never sees it. Only linear models of a number
      are defended; a target of classes is refused.

      Examples:
        bezoar defend --data poisoned.csv --target dose --rate 0.08
        bezoar defend --data poisoned.csv --target dose -o cleaned.csv \\
          --rejected rejected.csv
        bezoar defend --data new.csv --target dose --defence range \\
          --reference audited.csv

      Rows that are kept or rejected leave as they stand in the file, byte for
      byte; rejected ones have their number among the rows, from 1, and their line
      in the file in front: in columns 'row' and 'line', or 'row_number' and
      'line_number' where the table has such ones (LIBSVM lines stay as they are).

      'bezoar list --family training-defence' shows the defences.
      """)

  @OptionGroup var source: TableOptions

  @Option(help: "Defence, by its id in 'bezoar list'.")
  var defence = "trim"

  @Option(help: "Share of poison that the defence prepares for, above 0 and at most 0.99.")
  var rate = 0.08

  @OptionGroup var model: ModelOptions

  @Option(name: .customLong("set"), help: ArgumentHelp("A setting of the defence.", valueName: "name=value"))
  var settings: [String] = []

  @Option(
    help: ArgumentHelp(
      "Which rows are poison, to score the defence. (default: the flags beside the data, if any)",
      valueName: "file"))
  var flags: String?

  @Option(help: ArgumentHelp("Rows known to be clean, with the same columns.", valueName: "file"))
  var reference: String?

  @Option(
    name: [.short, .long], help: ArgumentHelp("File for the rows that were kept.", valueName: "file"))
  var output: String?

  @Option(help: ArgumentHelp("File for the rows that were rejected.", valueName: "file"))
  var rejected: String?

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    try checkRate(rate)
    try source.check(intercept: !model.noIntercept)
    try usage {
      _ = try MethodRegistry.current.trainingDefences.make(defence, settings: MethodSettings(settings))
    }
    for path in [output, rejected].compactMap({ $0 }) where [source.data, flags, reference].contains(path) {
      throw ValidationError("\(path) would be overwritten; give another name")
    }
    if let output, output == rejected {
      throw ValidationError("--output and --rejected must be different files")
    }
  }

  func run() async throws {
    BLASRuntime.setThreads(1)
    let console = options.console
    let user = try source.load(intercept: !model.noIntercept, console: console)
    for note in user.design.notes { console.note(note) }
    let flagFile = flags ?? PoisonFlags.found(for: source.data)
    let isPoison = try flagFile.map { try PoisonFlags.read(path: $0, rows: user.table.rowCount) }
    if let flagFile { console.note("scored by \(flagFile)") }
    let result = try TableDefence(
      user: user,
      defence: try MethodRegistry.current.trainingDefences.make(defence, settings: MethodSettings(settings)),
      defenceID: defence, rate: rate, model: model, isPoison: isPoison,
      reference: try reference.map { try user.rows(of: $0, source.format, console: console) },
      seed: options.seed, workers: options.threadCount
    ).run(Interruption.check)
    try write(user, result, on: console)
    if options.json {
      console.write(try document(user, result, isScored: isPoison != nil).json())
    } else {
      show(user, result, on: console)
    }
  }

  private func write(_ user: UserTable, _ result: TableDefence.Result, on console: Console) throws {
    if let output {
      let isRejected = Set(result.rejected)
      let kept = (0..<user.table.rowCount).filter { !isRejected.contains($0) }
      try AtomicFile.write(user.text.file(kept.map { .record($0) }), to: output)
      console.note("kept rows: \(output)")
    }
    if let rejected {
      let taken = Set(user.table.columns.map(\.name))
      func free(_ word: String) -> String {
        [word, "\(word)_number"].first { !taken.contains($0) } ?? "\(word)_number_in_\(user.name)"
      }
      let bytes = user.text.file(
        result.rejected.map { .record($0) },
        firstFields: [
          (free("row"), result.rejected.map { "\($0 + 1)" }),
          (free("line"), lines(of: result.rejected, user).map { "\($0)" }),
        ])
      if user.text.isSparse {
        console.note("LIBSVM lines have no field for a row number; --json lists the numbers of rejected rows")
      }
      try AtomicFile.write(bytes, to: rejected)
      console.note("rejected rows: \(rejected)")
    }
  }

  /// The lines of the file on which rows begin.
  private func lines(of rows: [Int], _ user: UserTable) -> [Int] {
    rows.compactMap { user.table.reading?.line(ofRow: $0) }
  }

  private func document(
    _ user: UserTable, _ result: TableDefence.Result, isScored: Bool
  ) -> ResultsDocument {
    ResultsDocument(
      tool: .init(version: Bezoar.version, blas: BLASRuntime.coreName),
      parameters: [
        "command": "defend", "data": .text(user.name), "sha256": .text(user.sha256),
        "target": .text(source.target), "defence": .text(defence), "rate": .number(rate),
        "model": .text(model.model), "penalty": result.learner.penalty, "penalty_unit": result.learner.unit,
        "raw_penalty": result.learner.rawPenalty,
        "scale": .text(source.scaling(intercept: !model.noIntercept).rawValue),
        "intercept": .flag(!model.noIntercept),
        "settings": .list(settings.map { .text($0) }), "reference": .flag(reference != nil),
        "scored": .flag(isScored), "seed": .integer(Int(clamping: options.seed)),
        "rows": .integer(user.design.count), "target_scale": .number(user.design.targetScaling.scale),
        "rejected_rows": .list(result.rejected.map { .integer($0 + 1) }),
        "rejected_lines": .list(lines(of: result.rejected, user).map { .integer($0) }),
      ],
      methods: MethodRegistry.current.trainingDefences.entries.filter { $0.id == defence }
        + MethodRegistry.current.learners.entries.filter { $0.id == model.model },
      outcomes: [
        Outcome(
          dataset: user.name, model: model.model, attack: isScored ? "flagged" : "unknown", defence: defence,
          rate: rate, seed: options.seed, metrics: result.metrics)
      ],
      claims: [])
  }

  private func show(_ user: UserTable, _ result: TableDefence.Result, on console: Console) {
    console.write(
      "\(model.model)\(result.learner.description), defended by \(defence): \(result.rejected.count) of \(user.design.count) rows "
        + "rejected\n")
    if !result.rejected.isEmpty {
      let numbers = result.rejected.prefix(20).map { "\($0 + 1)" }.joined(separator: ", ")
      console.write("rejected rows: \(numbers)\(result.rejected.count > 20 ? ", ..." : "")\n")
    }
    var table = TextTable(
      title: "Root mean square error (\(source.target))",
      columns: [.init("Measured on"), .number("no defence"), .number(defence)], note: result.note)
    for line in result.lines {
      table.append([.init(line.title), .init(text(user, line.before)), .init(text(user, line.after))])
    }
    console.write(table)
    guard let recall = result.metrics["recall"] else { return }
    var score = TextTable(title: "Rejected rows against the flags", columns: [.init("Score"), .number("")])
    score.append(["precision", .init(result.metrics["precision"]?.percent(1) ?? "n/a")])
    score.append(["recall", .init(recall.percent(1))])
    score.append(["clean rows rejected", .init(result.metrics["clean_rejected"]?.percent(1) ?? "n/a")])
    console.write(score)
  }

  private func text(_ user: UserTable, _ meanSquaredError: Double?) -> String {
    meanSquaredError.map { user.inUnit(meanSquaredError: $0).significant(4) } ?? "n/a"
  }
}
