import Files
import Datasets
import ArgumentParser
import Reporting
import Guarding
import StealingStudies
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
    try usage { _ = try request().candidates(of: .current) }
  }

  func run() async throws {
    let started = ContinuousClock.now
    try format.checkHeaders()
    let (request, context) = (try request(format.reading()), options.context)
    let study = try await request.study(context)
    try AtomicFile.createFolder(output)
    let result = try await request.run(study, context)
    try options.publish(result, to: output, since: started)
    if !options.json { for remark in result.report.remarks { options.console.note(remark) } }
  }

  private func request(_ reading: ReadingChoices = ReadingChoices()) throws -> GuardComparison {
    var request = GuardComparison(model: model, data: data)
    (request.members, request.guards, request.attacks) = (members, guards, attacks)
    (request.ranges, request.budget, request.rows) = (ranges, budget, rows)
    (request.seeds, request.reading) = (try options.seeds(seeds), reading)
    return request
  }
}
