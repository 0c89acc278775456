public import Learning
public import LinearAlgebra
public import Methods

/// ``ObjectivePerturbation`` as a training of tables.
public struct ObjectiveTraining: PrivateMechanism {
  public static let card = ObjectivePerturbation.card
  public static let models = [PrivateModel("logistic", predicts: .twoClasses)]
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
    try ObjectivePerturbation(
      epsilon: given("epsilon", epsilon), regularisation: regularisation, hasIntercept: hasIntercept
    ).fit(task.classes(), bounds: task.bounds, using: &random).map { .linearClassifier($0) }
  }
}

extension Setting {
  /// The penalty of a linear or logistic model.
  static func regularisation(_ property: any WritableKeyPath<Owner, Double> & Sendable) -> Setting {
    Setting("regularisation", property, "strength of the penalty on the mean loss", in: .above(0))
  }

  /// Whether a model has an intercept.
  static func intercept(_ property: any WritableKeyPath<Owner, Bool> & Sendable) -> Setting {
    Setting("hasIntercept", property, "whether there is an intercept")
  }
}
