public import LinearAlgebra
public import Methods

/// Ridge regression: the weights that minimise `Σ u (wᵀx + b − y)² + penalty · ‖w‖²`; the intercept `b` is
/// not penalised.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``penalty`` | 1 | `0...` | Strength of the squared-norm penalty, in units of a squared feature |
/// | ``standardise`` | false | | Penalise the weights of features scaled to unit variance |
/// | ``intercept`` | true | | Whether the model has an intercept |
///
/// - Complexity: O(*n*·*d*² + *d*³) for *n* rows and *d* features; O(*n*²·*d*) where there are hundreds of features and
///   fewer rows.
/// - Source: Hoerl and Kennard, "Ridge Regression", Technometrics 12 (1970).
public struct Ridge: MomentLearner, Hashable, Codable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "ridge", family: .learner, title: "Ridge regression",
    summary: "Least squares with a penalty on the squared norm of the weights.",
    citation: "Hoerl and Kennard, Ridge Regression, Technometrics 12 (1970)", needs: "at least two rows")

  /// Strength of the penalty, at least zero.
  public var penalty: Double
  /// Whether features count as if scaled to unit variance.
  public var standardise: Bool
  /// Whether the model has an intercept; without one it is zero where all features are.
  public var intercept: Bool

  /// A learner with the given penalty.
  public init(penalty: Double = 1, standardise: Bool = false, intercept: Bool = true) {
    self.penalty = penalty
    self.standardise = standardise
    self.intercept = intercept
  }

  public func solve(moments: Moments, start: LinearModel? = nil) throws -> LinearFit {
    try moments.check()
    return try NormalEquations(
      moments: moments.about(intercept), diagonal: diagonal(moments.deviations), data: nil
    ).solve()
  }

  public func solve(
    _ data: RegressionData, start: LinearModel? = nil, workers: Int = 1
  ) throws -> LinearFit {
    if data.isWide {
      let problem = try WideProblem(data, intercept: intercept)
      let diagonal = try diagonal(problem.deviations)
      return try diagonal.isEmpty ? problem.leastSquares() : problem.ridge(diagonal)
    }
    let moments = try data.moments(workers: workers)
    return try NormalEquations(
      moments: moments.about(intercept), diagonal: diagonal(moments.deviations), data: data
    ).solve()
  }

  /// The penalty of every feature; empty for least squares.
  private func diagonal(_ deviations: [Double]) throws(LearningError) -> [Double] {
    guard penalty >= 0, penalty.isFinite else {
      throw .parameterOutOfRange(name: "penalty", value: penalty, allowed: "0...")
    }
    guard penalty > 0 else { return [] }
    guard standardise else { return [Double](repeating: penalty, count: deviations.count) }
    return deviations.map { penalty * $0 * $0 }
  }
}

extension Moments {
  /// Standard deviation of every feature (divisor: total weight); one for a constant feature.
  var deviations: [Double] {
    var result = [Double](repeating: 1, count: columns)
    for index in varyingFeatures { result[index] = (scatter[index, index] / weight).squareRoot() }
    return result
  }
}
