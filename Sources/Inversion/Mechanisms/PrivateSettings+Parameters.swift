import Learning

extension PrivateSettings.Mechanism {
  /// The word in the place of a default for a setting that must be given.
  public static let required = "must be given"

  /// The settings beside `mechanism`, in the order of the list.
  var parameters: [MethodCard.Parameter] {
    let budget = MethodCard.Parameter(
      "epsilon", "privacy budget", range: "1e-4...1e4", default: Self.required)
    return [budget] + own
  }

  private var own: [MethodCard.Parameter] {
    switch self {
    case .objective, .output: [Self.regularisation, Self.intercept]
    case .functional:
      [
        .init(
          "sensitivity", "bound on the change by one row", range: "published|tight", default: "tight"),
        Self.intercept,
        .init(
          "sensitive", "column whose coefficients get a share of their own", range: "name of a column",
          default: "\"\""),
        .init("share", "that share of the budget, with sensitive", range: "0<..<1", default: "0.1"),
      ]
    case .adassp:
      [
        Self.chance, Self.rows,
        .init("calibration", "how the noise follows", range: "exact|reference", default: "exact"),
        Self.intercept,
      ]
    case .tree:
      [
        .init(
          "treeCount", "trees, among which the budget is split; 1 for a tree or tree-regressor",
          range: "1...10000", default: "10"),
        .init("depth", "depth of every tree", range: "1...16", default: "6"),
        .init(
          "adjacency", "what a neighbour is", range: "add-remove|replace-one", default: "add-remove"),
      ]
    case .descent:
      [
        Self.chance,
        Self.rows,
        .init(
          "hidden", "units of the hidden layers of mlp, 32 where nothing is said", range: "64 or 64x32",
          default: "\"\""),
        .init("activation", "of the hidden layers", range: "relu|tanh|sigmoid", default: "tanh"),
        .init("samplingRate", "chance of a row to be in a step", range: "0<..1", default: "0.01"),
        .init("steps", "gradient steps", range: "1...10000000", default: "1000"),
        .init("clip", "largest norm of a row's gradient", range: "0<..", default: "1"),
        .init("learningRate", "length of a step", range: "0<..", default: "0.5"),
      ]
    }
  }

  private static let regularisation = MethodCard.Parameter(
    "regularisation", "strength of the penalty on the mean loss", range: "0<..", default: "0.001")
  private static let intercept = MethodCard.Parameter(
    "hasIntercept", "whether there is an intercept", range: "true|false", default: "true")
  private static let rows = MethodCard.Parameter(
    "rows", "public number of rows; about right is enough", range: "1...1000000000", default: required)
  private static let chance = MethodCard.Parameter(
    "delta", "chance that the budget is exceeded, below one in the rows", range: "0<..<1",
    default: required)
}
