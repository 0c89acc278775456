import ArgumentParser
import Inversion
import Privacy
import Workbench

/// The options of a private training.
struct PrivacyFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Train under differential privacy.",
      discussion: """
        mechanism=objective|output|functional|adassp|tree|dp-sgd and epsilon=…; adassp
        and dp-sgd also delta=… and rows=… (a public number of rows). Every mechanism
        has further settings: 'bezoar list --family mechanism' lists the mechanisms,
        'bezoar list objective' and so on explain their settings.
        """, valueName: "name=value,..."))
  var privacy: String?

  @Option(
    help: ArgumentHelp(
      "Public ranges of numbers, such as age=17:90,hours=1:99. Never read from the data.",
      valueName: "column=lower:upper,..."))
  var bounds: [String] = []

  @Option(
    help: ArgumentHelp(
      "Public categories of one column, such as 'sex=male|female'. Never read from the data.",
      valueName: "column=a|b|..."))
  var levels: [String] = []

  /// Whether a private training is asked for.
  var isAsked: Bool { privacy != nil }

  /// The settings of a mechanism of the registry.
  ///
  /// - Throws: `PrivateTrainingError`.
  func settings() throws -> PrivateSettings {
    try PrivateSettings(privacy ?? "", from: MethodRegistry.current.mechanisms)
  }

  /// The public schema.
  ///
  /// - Throws: `PrivateTrainingError`.
  func schema() throws -> PublicSchema {
    let pairs = try bounds.flatMap { list in
      try ListOption.pairs(list, option: "--bounds", form: "column=lower:upper,...").map {
        "\($0.name)=\($0.value)"
      }
    }
    return try PublicSchema(bounds: pairs, levels: levels)
  }

  /// - Throws: `ValidationError` for public bounds without a private training.
  func checkAbsent() throws {
    guard bounds.isEmpty, levels.isEmpty else {
      throw ValidationError("--bounds and --levels belong to --privacy; without it they are learned")
    }
  }
}
