import Learning
import Methods

extension PrivateSettings.Mechanism {
  /// The settings beside `mechanism`, in the order of the list.
  var parameters: [MethodEntry.Parameter] {
    let budget = Self.setting(
      "epsilon", "privacy budget", range: "1e-4...1e4", default: nil)
    return [budget] + own
  }

  private var own: [MethodEntry.Parameter] {
    switch self {
    case .objective, .output: [Self.regularisation, Self.intercept]
    case .functional:
      [
        Self.setting(
          "sensitivity", "bound on the change by one row", range: "published|tight", default: "tight"),
        Self.intercept,
        Self.setting(
          "sensitive", "column whose coefficients get a share of their own", range: "name of a column",
          default: "\"\""),
        Self.setting("share", "that share of the budget, with sensitive", range: "0<..<1", default: "0.1"),
      ]
    case .adassp:
      [
        Self.chance, Self.rows,
        Self.setting("calibration", "how the noise follows", range: "exact|reference", default: "exact"),
        Self.intercept,
      ]
    case .tree:
      [
        Self.setting(
          "treeCount", "trees, among which the budget is split; 1 for a tree or tree-regressor",
          range: "1...10000", default: "10"),
        Self.setting("depth", "depth of every tree", range: "1...16", default: "6"),
        Self.setting(
          "adjacency", "what a neighbour is", range: "add-remove|replace-one", default: "add-remove"),
      ]
    case .descent:
      [
        Self.chance,
        Self.rows,
        Self.setting(
          "hidden", "units of the hidden layers of mlp, 32 where nothing is said", range: "64 or 64x32",
          default: "\"\""),
        Self.setting("activation", "of the hidden layers", range: "relu|tanh|sigmoid", default: "tanh"),
        Self.setting("samplingRate", "chance of a row to be in a step", range: "0<..1", default: "0.01"),
        Self.setting("steps", "gradient steps", range: "1...10000000", default: "1000"),
        Self.setting("clip", "largest norm of a row's gradient", range: "0<..", default: "1"),
        Self.setting("learningRate", "length of a step", range: "0<..", default: "0.5"),
      ]
    }
  }

  private static let regularisation = setting(
    "regularisation", "strength of the penalty on the mean loss", range: "0<..", default: "0.001")
  private static let intercept = Self.setting(
    "hasIntercept", "whether there is an intercept", range: "true|false", default: "true")
  private static let rows = Self.setting(
    "rows", "public number of rows; about right is enough", range: "1...1000000000", default: nil)
  private static let chance = Self.setting(
    "delta", "chance that the budget is exceeded, below one in the rows", range: "0<..<1",
    default: nil)

  private static func setting(
    _ name: String, _ meaning: String, range: String, default standard: String?
  ) -> MethodEntry.Parameter {
    MethodEntry.Parameter(name: name, meaning: meaning, allowed: .text(range), defaultValue: standard)
  }
}
