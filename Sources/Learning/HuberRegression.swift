public import LinearAlgebra
public import Methods

/// Huber regression with its scale: the weights `w`, intercept `b` and scale `s` that minimise
/// `Σ u (s + s · H((y − wᵀx − b) / s)) + penalty · ‖w‖²`, where `H(z)` is `z²` up to the threshold and
/// `2 · threshold · |z| − threshold²` beyond it.
///
/// The objective is convex in all three; it is minimised by a semi-smooth Newton method whose matrices come
/// from the moments of the rows within the threshold.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``threshold`` | 1.35 | `1...` | Error, in units of the scale, from which it counts linearly |
/// | ``penalty`` | 1e-4 | `0...` | Strength of the squared-norm penalty |
/// | ``steps`` | 200 | `1...` | Limit on the Newton steps |
///
/// - Complexity: O(*n*·*d*² + *d*³) for each of about ten steps.
/// - Source: Huber, "Robust estimation of a location parameter", Ann. Math. Stat. 35 (1964); objective of
///   scikit-learn's `HuberRegressor` (Owen, "A robust hybrid of lasso and ridge regression", 2007).
public struct HuberRegression: RegressionLearner, Hashable, Codable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "huber", family: .learner, title: "Huber regression",
    summary: "Counts large errors linearly instead of squared, with the scale of the errors estimated.",
    citation: "Huber, Robust estimation of a location parameter, Ann. Math. Stat. 35 (1964)",
    needs: "at least two rows")

  /// Error, in units of the scale, from which it counts linearly.
  public var threshold: Double
  /// Strength of the squared-norm penalty.
  public var penalty: Double
  /// Limit on the Newton steps.
  public var steps: Int

  /// A learner with the given settings.
  public init(threshold: Double = 1.35, penalty: Double = 1e-4, steps: Int = 200) {
    self.threshold = threshold
    self.penalty = penalty
    self.steps = steps
  }

  public func fit(_ data: RegressionData, using random: inout RandomStream) throws -> LinearModel {
    try solve(data).fit.model
  }

  /// Learns from `data` and tells the scale of the errors; uses no randomness.
  ///
  /// - Throws: ``LearningError`` for bad data or settings.
  public func solve(_ data: RegressionData) throws -> (fit: LinearFit, scale: Double) {
    guard threshold >= 1, threshold.isFinite else {
      throw LearningError.parameterOutOfRange(name: "threshold", value: threshold, allowed: "1...")
    }
    guard penalty >= 0, penalty.isFinite else {
      throw LearningError.parameterOutOfRange(name: "penalty", value: penalty, allowed: "0...")
    }
    let moments = try data.moments()
    let start = try Ridge(penalty: penalty).solve(data, start: nil, workers: 1)
    let objective = HuberObjective(data, moments, threshold: threshold, penalty: penalty)
    var point = objective.point(start.model, moments.meanSquaredError(start.model).squareRoot())
    let exact = 1e-10 * (moments.targetScatter / moments.weight).squareRoot()
    guard point.scale > exact else { return (start, point.scale) }
    var (value, taken, isConverged) = (objective.value(point), 0, false)
    while taken < steps, !isConverged {
      taken += 1
      let direction = try objective.newtonStep(point)
      var length = direction.scale < 0 ? Swift.min(1, -0.9 * point.scale / direction.scale) : 1
      var next = point.moved(length, direction)
      while objective.value(next) > value + 1e-4 * length * direction.slope, length > 1e-10 {
        length /= 2
        next = point.moved(length, direction)
      }
      isConverged = -direction.slope <= 1e-13 * abs(value) || next.scale <= exact
      let reached = objective.value(next)
      if reached > value { break }
      (point, value) = (next, reached)
    }
    return (objective.fit(point, taken, isConverged), point.scale)
  }
}
