public import LinearAlgebra

/// The four penalised least-squares learners, with or without an intercept, as one value, for code that must know which problem a linear
/// victim solves (its gradient, its active set) and not only that it can be fitted.
public enum LinearLearner: MomentLearner, Hashable, Codable {
  /// Ordinary least squares.
  case leastSquares
  /// `Σ r² + penalty · ‖w‖²`.
  case ridge(penalty: Double)
  /// `Σ r² / (2n) + penalty · ‖w‖₁`.
  case lasso(penalty: Double)
  /// `Σ r² / (2n) + penalty · (mixing · ‖w‖₁ + (1 − mixing) / 2 · ‖w‖²)`.
  case elasticNet(penalty: Double, mixing: Double)
  /// Another learner whose model has no intercept.
  indirect case throughOrigin(LinearLearner)

  public func solve(moments: Moments, start: LinearModel? = nil) throws -> LinearFit {
    try learner.solve(moments: moments, start: start)
  }

  public func solve(
    _ data: RegressionData, start: LinearModel? = nil, workers: Int = 1
  ) throws -> LinearFit {
    try learner.solve(data, start: start, workers: workers)
  }

  /// The learner of this case, with its further settings at their defaults.
  public var learner: any MomentLearner {
    switch base {
    case .leastSquares, .throughOrigin: OrdinaryLeastSquares(intercept: hasIntercept)
    case .ridge(let penalty): Ridge(penalty: penalty, intercept: hasIntercept)
    case .lasso(let penalty): Lasso(penalty: penalty, intercept: hasIntercept)
    case .elasticNet(let penalty, let mixing):
      ElasticNet(penalty: penalty, mixing: mixing, intercept: hasIntercept)
    }
  }

  /// The learner with an intercept.
  public var base: LinearLearner {
    if case .throughOrigin(let learner) = self { return learner.base }
    return self
  }

  /// Whether the model has an intercept.
  public var hasIntercept: Bool {
    if case .throughOrigin = self { return false }
    return true
  }

  /// The learner with or without an intercept.
  public func with(intercept: Bool) -> LinearLearner { intercept ? base : .throughOrigin(base) }

  /// The penalties of the common form `Σ r² / (2n) + absolute · ‖w‖₁ + square / 2 · ‖w‖²` for `n` rows.
  public func penalties(rows: Int) -> (absolute: Double, square: Double) {
    switch base {
    case .leastSquares, .throughOrigin: (0, 0)
    case .ridge(let penalty): (0, penalty / Double(rows))
    case .lasso(let penalty): (penalty, 0)
    case .elasticNet(let penalty, let mixing): (penalty * mixing, penalty * (1 - mixing))
    }
  }

  /// The penalty's part of the common form for these weights and `rows` rows.
  public func penaltyCost(of weights: [Double], rows: Int) -> Double {
    let (absolute, square) = penalties(rows: rows)
    return absolute * weights.reduce(0) { $0 + abs($1) } + square / 2 * dot(weights, weights)
  }

  /// The model of the given moments to a relative duality gap of `tolerance`, for searches that fit thousands
  /// of times; methods that do not iterate are exact.
  public func fit(moments: Moments, start: LinearModel?, tolerance: Double) throws -> LinearModel {
    let (penalty, mixing): (Double, Double)
    switch base {
    case .leastSquares, .ridge, .throughOrigin: return try fit(moments: moments, start: start)
    case .lasso(let value): (penalty, mixing) = (value, 1)
    case .elasticNet(let value, let share): (penalty, mixing) = (value, share)
    }
    return try ElasticNet(
      penalty: penalty, mixing: mixing, intercept: hasIntercept, tolerance: tolerance, sweeps: 500
    ).fit(moments: moments, start: start)
  }
}
