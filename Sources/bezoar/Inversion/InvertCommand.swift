import ArgumentParser
import Experiments
import Inversion
import InversionStudies
import Learning
import LinearAlgebra
import Querying
import Reporting
import Tabular

/// Guesses attributes of people, or rebuilds classes, through a model.
struct InvertCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "invert",
    abstract: "Guess a sensitive column of people through a model, or rebuild what a class looks like.",
    discussion: """
      With --sensitive: attacks on a column, beside guesses that need no model, on
      people in the training data and on others apart. The model is a file, a
      service, or trained here on part of a data set (--train). With --class: the
      input that the model takes for a class with confidence.

      Examples:
        bezoar invert --train ols --data iwpc-scaled --target dose \\
          --sensitive vkorc1 \\
          --categories race,amiodarone,decr,cyp2c9,vkorc1 --group race
        bezoar invert --model tree.json --data people.csv --sensitive smokes \\
          --members training.csv
        bezoar invert http://127.0.0.1:8080 --data people.csv --target income \\
          --sensitive married
        bezoar invert --model digits.json --class all --width 8

      'bezoar list map' shows the settings of an attack.
      """)

  @OptionGroup var source: InvertSource

  @Option(help: ArgumentHelp("Sensitive column that is guessed.", valueName: "column"))
  var sensitive: String?

  @Option(
    help: ArgumentHelp(
      "Columns that the attacker knows, separated by commas. (default: all but the sensitive one)",
      valueName: "columns"))
  var known: String?

  @Option(
    help: ArgumentHelp("Column on whose groups the attack map takes its prior too.", valueName: "column"))
  var group: String?

  @Option(
    help: ArgumentHelp("Ids of attacks, separated by commas. (default: all that work)", valueName: "ids"))
  var attack: String?

  @Option(name: .customLong("set"), help: ArgumentHelp("A setting of the attack.", valueName: "name=value"))
  var settings: [String] = []

  @Flag(help: "See the answers of a model file only, and count them.")
  var blackBox = false

  @Option(name: .customLong("class"), help: ArgumentHelp("Class to rebuild, or all.", valueName: "label|all"))
  var label: String?

  @Option(help: ArgumentHelp("Pixels in a row, for pictures in the report.", valueName: "pixels"))
  var width: Int?

  @Option(help: "Repetitions with other splits; intervals are over them.")
  var seeds = 5

  @Option(
    name: [.short, .long], help: ArgumentHelp("Folder for the report and the results.", valueName: "folder"))
  var output = "out/invert"

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard (sensitive == nil) != (label == nil) else {
      throw ValidationError(
        "give --sensitive COLUMN to guess an attribute, or --class LABEL to rebuild a class")
    }
    _ = try options.seeds(seeds)
    if let width, width < 1 { throw ValidationError("--width must be at least 1, not \(width)") }
    if sensitive != nil, source.data == nil { throw ValidationError("--sensitive needs --data") }
    if label != nil, known != nil || group != nil || attack != nil {
      throw ValidationError("--known, --group and --attack go with --sensitive")
    }
    try usage {
      if label != nil { _ = try MethodSettings(settings).applied(to: MIFace(), card: MIFace.card) }
      if sensitive != nil { _ = try attacks() }
    }
  }

  func run() async throws {
    BLASRuntime.setThreads(1)
    try AtomicFile.createFolder(output)
    let page = try await Interruption.cancelling { [self] in
      if let label { return try await ClassRebuilding(command: self, label: label).run() }
      return try await AttributeGuessing(command: self, sensitive: sensitive ?? "").run()
    }
    options.console.note("report: \(page)")
  }

  /// The attacks that are asked for; settings go to the only one that is named.
  func attacks() throws -> [any InversionAttack] {
    let names = attack?.split(separator: ",").map { String($0) }
    if !settings.isEmpty, names?.count != 1 {
      throw ValidationError("--set needs one attack, named by --attack")
    }
    let baselines = [ModeBaseline.card.id, Imputation.card.id]
    let ids = names ?? InversionCatalogue.all.map { $0.card.id }.filter { !baselines.contains($0) }
    return try ids.map { try InversionCatalogue.make($0, settings: MethodSettings(settings)) }
  }
}
