public import Learning
public import LinearAlgebra
public import Methods

/// ``PrivateGradientDescent`` as a training of tables, with the smallest noise that keeps the budget.
public struct DescentTraining: PrivateMechanism {
  public static let card = PrivateGradientDescent.card
  public static let models = [
    PrivateModel("softmax", predicts: .classes), PrivateModel("mlp", predicts: .classes),
  ]
  public static let settings: [Setting<Self>] = [
    .epsilon(\.epsilon), .delta(\.delta), .publicRows(\.rows),
    .init(
      "hidden", \.hidden, "units of the hidden layers of mlp; 32 if not given",
      allowed: "widths such as 64 or 64x32"),
    .init("activation", \.activation, "activation function of the hidden layers"),
    .init(
      "samplingRate", \.samplingRate, "probability that a row is drawn for a step", in: .above(0, through: 1)),
    .init("steps", \.steps, "gradient steps", in: 1...10_000_000),
    .init("clip", \.clip, "largest norm of a row's gradient", in: .above(0)),
    .init("learningRate", \.learningRate, "length of a step", in: .above(0)),
  ]

  /// Privacy budget; must be given.
  public var epsilon: Double?
  /// Chance that it is exceeded; must be given.
  public var delta: Double?
  /// Public number of rows, by which sums are divided; must be given.
  public var rows: Int?
  /// Units of the hidden layers; none for softmax regression, and for 32 in a network.
  public var hidden = LayerWidths([])
  /// Of the hidden layers.
  public var activation = Activation.tanh
  /// Chance of a row to be in a step.
  public var samplingRate = 0.01
  /// Gradient steps.
  public var steps = 1000
  /// Largest norm of a row's gradient.
  public var clip = 1.0
  /// Length of a step.
  public var learningRate = 0.5

  public init() {}

  public func check() throws(PrivateTrainingError) { try checkChance(delta: delta, rows: rows) }

  public func train(
    _ task: PrivateTask, using random: inout RandomStream
  ) throws -> PrivateFit<FittedModel> {
    if task.model == "softmax", !hidden.widths.isEmpty {
      throw PrivateTrainingError.wrongValue(
        hidden.settingText, setting: "hidden", allowed: "nothing; use --model mlp")
    }
    let (epsilon, delta) = (try given("epsilon", epsilon), try given("delta", delta))
    let widths = task.model == "mlp" && hidden.widths.isEmpty ? [32] : hidden.widths
    let descent = PrivateGradientDescent(
      hidden: widths, activation: activation, samplingRate: samplingRate, steps: steps, clip: clip,
      noiseMultiplier: try PrivateGradientDescent.noiseMultiplier(
        epsilon: epsilon, delta: delta, samplingRate: samplingRate, steps: steps),
      learningRate: learningRate)
    return try descent.fit(task.classes(), delta: delta, publicRows: given("rows", rows), using: &random)
      .map { .networkClassifier($0) }
  }
}

/// Units of hidden layers, written as `64x32`.
public struct LayerWidths: SettingValue, Hashable, Codable {
  /// Units of every layer, from the input on, each in `1...100000`.
  public let widths: [Int]

  /// Layers of so many units.
  public init(_ widths: [Int]) { self.widths = widths }

  /// Reads `64` or `64x32`; nothing, or quotes around nothing, for no layer.
  public init?(settingText text: String) {
    guard let inside = String(settingText: text) else { return nil }
    var widths: [Int] = []
    let parts = inside.isEmpty ? [] : inside.split(separator: "x", omittingEmptySubsequences: false)
    for part in parts {
      guard let width = Int(part), (1...100_000).contains(width) else { return nil }
      widths.append(width)
    }
    self.widths = widths
  }

  public var settingText: String { widths.map(String.init).joined(separator: "x").settingText }
}
