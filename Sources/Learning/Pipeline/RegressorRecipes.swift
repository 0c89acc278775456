public import LinearAlgebra

/// ``OrdinaryLeastSquares`` as a recipe.
public struct LeastSquaresRecipe: RegressorRecipe, Hashable {
  public static let card = OrdinaryLeastSquares.card

  public init() {}

  public func train(
    _ data: RegressionData, coded: [Int], workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    try LinearLearner.leastSquares.trained(data, workers: workers)
  }
}

/// ``Ridge`` whose penalty may be left to cross-validation.
public struct RidgeRecipe: RegressorRecipe, Hashable {
  public static let card = Ridge.card.withChosenPenalty(others: [])

  /// Strength of the penalty; 0 chooses it by five-fold cross-validation.
  public var penalty = 0.0

  public init() {}

  public func train(
    _ data: RegressionData, coded: [Int], workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    let learner =
      try penalty > 0 ? .ridge(penalty: penalty) : PenaltyPath.ridge.fit(data, workers: workers).learner
    return try learner.trained(data, workers: workers, isChosen: penalty == 0)
  }
}

/// ``Lasso`` whose penalty may be left to cross-validation.
public struct LassoRecipe: RegressorRecipe, Hashable {
  public static let card = Lasso.card.withChosenPenalty(others: [])

  /// Strength of the penalty; 0 chooses it by five-fold cross-validation.
  public var penalty = 0.0

  public init() {}

  public func train(
    _ data: RegressionData, coded: [Int], workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    let learner =
      try penalty > 0 ? .lasso(penalty: penalty) : PenaltyPath.lasso.fit(data, workers: workers).learner
    return try learner.trained(data, workers: workers, isChosen: penalty == 0)
  }
}

/// ``ElasticNet`` whose penalty may be left to cross-validation.
public struct ElasticNetRecipe: RegressorRecipe, Hashable {
  public static let card = ElasticNet.card.withChosenPenalty(others: ["mixing"])

  /// Strength of the penalty; 0 chooses it by five-fold cross-validation.
  public var penalty = 0.0
  /// Share of the sum of magnitudes in the penalty.
  public var mixing = 0.5

  public init() {}

  public func train(
    _ data: RegressionData, coded: [Int], workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    let learner =
      try penalty > 0
      ? LinearLearner.elasticNet(penalty: penalty, mixing: mixing)
      : PenaltyPath(.elasticNet(mixing: mixing)).fit(data, workers: workers).learner
    return try learner.trained(data, workers: workers, isChosen: penalty == 0)
  }
}

/// ``DecisionTreeRegressor`` with flat settings.
public struct RegressionTreeRecipe: RegressorRecipe, Hashable {
  public static let card = DecisionTreeRegressor.card
  public static let growsTrees = true

  private var options = TreeOptions()

  public init() {}

  public func train(
    _ data: RegressionData, coded: [Int], workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    let learner = DecisionTreeRegressor(settings: options.settings(coded: coded))
    let model = try learner.fit(data, workers: workers, using: &random)
    return TrainedModel(
      .treeRegressor(model),
      notes: ["the tree has \(model.tree.leafCount) leaves and depth \(model.tree.depth)"])
  }

  public func encode(to encoder: any Encoder) throws { try options.encode(to: encoder) }

  public init(from decoder: any Decoder) throws { options = try TreeOptions(from: decoder) }
}

extension LinearLearner {
  /// The model of this learner with the warnings of its fit.
  fileprivate func trained(
    _ data: RegressionData, workers: Int, isChosen: Bool = false
  ) throws -> TrainedModel {
    let fit = try solve(data, workers: workers)
    var notes = fit.warnings.map { $0.description }
    switch self {
    case .ridge(let penalty), .lasso(let penalty), .elasticNet(let penalty, _):
      if isChosen { notes.insert("the penalty \(penalty) was chosen by five-fold cross-validation", at: 0) }
    case .leastSquares: break
    }
    return TrainedModel(.linear(fit.model), notes: notes)
  }
}

extension MethodCard {
  /// The card of a recipe that chooses its penalty where none is given, with some of the other parameters.
  fileprivate func withChosenPenalty(others: [String]) -> MethodCard {
    MethodCard(
      id: id, kind: kind, title: title, summary: summary, citation: citation, needs: needs,
      parameters: [
        .init(
          "penalty", "strength of the penalty; 0 chooses it by cross-validation", range: "0...", default: "0")
      ] + parameters.filter { others.contains($0.name) }, taxonomy: taxonomy)
  }
}
