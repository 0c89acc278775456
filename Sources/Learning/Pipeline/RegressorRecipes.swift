public import LinearAlgebra
public import Methods

/// ``OrdinaryLeastSquares`` as a recipe.
public struct LeastSquaresRecipe: RegressorRecipe, Hashable {
  public static let card = OrdinaryLeastSquares.card
  public static let settings: [Setting<Self>] = [
    .init("intercept", \.intercept, "whether the model has an intercept")
  ]

  /// Whether the model has an intercept.
  public var intercept = true

  public init() {}

  public func train(
    _ data: RegressionData, columns: EncodedColumns, workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    try LinearLearner.leastSquares.with(intercept: intercept).trained(data, workers: workers)
  }
}

/// ``Ridge`` whose penalty may be left to cross-validation.
public struct RidgeRecipe: RegressorRecipe, Hashable {
  public static let card = Ridge.card
  public static let settings: [Setting<Self>] = [
    .init(
      "penalty", \.penalty,
      "strength of the penalty on columns as --scale leaves them; 0 chooses it by cross-validation", in: 0...),
    .init("intercept", \.intercept, "whether the model has an intercept"),
  ]

  /// Strength of the penalty; 0 chooses it by five-fold cross-validation.
  public var penalty = 0.0
  /// Whether the model has an intercept.
  public var intercept = true

  public init() {}

  public func train(
    _ data: RegressionData, columns: EncodedColumns, workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    let learner =
      try penalty > 0
      ? LinearLearner.ridge(penalty: penalty).with(intercept: intercept)
      : PenaltyPath.ridge.with(intercept: intercept).fit(data, workers: workers).learner
    return try learner.trained(data, workers: workers, isChosen: penalty == 0)
  }
}

/// ``Lasso`` whose penalty may be left to cross-validation.
public struct LassoRecipe: RegressorRecipe, Hashable {
  public static let card = Lasso.card
  public static let settings: [Setting<Self>] = [
    .init(
      "penalty", \.penalty,
      "strength of the penalty on columns as --scale leaves them; 0 chooses it by cross-validation", in: 0...),
    .init("intercept", \.intercept, "whether the model has an intercept"),
  ]

  /// Strength of the penalty; 0 chooses it by five-fold cross-validation.
  public var penalty = 0.0
  /// Whether the model has an intercept.
  public var intercept = true

  public init() {}

  public func train(
    _ data: RegressionData, columns: EncodedColumns, workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    let learner =
      try penalty > 0
      ? LinearLearner.lasso(penalty: penalty).with(intercept: intercept)
      : PenaltyPath.lasso.with(intercept: intercept).fit(data, workers: workers).learner
    return try learner.trained(data, workers: workers, isChosen: penalty == 0)
  }
}

/// ``ElasticNet`` whose penalty may be left to cross-validation.
public struct ElasticNetRecipe: RegressorRecipe, Hashable {
  public static let card = ElasticNet.card
  public static let settings: [Setting<Self>] = [
    .init(
      "penalty", \.penalty,
      "strength of the penalty on columns as --scale leaves them; 0 chooses it by cross-validation", in: 0...),
    .init("mixing", \.mixing, "share of the sum of magnitudes", in: 0...1),
    .init("intercept", \.intercept, "whether the model has an intercept"),
  ]

  /// Strength of the penalty; 0 chooses it by five-fold cross-validation.
  public var penalty = 0.0
  /// Share of the sum of magnitudes in the penalty.
  public var mixing = 0.5
  /// Whether the model has an intercept.
  public var intercept = true

  public init() {}

  public func train(
    _ data: RegressionData, columns: EncodedColumns, workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    let learner =
      try penalty > 0
      ? LinearLearner.elasticNet(penalty: penalty, mixing: mixing).with(intercept: intercept)
      : PenaltyPath(.elasticNet(mixing: mixing)).with(intercept: intercept).fit(data, workers: workers)
        .learner
    return try learner.trained(data, workers: workers, isChosen: penalty == 0)
  }
}

extension PenaltyPath {
  /// The path of models with or without an intercept.
  fileprivate func with(intercept: Bool) -> PenaltyPath {
    var path = self
    path.intercept = intercept
    return path
  }
}

extension LinearLearner {
  /// The model of this learner with the warnings of its fit.
  fileprivate func trained(
    _ data: RegressionData, workers: Int, isChosen: Bool = false
  ) throws -> TrainedModel {
    let fit = try solve(data, workers: workers)
    var notes = fit.warnings.map { $0.description }
    switch base {
    case .ridge(let penalty), .lasso(let penalty), .elasticNet(let penalty, _):
      if isChosen { notes.insert("the penalty \(penalty) was chosen by five-fold cross-validation", at: 0) }
    case .leastSquares, .throughOrigin: break
    }
    return TrainedModel(.linear(fit.model), notes: notes)
  }
}
