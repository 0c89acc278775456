public import LinearAlgebra
public import Methods

/// The elastic net: the weights that minimise
/// `Σ u (wᵀx + b − y)² / (2 Σ u) + penalty · (mixing · ‖w‖₁ + (1 − mixing) / 2 · ‖w‖²)`; the intercept `b` is
/// not penalised.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``penalty`` | 1 | `0...` | Strength of the whole penalty |
/// | ``mixing`` | 0.5 | `0...1` | Share of the sum of magnitudes; 1 is the LASSO, 0 a ridge |
/// | ``standardise`` | false | | Penalise the weights of features scaled to unit variance |
/// | ``intercept`` | true | | Whether the model has an intercept |
/// | ``tolerance`` | 1e-10 | `0<..` | Duality gap, relative to the objective, at which to stop |
/// | ``sweeps`` | 10000 | `1...` | Limit on the sweeps over the features |
///
/// - Source: Zou and Hastie, "Regularization and variable selection via the elastic net", J. R. Stat. Soc. B
///   67 (2005); Friedman, Hastie, Tibshirani, J. Stat. Softw. 33 (2010) for covariance updates.
public struct ElasticNet: MomentLearner, Hashable, Codable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "elastic-net", family: .learner, title: "Elastic net",
    summary: "Least squares with a mixture of the penalties of ridge and LASSO.",
    citation: "Zou and Hastie, Regularization and variable selection via the elastic net, J. R. Stat. Soc. B "
      + "67 (2005)", needs: "at least two rows; features of comparable scale or standardise")

  /// Strength of the penalty, at least zero.
  public var penalty: Double
  /// Share of the sum of magnitudes in the penalty.
  public var mixing: Double
  /// Whether features count as if scaled to unit variance.
  public var standardise: Bool
  /// Whether the model has an intercept; without one it is zero where all features are.
  public var intercept: Bool
  /// Duality gap, relative to the objective, at which to stop.
  public var tolerance: Double
  /// Limit on the sweeps over the features.
  public var sweeps: Int

  /// A learner with the given penalty.
  public init(
    penalty: Double = 1, mixing: Double = 0.5, standardise: Bool = false, intercept: Bool = true,
    tolerance: Double = 1e-10, sweeps: Int = 10_000
  ) {
    self.penalty = penalty
    self.mixing = mixing
    self.standardise = standardise
    self.intercept = intercept
    self.tolerance = tolerance
    self.sweeps = sweeps
  }

  public func solve(moments: Moments, start: LinearModel? = nil) throws -> LinearFit {
    try moments.check()
    try check(columns: moments.columns, start)
    if let smooth = smoothEquivalent(moments.weight) {
      return try smooth.solve(moments: moments, start: start)
    }
    let (descent, centred) = descent(moments)
    return fit(descent, start, means: centred.means, targetMean: centred.targetMean, weight: centred.weight)
  }

  public func solve(
    _ data: RegressionData, start: LinearModel? = nil, workers: Int = 1
  ) throws -> LinearFit {
    try check(columns: data.features.columns, start)
    guard data.isWide else {
      let moments = try data.moments(workers: workers)
      if let smooth = smoothEquivalent(moments.weight) {
        return try smooth.solve(data, start: start, workers: workers)
      }
      return try solve(moments: moments, start: start)
    }
    let problem = try WideProblem(data, intercept: intercept)
    if let smooth = smoothEquivalent(problem.weight) {
      return try smooth.solve(data, start: start, workers: workers)
    }
    let scales = standardise ? problem.deviations : nil
    let descent = CoordinateDescent(
      RowLoss(problem, scales: scales), varying: problem.varying, total: problem.weight, scales: scales)
    return fit(
      descent, start, means: problem.means, targetMean: problem.targetMean, weight: problem.weight)
  }

  /// The models of penalties from strong to weak, each started from the one before. Mixing must not be zero.
  func models(_ moments: Moments, penalties: [Double]) -> [LinearModel] {
    var (descent, moments) = descent(moments)
    return penalties.map { penalty in
      descent.setPenalties(absolute: penalty * mixing, square: penalty * (1 - mixing))
      descent.run(from: nil, tolerance: tolerance, sweeps: sweeps)
      let weights = descent.unscaledWeights
      return LinearModel(weights: weights, intercept: moments.intercept(weights))
    }
  }

  private func check(columns: Int, _ start: LinearModel?) throws(LearningError) {
    guard penalty >= 0, penalty.isFinite else {
      throw .parameterOutOfRange(name: "penalty", value: penalty, allowed: "0...")
    }
    guard mixing >= 0, mixing <= 1 else {
      throw .parameterOutOfRange(name: "mixing", value: mixing, allowed: "0...1")
    }
    guard tolerance > 0 else {
      throw .parameterOutOfRange(name: "tolerance", value: tolerance, allowed: "values above 0")
    }
    guard sweeps >= 1 else {
      throw .parameterOutOfRange(name: "sweeps", value: Double(sweeps), allowed: "1...")
    }
    if let start, start.featureCount != columns {
      throw .featureCountMismatch(expected: columns, found: start.featureCount)
    }
  }

  /// The ridge that this learner is when nothing of its penalty is a sum of magnitudes.
  private func smoothEquivalent(_ weight: Double) -> Ridge? {
    guard penalty * mixing == 0 else { return nil }
    return Ridge(
      penalty: penalty * (1 - mixing) * weight, standardise: standardise, intercept: intercept)
  }

  /// The descent from moments, and the moments that it is about.
  private func descent(_ moments: Moments) -> (CoordinateDescent<MomentLoss>, Moments) {
    let scales = standardise ? moments.deviations : nil
    let moments = moments.about(intercept)
    let descent = CoordinateDescent(
      MomentLoss(moments, scales: scales), varying: moments.varyingFeatures, total: moments.weight,
      scales: scales)
    return (descent, moments)
  }

  /// The fit at the end of a descent.
  private func fit(
    _ descent: CoordinateDescent<some QuadraticLoss>, _ start: LinearModel?, means: [Double],
    targetMean: Double, weight: Double
  ) -> LinearFit {
    var descent = descent
    descent.setPenalties(absolute: penalty * mixing, square: penalty * (1 - mixing))
    descent.run(from: start?.weights, tolerance: tolerance, sweeps: sweeps)
    let weights = descent.unscaledWeights
    let gap = descent.gap / weight
    return LinearFit(
      model: LinearModel(weights: weights, intercept: targetMean - dot(means, weights)),
      rank: weights.count { $0 != 0 }, iterations: descent.sweeps, dualityGap: gap,
      warnings: descent.isConverged ? [] : [.notConverged(iterations: descent.sweeps, dualityGap: gap)])
  }
}
