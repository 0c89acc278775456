public import Learning
public import LinearAlgebra
public import Methods

/// ``AdaSSP`` as a training of tables.
public struct SufficientStatisticsTraining: PrivateMechanism {
  public static let card = AdaSSP.card
  public static let models = [PrivateModel("ridge", predicts: .number)]
  public static let settings: [Setting<Self>] = [
    .epsilon(\.epsilon), .delta(\.delta), .publicRows(\.rows),
    .init("calibration", \.calibration, "how the noise is calibrated"),
    .intercept(\.hasIntercept),
  ]

  /// Privacy budget; must be given.
  public var epsilon: Double?
  /// Chance that it is exceeded; must be given.
  public var delta: Double?
  /// Public number of rows; must be given.
  public var rows: Int?
  /// How the noise follows.
  public var calibration = AdaSSP.Calibration.exact
  /// Whether there is an intercept.
  public var hasIntercept = true

  public init() {}

  public func check() throws(PrivateTrainingError) { try checkChance(delta: delta, rows: rows) }

  public func train(
    _ task: PrivateTask, using random: inout RandomStream
  ) throws -> PrivateFit<FittedModel> {
    try AdaSSP(
      epsilon: given("epsilon", epsilon), delta: given("delta", delta), calibration: calibration,
      hasIntercept: hasIntercept
    ).fit(task.numbers(), bounds: task.bounds, publicRows: given("rows", rows), using: &random)
      .map { .linear($0) }
  }
}
