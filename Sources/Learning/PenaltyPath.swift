public import LinearAlgebra
import RealModule

/// The choice of a penalty by k-fold cross-validation along a path from strong to weak.
///
/// The moments of the training part of a fold are those of all rows minus those of the fold, every fit of a
/// path starts from the one before, and the validation error follows from the moments of the fold; so the
/// rows are read once however many penalties are tried.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``family`` | LASSO | | Learner whose penalty is chosen |
/// | ``penalties`` | nil | `0<..` | Penalties to try; nil for the automatic path |
/// | ``length`` | 100 | `1...` | Number of penalties of the automatic path |
/// | ``ratio`` | 1e-3, ridge 1e-6 | `0<..<1` | Smallest over largest penalty of the automatic path |
/// | ``rule`` | lowest error | | How to choose from the errors |
/// | ``intercept`` | true | | Whether the models have an intercept |
/// | ``tolerance`` | 1e-5 | `0<..` | Relative duality gap of the fits along the path |
///
/// The largest automatic penalty is the smallest that makes all weights zero (for a ridge: the largest
/// eigenvalue of the centred scatter), as in scikit-learn's `LassoCV`.
///
/// - Source: Friedman, Hastie, Tibshirani, J. Stat. Softw. 33 (2010); the one-standard-error rule is from
///   Breiman, Friedman, Olshen, Stone, "Classification and Regression Trees" (1984), section 3.4.3.
public struct PenaltyPath: Sendable, Hashable {
  /// A learner without its penalty.
  public enum Family: Sendable, Hashable {
    /// Ridge regression.
    case ridge
    /// Elastic net with the given mixing in `0<..1`; 1 is the LASSO.
    case elasticNet(mixing: Double)
  }

  /// How to choose from the errors.
  public enum Rule: Sendable, Hashable {
    /// The penalty with the lowest mean error, the largest of equals.
    case lowestError
    /// The largest penalty whose mean error is within one standard error of the lowest.
    case oneStandardError
  }

  /// A LASSO with default settings.
  public static var lasso: PenaltyPath { PenaltyPath(.elasticNet(mixing: 1)) }
  /// A ridge with default settings.
  public static var ridge: PenaltyPath { PenaltyPath(.ridge) }

  /// Learner whose penalty is chosen.
  public var family: Family
  /// Penalties to try, in any order; nil for the automatic path.
  public var penalties: [Double]?
  /// Number of penalties of the automatic path.
  public var length: Int
  /// Smallest over largest penalty of the automatic path.
  public var ratio: Double
  /// How to choose from the errors.
  public var rule: Rule
  /// Whether the models have an intercept.
  public var intercept = true
  /// Relative duality gap of the fits along the path; the chosen model is fitted to full precision.
  public var tolerance = 1e-5

  /// A path for the given learner.
  public init(
    _ family: Family, penalties: [Double]? = nil, length: Int = 100, ratio: Double? = nil,
    rule: Rule = .lowestError
  ) {
    self.family = family
    self.penalties = penalties
    self.length = length
    self.ratio = ratio ?? (family == .ridge ? 1e-6 : 1e-3)
    self.rule = rule
  }

  /// Chooses the penalty on `folds` folds of neighbouring rows and fits all rows with it.
  ///
  /// - Throws: ``LearningError`` for bad data or settings.
  public func fit(_ data: RegressionData, folds: Int = 5, workers: Int = 1) throws -> PathFit {
    try fit(data, folds: .contiguous(rows: data.count, folds: folds), workers: workers)
  }

  /// Chooses the penalty on the given folds and fits all rows with it; the result does not depend on
  /// `workers`.
  ///
  /// - Throws: ``LearningError`` for bad data or settings.
  public func fit(_ data: RegressionData, folds: Folds, workers: Int = 1) throws -> PathFit {
    if data.isWide { return try fitWide(data, folds: folds, workers: workers) }
    let parts = try foldMoments(data, folds, workers)
    var total = parts[0]
    for part in parts.dropFirst() { total.add(part) }
    return try fit(total: total, folds: parts, workers: workers)
  }

  /// Chooses the penalty from the moments of every fold and of all rows.
  ///
  /// - Throws: ``LearningError`` for bad settings.
  public func fit(total: Moments, folds: [Moments], workers: Int = 1) throws -> PathFit {
    try total.check()
    let (total, folds) = intercept ? (total, folds) : (total.aboutZero, folds.map { $0.aboutZero })
    let path = try resolvedPenalties(largestPenalty(total))
    let errors = try concurrentMap(folds.count, workers: workers) { fold in
      var training = total
      training.remove(folds[fold])
      try training.check()
      return try models(training, path).map { folds[fold].meanSquaredError($0) }
    }
    let curve = PathFit.Curve(penalties: path, foldErrors: errors)
    let chosen = curve.index(by: rule)
    // A cold start, so that the answer equals that of the learner with the chosen penalty.
    let model = try learner(path[chosen]).fit(moments: total)
    return PathFit(learner: learner(path[chosen]), model: model, curve: curve, chosen: chosen)
  }

  /// The learner with the given penalty.
  public func learner(_ penalty: Double) -> LinearLearner {
    let learner: LinearLearner =
      switch family {
      case .ridge: .ridge(penalty: penalty)
      case .elasticNet(let mixing) where mixing == 1: .lasso(penalty: penalty)
      case .elasticNet(let mixing): .elasticNet(penalty: penalty, mixing: mixing)
      }
    return learner.with(intercept: intercept)
  }

  private func foldMoments(_ data: RegressionData, _ folds: Folds, _ workers: Int) throws -> [Moments] {
    precondition(folds.rows.reduce(0) { $0 + $1.count } == data.count, "the folds are of other data")
    try data.checkWeights()
    do {
      let parts = try concurrentMap(folds.count, workers: workers) { fold in
        try data.rows(at: folds.rows[fold]).uncheckedMoments()
      }
      guard parts.allSatisfy({ $0.weight > 0 }) else { throw LearningError.allWeightsZero }
      return parts
    } catch {
      // Name the row of the whole data rather than that of the fold.
      try data.checkFinite()
      throw error
    }
  }

  /// The penalties, largest first; those of the automatic path begin at `largest`.
  func resolvedPenalties(_ largest: @autoclosure () throws -> Double) throws -> [Double] {
    if case .elasticNet(let mixing) = family, !(mixing > 0 && mixing <= 1) {
      throw LearningError.parameterOutOfRange(name: "mixing", value: mixing, allowed: "0<..1")
    }
    if let penalties {
      if let bad = penalties.first(where: { !($0 > 0 && $0.isFinite) }) {
        throw LearningError.parameterOutOfRange(name: "penalty", value: bad, allowed: "values above 0")
      }
      guard !penalties.isEmpty else {
        throw LearningError.parameterOutOfRange(name: "number of penalties", value: 0, allowed: "1...")
      }
      return penalties.sorted(by: >)
    }
    guard length >= 1 else {
      throw LearningError.parameterOutOfRange(name: "length", value: Double(length), allowed: "1...")
    }
    guard ratio > 0, ratio < 1 else {
      throw LearningError.parameterOutOfRange(name: "ratio", value: ratio, allowed: "0<..<1")
    }
    let found = try largest()
    let first = found > 0 ? found : 1e-15
    let step = length > 1 ? Double.log(ratio) / Double(length - 1) : 0
    return (0..<length).map { first * Double.exp(step * Double($0)) }
  }

  private func largestPenalty(_ total: Moments) throws -> Double {
    switch family {
    case .ridge: try SymmetricEigen(total.scatter).values.last ?? 0
    case .elasticNet(let mixing): (total.crossProducts.map { abs($0) }.max() ?? 0) / (total.weight * mixing)
    }
  }

  /// The model of every penalty of the path.
  private func models(_ training: Moments, _ path: [Double]) throws -> [LinearModel] {
    switch family {
    case .ridge: try RidgePath(training).models(path)
    case .elasticNet(let mixing):
      ElasticNet(mixing: mixing, tolerance: tolerance, sweeps: 1000).models(training, penalties: path)
    }
  }
}
