import ArgumentParser
import Experiments
import Learning
import LinearAlgebra
import Methods
import Poisoning
import Reporting
import Tabular
import Workbench

/// Poisons a table of the user.
struct PoisonCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "poison",
    abstract: "Poison a table of your own and measure what it does to a model.",
    discussion: """
      The rows are split at random. A third are test rows, which neither the
      attacker nor the model sees and which only measure the damage; a third are
      the attacker's validation rows; the rest is the training set. The output
      holds only the training set with the poison mixed in. Your rows stand there
      as in your file, byte for byte; poison is written like them, stays inside
      the ranges and categories of the whole table and has as many levels of every
      group of 0/1 columns as clean rows have: one, none or several. Columns that
      no model reads get the fields of rows that were held back. Beside the output
      stands a file that says which rows are poison.

      Only linear models of a number are attacked; a target of classes is refused.

      Examples:
        bezoar poison --data doses.csv --target dose -o poisoned.csv
        bezoar poison --data doses.csv --target dose --attack bgd \\
          --set step=0.1 --rate 0.08 --model lasso -o poisoned.csv
        bezoar poison --data doses.csv --target dose --parts part -o poisoned.csv
        bezoar defend --data poisoned.csv --target dose --defence trim

      'bezoar list --family poisoning' shows the attacks.
      """)

  @OptionGroup var source: TableOptions

  @Option(help: "Attack, by its id in 'bezoar list'.")
  var attack = "optp"

  @Option(help: "Share of poison in the poisoned training set, above 0 and at most 0.99.")
  var rate = 0.08

  @OptionGroup var model: ModelOptions

  @Option(name: .customLong("set"), help: ArgumentHelp("A setting of the attack.", valueName: "name=value"))
  var settings: [String] = []

  @Option(help: "Share of the rows on which the attacker measures its success; 0 to use the training rows.")
  var validation = 0.33

  @Option(help: "Share of the rows kept unseen to measure the damage; 0 to measure none.")
  var test = 0.33

  @Option(
    help: ArgumentHelp(
      "Column that says training, validation or test for every row, in place of a random split.",
      valueName: "column"))
  var parts: String?

  @Option(
    help: ArgumentHelp(
      "Data that the attacker knows instead of the training set (black-box attack).", valueName: "file"))
  var substitute: String?

  @Option(name: [.short, .long], help: ArgumentHelp("File for the poisoned table.", valueName: "file"))
  var output: String

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    try checkRate(rate)
    try source.check(intercept: !model.noIntercept)
    for (name, share) in [("validation", validation), ("test", test)] where !(share >= 0 && share < 1) {
      throw ValidationError("--\(name) must be at least 0 and below 1, not \(share)")
    }
    guard validation + test < 1 else {
      throw ValidationError("--validation and --test must leave rows to train on; their sum must be below 1")
    }
    try usage {
      _ = try MethodRegistry.current.poisoningAttacks.make(attack, settings: MethodSettings(settings))
    }
    guard output != source.data, output != substitute else {
      throw ValidationError("--output would overwrite \(output); give another name")
    }
  }

  func run() async throws {
    BLASRuntime.setThreads(1)
    let console = options.console
    let user = try source.load(ignoring: parts, intercept: !model.noIntercept, console: console)
    for note in user.design.notes { console.note(note) }
    let split = try parts.map { column in try user.table.placing { try user.split(by: column) } }
    let result = try TablePoisoning(
      user: user,
      attack: try MethodRegistry.current.poisoningAttacks.make(attack, settings: MethodSettings(settings)),
      attackID: attack, rate: rate, model: model, validationShare: validation, testShare: test, parts: split,
      partsColumn: parts,
      substitute: try substitute.map { try user.rows(of: $0, source.format, console: console) },
      seed: options.seed,
      workers: options.threadCount
    ).run(Interruption.check)
    let flags = PoisonFlags.path(for: output)
    try AtomicFile.write(result.file, to: output)
    try AtomicFile.write(TableWriter.bytes(PoisonFlags.table(result.isPoison)), to: flags)
    if let levels = result.levels { console.note("poison keeps the group sizes of clean rows: \(levels)") }
    if options.json {
      console.write(try document(user, result).json())
    } else {
      show(user, result, on: console)
    }
    console.note("attack: \(result.duration.seconds.fixed(3)) s")
    console.note("poisoned table: \(output)")
    console.note("which rows are poison: \(flags)")
  }

  private func document(_ user: UserTable, _ result: TablePoisoning.Result) -> ResultsDocument {
    ResultsDocument(
      tool: .init(version: Bezoar.version, blas: BLASRuntime.coreName),
      parameters: [
        "command": "poison", "data": .text(user.name), "sha256": .text(user.sha256),
        "target": .text(source.target), "attack": .text(attack), "rate": .number(rate),
        "model": .text(model.model), "penalty": result.learner.penalty, "penalty_unit": result.learner.unit,
        "raw_penalty": result.learner.rawPenalty,
        "scale": .text(source.scaling(intercept: !model.noIntercept).rawValue),
        "intercept": .flag(!model.noIntercept),
        "levels": result.levels.map { .text($0) } ?? .missing,
        "settings": .list(settings.map { .text($0) }), "validation": .number(validation),
        "test": .number(test), "parts": parts.map { .text($0) } ?? .missing,
        "black_box": .flag(substitute != nil),
        "seed": .integer(Int(clamping: options.seed)),
        "training_rows": .integer(result.trainingRows), "poison_rows": .integer(result.poisonRows),
        "test_rows": .integer(result.testRows), "target_scale": .number(user.design.targetScaling.scale),
      ],
      methods: MethodRegistry.current.poisoningAttacks.entries.filter {
        $0.id == attack || $0.id == RandomRows.card.id
      }
        + MethodRegistry.current.learners.entries.filter { $0.id == model.model },
      outcomes: result.outcomes(
        dataset: user.name, model: model.model, seed: options.seed, inUnit: user.inUnit(meanSquaredError:)),
      claims: [])
  }

  private func show(_ user: UserTable, _ result: TablePoisoning.Result, on console: Console) {
    console.write(
      "\(model.model)\(result.learner.description); \(result.trainingRows) training rows and \(result.poisonRows) poison rows "
        + "(\((Double(result.poisonRows) / Double(result.isPoison.count)).percent(1)))\n")
    guard let clean = result.errors.first?.meanSquaredError else {
      console.write("no test rows were kept, so the damage was not measured; --test 0.33 keeps some\n")
      return
    }
    var table = TextTable(
      title: "Error on \(result.testRows) unseen test rows",
      columns: [
        .init("Training set"), .number("RMSE (\(source.target))"),
        .number(model.noIntercept ? "MSE, target over its largest" : "MSE, target in [0, 1]"),
        .number("times clean"),
      ],
      note: "Test rows were kept out of the training set, the poison and the output; they only measure.")
    for error in result.errors {
      table.append([
        .init(error.title), .init(user.inUnit(meanSquaredError: error.meanSquaredError).significant(4)),
        .init(error.meanSquaredError.significant(4)),
        .init(clean > 0 ? (error.meanSquaredError / clean).fixed(2) : "n/a"),
      ])
    }
    console.write(table)
  }
}
