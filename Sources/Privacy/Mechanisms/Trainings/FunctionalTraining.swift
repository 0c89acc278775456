public import Learning
public import LinearAlgebra
public import Methods

/// ``FunctionalMechanism`` as a training of tables.
public struct FunctionalTraining: PrivateMechanism {
  public static let card = FunctionalMechanism.card
  public static let models = [
    PrivateModel("logistic", predicts: .twoClasses), PrivateModel("ridge", predicts: .number),
  ]
  public static let settings: [Setting<Self>] = [
    .epsilon(\.epsilon),
    .init("sensitivity", \.sensitivity, "bound on the change by one row"),
    .intercept(\.hasIntercept),
    .init(
      "sensitive", \.sensitive, "column whose coefficients get a share of their own",
      allowed: "name of a column"),
    .init("share", \.share, "share of epsilon for the column of sensitive", in: .above(0, below: 1)),
  ]

  /// Privacy budget; must be given.
  public var epsilon: Double?
  /// How the change of the coefficients by one row is bounded.
  public var sensitivity = FunctionalMechanism.Sensitivity.tight
  /// Whether there is an intercept.
  public var hasIntercept = true
  /// Column whose coefficients get a share of the budget of their own; empty for none.
  public var sensitive = ""
  /// That share.
  public var share = 0.1

  public init() {}

  public func train(
    _ task: PrivateTask, using random: inout RandomStream
  ) throws -> PrivateFit<FittedModel> {
    var mechanism = FunctionalMechanism(
      epsilon: try given("epsilon", epsilon), sensitivity: sensitivity, hasIntercept: hasIntercept)
    if !sensitive.isEmpty {
      mechanism.sensitive = .init(columns: try task.columns(of: sensitive), magnitude: 1, share: share)
    }
    switch task.rows {
    case .numbers(let data):
      return try mechanism.fit(data, bounds: task.bounds, using: &random).map { .linear($0) }
    case .classes(let data):
      return try mechanism.fit(data, bounds: task.bounds, using: &random).map { .linearClassifier($0) }
    }
  }
}
