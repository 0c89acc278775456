import LinearAlgebra
public import Methods

/// All learners of linear models, by their ids.
public enum LearnerCatalogue {
  /// The cards of all learners: the linear ones, then the robust ones.
  public static let cards: [MethodCard] = linearCards + robustCards

  private static let linearCards = [
    OrdinaryLeastSquares.card, Ridge.card, Lasso.card, ElasticNet.card,
  ]
  private static let robustCards = [
    HuberRegression.card, RANSACRegression.card, TheilSenRegression.card, LeastTrimmedSquares.card,
  ]

  /// The card of a learner.
  ///
  /// - Throws: ``LearningError/unknownLearner(id:known:)``.
  public static func card(id: String) throws(LearningError) -> MethodCard {
    guard let card = cards.first(where: { $0.id == id }) else { throw unknown(id, cards) }
    return card
  }

  /// A penalised least-squares learner: `ols`, `ridge`, `lasso` or `elastic-net`.
  ///
  /// - Parameters:
  ///   - penalty: strength of the penalty, at least zero; ignored by `ols`.
  ///   - mixing: share of the sum of magnitudes, in `0...1`; used by `elastic-net` only.
  ///   - intercept: whether the model has an intercept.
  /// - Throws: ``LearningError`` for an unknown id or a parameter outside its range.
  public static func linear(
    id: String, penalty: Double = 1, mixing: Double = 0.5, intercept: Bool = true
  ) throws(LearningError) -> LinearLearner {
    guard penalty >= 0, penalty.isFinite else {
      throw .parameterOutOfRange(name: "penalty", value: penalty, allowed: "0...")
    }
    guard mixing >= 0, mixing <= 1 else {
      throw .parameterOutOfRange(name: "mixing", value: mixing, allowed: "0...1")
    }
    switch id {
    case OrdinaryLeastSquares.card.id: return LinearLearner.leastSquares.with(intercept: intercept)
    case Ridge.card.id: return LinearLearner.ridge(penalty: penalty).with(intercept: intercept)
    case Lasso.card.id: return LinearLearner.lasso(penalty: penalty).with(intercept: intercept)
    case ElasticNet.card.id:
      return LinearLearner.elasticNet(penalty: penalty, mixing: mixing).with(intercept: intercept)
    default: throw unknown(id, linearCards)
    }
  }

  /// Any learner of a linear model; the robust ones come with their default settings.
  ///
  /// - Throws: ``LearningError`` for an unknown id or a parameter outside its range.
  public static func learner(
    id: String, penalty: Double = 1, mixing: Double = 0.5
  ) throws(LearningError) -> any RegressionLearner<LinearModel> {
    switch id {
    case HuberRegression.card.id: return HuberRegression()
    case RANSACRegression.card.id: return RANSACRegression()
    case TheilSenRegression.card.id: return TheilSenRegression()
    case LeastTrimmedSquares.card.id: return LeastTrimmedSquares()
    case let id where !linearCards.contains(where: { $0.id == id }): throw unknown(id, cards)
    default: return try linear(id: id, penalty: penalty, mixing: mixing)
    }
  }

  private static func unknown(_ id: String, _ cards: [MethodCard]) -> LearningError {
    .unknownLearner(id: id, known: cards.map(\.id))
  }
}
