import ArgumentParser
import Experiments
import Inversion
import InversionStudies
import Learning
import LinearAlgebra
import Methods
import Querying
import Reporting
import Tabular
import Workbench

/// Guesses attributes of people, or rebuilds classes, through a model.
struct InvertCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "invert",
    abstract:
      "Guess a sensitive column of people through a model, rebuild a class, or rebuild a training row.",
    discussion: """
      With --sensitive: attacks on a column, beside guesses that need no model, on
      people in the training data and on others apart. The model is a file, a
      service, or trained here on part of a data set (--train). With --class: the
      input that the model takes for a class with confidence. With --knows or
      --before: one training row of a linear or logistic model file.

      Examples:
        bezoar invert --train ols --data iwpc-scaled --target dose \\
          --sensitive vkorc1 \\
          --categories race,amiodarone,decr,cyp2c9,vkorc1 --group race
        bezoar invert --model tree.json --data people.csv --sensitive smokes \\
          --members training.csv
        bezoar invert http://127.0.0.1:8080 --data people.csv --target income \\
          --sensitive married
        bezoar invert --model digits.json --class all --width 8
        bezoar invert --model iris.onnx --class all --data iris.csv
        bezoar invert --model ridge.json --knows all-but-one.csv
        bezoar invert --model after.json --before before.json --data public.csv

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
    help: ArgumentHelp(
      "Ids of attacks, separated by commas; one to rebuild something. (default: all that work on a column, the "
        + "first in the list that works otherwise)", valueName: "ids"))
  var attack: String?

  @Option(name: .customLong("set"), help: ArgumentHelp("A setting of the attack.", valueName: "name=value"))
  var settings: [String] = []

  @Flag(help: "See the answers of a model file only, and count them.")
  var blackBox = false

  @Option(name: .customLong("class"), help: ArgumentHelp("Class to rebuild, or all.", valueName: "label|all"))
  var label: String?

  @Option(help: ArgumentHelp("Pixels in a row, for pictures in the report.", valueName: "pixels"))
  var width: Int?

  @Option(
    help: ArgumentHelp(
      "All training rows of a ridge or logistic model file but one, which is rebuilt.", valueName: "file"))
  var knows: String?

  @Option(
    help: ArgumentHelp(
      "The least-squares model file before a row was deleted, which is rebuilt; --data are public rows.",
      valueName: "file"))
  var before: String?

  @Option(
    help: ArgumentHelp("File with the row, to compare what is rebuilt with it.", valueName: "file"))
  var truth: String?

  @Option(help: "Repetitions with other splits; intervals are over them.")
  var seeds = 5

  @Option(
    name: [.short, .long], help: ArgumentHelp("Folder for the report and the results.", valueName: "folder"))
  var output = "out/invert"

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard [sensitive, label, knows, before].count(where: { $0 != nil }) == 1 else {
      throw ValidationError(
        "give one of --sensitive COLUMN to guess an attribute, --class LABEL to rebuild a class, and --knows FILE or "
          + "--before FILE to rebuild a training row")
    }
    if knows != nil || before != nil {
      guard source.model != nil else { throw ValidationError("--knows and --before need --model FILE") }
      guard before == nil || source.data != nil else {
        throw ValidationError("--before needs public rows, --data")
      }
    } else if truth != nil {
      throw ValidationError("--truth goes with --knows or --before")
    }
    _ = try options.seeds(seeds)
    if let width, width < 1 { throw ValidationError("--width must be at least 1, not \(width)") }
    if sensitive != nil, source.data == nil { throw ValidationError("--sensitive needs --data") }
    if sensitive != nil, source.url != nil, source.target == nil {
      throw ValidationError("--sensitive on a service needs --target")
    }
    if label != nil {
      guard known == nil, group == nil else {
        throw ValidationError("--known and --group go with --sensitive")
      }
      guard source.target == nil, source.categories == nil else {
        throw ValidationError("--target and --categories go with --sensitive")
      }
    }
    try usage {
      if knows != nil || before != nil { _ = try rowAttack() }
      if label != nil { _ = try classAttack() }
      if sensitive != nil { _ = try attacks() }
    }
  }

  func run() async throws {
    let console = options.console
    BLASRuntime.setThreads(1)
    try AtomicFile.createFolder(output)
    let page = try await Interruption.cancelling { [self] in
      if knows != nil || before != nil { return try RowReconstruction(command: self).run() }
      if let label { return try await ClassRebuilding(command: self, label: label).run() }
      return try await AttributeGuessing(command: self, sensitive: sensitive ?? "").run()
    }
    console.note("report: \(page)")
  }

  /// The attack that rebuilds a class: the one that is named, or the first.
  ///
  /// - Throws: `MethodError`, `SettingError`.
  func classAttack() throws -> any ClassReconstructionAttack {
    let catalogue = MethodRegistry.current.classAttacks
    return try catalogue.make(attack ?? catalogue.ids.first ?? "", settings: MethodSettings(settings))
  }

  /// The attack that rebuilds a row: the one that is named, or the first that works on what is known.
  ///
  /// - Throws: `MethodError`, `SettingError`, `ValidationError` for one that needs to know something else.
  func rowAttack() throws -> any ReconstructionAttack {
    let catalogue = MethodRegistry.current.reconstructionAttacks
    let knowledge = before == nil ? ReconstructionKnowledge.otherRows : .earlierModel
    let first = catalogue.methods.first { type(of: $0).knowledge == knowledge }.map { type(of: $0).card.id }
    guard let id = attack ?? first else {
      throw ValidationError("no attack rebuilds a row from \(knowledge.rawValue)")
    }
    let method = try catalogue.make(id, settings: MethodSettings(settings))
    let needed = type(of: method).knowledge
    guard needed == knowledge else {
      throw ValidationError(
        "\(id) works on \(needed.rawValue): \(needed == .otherRows ? "--knows FILE" : "--before FILE --data FILE")"
      )
    }
    return method
  }

  /// The attacks that are asked for; settings go to the only one that is named.
  func attacks() throws -> [any InversionAttack] {
    let baselines = [ModeBaseline.card.id, Imputation.card.id]
    let known = MethodRegistry.current.attributeAttacks.ids.filter { !baselines.contains($0) }
    let names = try attack.map { list in
      if let name = ListOption.items(list).first(where: baselines.contains) {
        throw ValidationError("\(name) stands beside every attack; name others or none")
      }
      return try ListOption.names(list, from: known, kind: "attack")
    }
    if !settings.isEmpty, names?.count != 1 {
      throw ValidationError("--set needs one attack, named by --attack")
    }
    return try (names ?? known).map {
      try MethodRegistry.current.attributeAttacks.make($0, settings: MethodSettings(settings))
    }
  }
}
