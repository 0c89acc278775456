import ArgumentParser
import Experiments
import Inversion
import Learning
import LinearAlgebra
import Methods
import Querying
import Reporting
import Stealing
import Tabular
import Workbench

/// Says of records how likely they were in the training data of a model.
struct MembershipCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "membership",
    abstract: "Find out which records a model was trained on, and how well that can be done.",
    discussion: """
      The model is trained here on half of the records (--train), or is a file with
      the records that it was trained on (--members) and others (--others). Attacks
      with shadow models (shadow, lira, rmia) train models like it on halves of the
      same records. Guards stand before the attacked model only: shadow models are
      the attacker's own. Attacks that cannot work on what guards leave are left out.

      Examples:
        bezoar membership --train tree --data adult --target income --rows 2000 \\
          --attack gap,lira
        bezoar membership --train logistic --data adult --target income \\
          --rows 2000 --shadows 256
        bezoar membership --model m.json --members training.csv \\
          --others test.csv --attack loss,entropy
        bezoar membership --train mlp --data adult --target income --rows 2000 \\
          --guard rounding:step=0.1
        bezoar membership --model http://127.0.0.1:8080 --members training.csv \\
          --others test.csv --target income

      In the output folder: report.html with the curves on log axes, curves as CSV,
      results.json, and risk.csv with the file and row of every record, its scores,
      and the share of others that score as high.
      """)

  @Option(
    help: ArgumentHelp("Model file to attack, or the address of a prediction service.", valueName: "file|url")
  )
  var model: String?

  @Option(help: ArgumentHelp("Records that the model file was trained on.", valueName: "file"))
  var members: String?

  @Option(help: ArgumentHelp("Records that it was not trained on.", valueName: "file"))
  var others: String?

  @Option(
    help: ArgumentHelp(
      "Kind of model to train, by its id; with --model, that of its shadow models.", valueName: "id"))
  var train: String?

  @Option(
    name: .customLong("train-set"),
    help: ArgumentHelp("A setting of the trained models.", valueName: "name=value"))
  var trainSettings: [String] = []

  @Option(help: ArgumentHelp("Records: a file or the id of a data set.", valueName: "file|id"))
  var data: String?

  @Option(help: ArgumentHelp("Column that the model predicts.", valueName: "column"))
  var target: String?

  @Option(help: ArgumentHelp("Use so many records, drawn at random. (default: all)", valueName: "records"))
  var rows: Int?

  @Option(help: ArgumentHelp("Columns that are not used, separated by commas.", valueName: "columns"))
  var ignore: String?

  @Option(
    help: ArgumentHelp(
      "Range of the numbers whose range is not known, or a JSON file with the inputs. (default: that of the members)",
      valueName: "low:high|file"))
  var ranges: String?

  @Option(
    help: ArgumentHelp(
      "Attacks, separated by commas: gap, loss, entropy, shadow, lira, rmia, label-only. (default: all that work)",
      valueName: "ids"))
  var attack: String?

  @Option(
    name: .customLong("guard"),
    help: ArgumentHelp(
      "Guard that the answers of the attacked model pass, such as rounding:decimals=2; may be repeated.",
      valueName: "id:name=value,..."))
  var guards: [String] = []

  @Option(name: .customLong("set"), help: ArgumentHelp("A setting of the attack.", valueName: "name=value"))
  var settings: [String] = []

  @Option(help: "Shadow models, an even number; 0 for none.")
  var shadows = 64

  @Option(
    name: [.short, .long], help: ArgumentHelp("Folder for the report and the results.", valueName: "folder"))
  var output = "out/membership"

  @OptionGroup(title: ConnectionOptions.title) var connection: ConnectionOptions

  @OptionGroup(title: TableFormat.title) var format: TableFormat

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    try connection.check(format)
    guard asksService || connection.given(format).isEmpty else {
      throw ValidationError("\(connection.given(format)[0]) goes with the address of a service in --model")
    }
    if model != nil {
      guard members != nil, others != nil, data == nil else {
        throw ValidationError("--model needs --members and --others, and no --data")
      }
      guard !asksService || guards.isEmpty else {
        throw ValidationError("--guard goes with a model file or --train; a service has its own guards")
      }
      guard !asksService || target != nil else { throw ValidationError("a service needs --target") }
    } else {
      guard train != nil, data != nil, target != nil else {
        throw ValidationError("give --train, --data and --target, or --model, --members and --others")
      }
    }
    guard model != nil || ranges == nil else { throw ValidationError("--ranges goes with --model") }
    guard (0...100_000).contains(shadows), shadows.isMultiple(of: 2) else {
      throw ValidationError("--shadows must be 0 or an even number up to 100000, not \(shadows)")
    }
    if let rows, rows < 20 { throw ValidationError("--rows must be at least 20, not \(rows)") }
    try usage {
      _ = try attacks()
      _ = try recipe()
      _ = try guardEntries()
    }
  }

  func run() async throws {
    BLASRuntime.setThreads(1)
    try AtomicFile.createFolder(output)
    let started = ContinuousClock.now
    let page = try await Interruption.cancelling { [self] in try await MembershipRun(command: self).run() }
    options.console.note("report: \(page)")
    options.console.note("time: \((ContinuousClock.now - started).seconds.fixed(2)) s")
  }

  /// Whether the model is asked over the network.
  var asksService: Bool {
    model.map { $0.hasPrefix("http://") || $0.hasPrefix("https://") } ?? false
  }

  /// How models are trained; nil without a kind of model.
  func recipe() throws -> (any ClassifierRecipe)? {
    guard let train else { return nil }
    guard
      case .classifier(let recipe) = try MethodRegistry.current.learners.make(
        train, settings: MethodSettings(trainSettings))
    else {
      throw ValidationError("\(train) predicts a number; membership needs a classifier")
    }
    return recipe
  }

  /// The guards with their settings.
  func guardEntries() throws -> [MethodEntry] {
    try guards.map { specification in
      let made = try MethodRegistry.current.guards.make(specification: specification)
      return type(of: made).entry
    }
  }

  /// The attacks that are asked for; settings go to the only one that is named.
  func attacks() throws -> [any MembershipAttack] {
    let names = attack.map { ListOption.items($0) }
    if !settings.isEmpty, names?.count != 1 {
      throw ValidationError("--set needs one attack, named by --attack")
    }
    // Label only asks fifty times for every record, so it must be asked for.
    let ids =
      names ?? MethodRegistry.current.membershipAttacks.ids.filter { $0 != Inversion.LabelOnly.card.id }
    return try ids.map {
      try MethodRegistry.current.membershipAttacks.make($0, settings: MethodSettings(settings))
    }
  }
}
