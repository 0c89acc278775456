public import Learning
public import LinearAlgebra
public import Methods

/// ``OutputPerturbation`` as a training of tables.
public struct OutputTraining: PrivateMechanism {
  public static let card = OutputPerturbation.card
  public static let models = [
    PrivateModel("logistic", predicts: .twoClasses), PrivateModel("ridge", predicts: .number),
  ]
  public static let settings: [Setting<Self>] = [
    .epsilon(\.epsilon), .regularisation(\.regularisation), .intercept(\.hasIntercept),
  ]

  /// Privacy budget; must be given.
  public var epsilon: Double?
  /// Strength of the penalty on the mean of losses, of rows scaled to norm 1.
  public var regularisation = 1e-3
  /// Whether there is an intercept.
  public var hasIntercept = true

  public init() {}

  public func train(
    _ task: PrivateTask, using random: inout RandomStream
  ) throws -> PrivateFit<FittedModel> {
    let mechanism = OutputPerturbation(
      epsilon: try given("epsilon", epsilon), regularisation: regularisation, hasIntercept: hasIntercept)
    switch task.rows {
    case .numbers(let data):
      return try mechanism.fit(data, bounds: task.bounds, using: &random).map { .linear($0) }
    case .classes(let data):
      return try mechanism.fit(data, bounds: task.bounds, using: &random).map { .linearClassifier($0) }
    }
  }
}
