public import LinearAlgebra
public import Methods

/// The LASSO: the weights that minimise `Σ u (wᵀx + b − y)² / (2 Σ u) + penalty · ‖w‖₁`; the intercept `b`
/// is not penalised. Many weights are exactly zero.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``penalty`` | 1 | `0...` | Strength of the penalty, in units of target times feature |
/// | ``standardise`` | false | | Penalise the weights of features scaled to unit variance |
/// | ``intercept`` | true | | Whether the model has an intercept |
///
/// - Complexity: O(*n*·*d*²) for the moments, then O(*d*) per changed weight.
/// - Source: Tibshirani, "Regression shrinkage and selection via the lasso", J. R. Stat. Soc. B 58 (1996).
public struct Lasso: MomentLearner, Hashable, Codable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "lasso", family: .learner, title: "LASSO",
    summary: "Least squares with a penalty on the sum of magnitudes of the weights; selects features.",
    citation: "Tibshirani, Regression shrinkage and selection via the lasso, J. R. Stat. Soc. B 58 (1996)",
    needs: "at least two rows; features of comparable scale or standardise")

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
    try elasticNet.solve(moments: moments, start: start)
  }

  public func solve(
    _ data: RegressionData, start: LinearModel? = nil, workers: Int = 1
  ) throws -> LinearFit {
    try elasticNet.solve(data, start: start, workers: workers)
  }

  private var elasticNet: ElasticNet {
    ElasticNet(penalty: penalty, mixing: 1, standardise: standardise, intercept: intercept)
  }
}
