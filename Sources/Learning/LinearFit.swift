/// What a reader should know of a fit that succeeded but is not what the formula promises.
public enum FitWarning: Sendable, Hashable, Codable, CustomStringConvertible {
  /// Features are linearly dependent: many models fit equally well, and this one has the smallest weights.
  case rankDeficient(rank: Int, features: Int)
  /// Features with one value only; their weight is zero. Indices from zero.
  case constantFeatures([Int])
  /// The weights may have fewer than eight correct digits.
  case illConditioned(condition: Double)
  /// The iteration stopped at its limit before it met its tolerance.
  case notConverged(iterations: Int, dualityGap: Double)

  public var description: String {
    switch self {
    case .rankDeficient(let rank, let features):
      "the \(features) features have rank \(rank); the weights of smallest norm were chosen among equally "
        + "good ones, so drop dependent columns before reading them"
    case .constantFeatures(let columns):
      "constant features have weight zero: columns \(columns.map { String($0 + 1) }.joined(separator: ", "))"
    case .illConditioned(let condition):
      "the normal equations have condition \(condition); scale the features or add a penalty"
    case .notConverged(let iterations, let gap):
      "no convergence in \(iterations) sweeps (duality gap \(gap)); scale the features or raise the limit"
    }
  }
}

/// A fitted linear model with the facts that say how far to trust it.
public struct LinearFit: Sendable, Hashable, Codable {
  /// The model.
  public let model: LinearModel
  /// Numerical rank of the centred features; for LASSO and elastic net the number of non-zero weights.
  public let rank: Int
  /// Estimated condition number (1-norm) of the centred normal equations with unit diagonal; infinite
  /// when they are singular, one for coordinate descent.
  public let condition: Double
  /// Sweeps over the features, refinement steps or Newton steps.
  public let iterations: Int
  /// Duality gap of `Σ r² / (2n) + …` at the weights; zero for direct methods.
  public let dualityGap: Double
  /// Everything a reader should be told.
  public let warnings: [FitWarning]

  /// A fit with its diagnostics.
  public init(
    model: LinearModel, rank: Int, condition: Double = 1, iterations: Int = 0, dualityGap: Double = 0,
    warnings: [FitWarning] = []
  ) {
    self.model = model
    self.rank = rank
    self.condition = condition
    self.iterations = iterations
    self.dualityGap = dualityGap
    self.warnings = warnings
  }
}
