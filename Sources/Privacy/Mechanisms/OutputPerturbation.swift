public import Learning
public import LinearAlgebra
public import Methods

/// Private logistic or ridge regression by noise on the optimal weights.
///
/// The minimum of `(1/n) Σ loss + Λ/2 ‖w‖²` moves by at most `2L/(nΛ)` when one row is replaced, where `L` bounds the
/// gradient of the loss: 1 for logistic losses on rows of norm 1. For half the squared error of a target in `[−Y, Y]`
/// the weights have a norm of at most `Y/√Λ`, since the objective is at most `Y²/2` without them, so that
/// `L = Y + Y/√Λ`. The noise has density `exp(−ε‖b‖ / distance)`.
///
/// A search that ends at a gradient norm of `τ` adds `2τ/Λ` to the distance.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``epsilon`` | 1 | `1e-4...1e4` | Privacy budget, replace-one adjacency |
/// | ``regularisation`` | 1e-3 | `0<..` | `Λ`, on rows scaled to norm 1 and the mean of losses |
/// | ``hasIntercept`` | true | | Whether a constant feature, penalised as the others, is added |
/// | ``gradientTolerance`` | 1e-10 | `0<..` | `τ` |
///
/// - Source: Chaudhuri, Monteleoni, Sarwate, "Differentially private empirical risk minimization", JMLR 12 (2011),
///   algorithm 1, corollary 8; for the squared error: Wu, Fredrikson, Wu, Jha, Naughton, "Revisiting differentially
///   private regression: lessons from learning theory and their consequences", arXiv 1512.06388 (2015).
public struct OutputPerturbation: Sendable, Hashable, Codable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "output", family: .mechanism, title: "Output perturbation",
    summary: "Noise on the weights of a penalised logistic or linear model.",
    citation:
      "Chaudhuri, Monteleoni, Sarwate, Differentially private empirical risk minimization, JMLR 12 (2011)",
    needs: "two classes, or a number with a public range; a public bound on the norm of the rows",
    taxonomy: .privateTraining)

  /// Privacy budget.
  public var epsilon: Double
  /// Strength of the penalty on the mean of losses.
  public var regularisation: Double
  /// Whether a constant feature is added.
  public var hasIntercept: Bool
  /// Gradient norm that the search reaches.
  public var gradientTolerance: Double

  /// A mechanism with the given settings.
  public init(
    epsilon: Double = 1, regularisation: Double = 1e-3, hasIntercept: Bool = true,
    gradientTolerance: Double = 1e-10
  ) {
    self.epsilon = epsilon
    self.regularisation = regularisation
    self.hasIntercept = hasIntercept
    self.gradientTolerance = gradientTolerance
  }

  /// Trains a logistic model.
  ///
  /// - Throws: ``PrivacyError``, `LearningError` for data that are not finite or not of two classes.
  public func fit(
    _ data: ClassificationData, bounds: PublicBounds, using random: inout RandomStream
  ) throws -> PrivateFit<LinearClassifier> {
    try checkLogistic(data, epsilon: epsilon, regularisation: regularisation, bounds: bounds)
    try checkTolerance(gradientTolerance)
    let rows = try BoundedRows(data.features, bounds: bounds, hasIntercept: hasIntercept)
    var weights = try PerturbedLogistic(
      rows.matrix, labels: data.labels, strength: regularisation,
      perturbation: [Double](repeating: 0, count: rows.matrix.columns)
    ).minimum(tolerance: gradientTolerance)
    let privacy = perturb(&weights, slope: 1, rows: data.count, bounds: bounds, using: &random)
    let (raw, intercept) = rows.unscaled(weights)
    return PrivateFit(model: LinearClassifier(weights: raw, intercept: intercept), privacy: privacy)
  }

  /// Trains a linear model.
  ///
  /// - Throws: ``PrivacyError``, `LearningError` for data that are not finite.
  public func fit(
    _ data: RegressionData, bounds: PublicBounds, using random: inout RandomStream
  ) throws -> PrivateFit<LinearModel> {
    try checkLinear(data, epsilon: epsilon, bounds: bounds)
    try checkTolerance(gradientTolerance)
    guard regularisation > 0, regularisation.isFinite else {
      throw PrivacyError.outOfRange(name: "regularisation", value: regularisation, range: "0<..")
    }
    let rows = try BoundedRows(data.features, bounds: bounds, hasIntercept: hasIntercept)
    let target = try BoundedTarget(data.target, bounds: bounds)
    let count = Double(data.count)
    var gram = rows.matrix.gram()
    gram.withMutableElements { for index in $0.indices { $0[index] /= count } }
    gram.addToDiagonal(regularisation)
    let right = rows.matrix.transposedTimes(target.values).map { $0 / count }
    var weights = try Cholesky(gram).solve(right)
    let gradient = zip(gram.times(weights), right).map { $0 - $1 }
    guard norm2(gradient) <= gradientTolerance else {
      throw PrivacyError.notOptimal(tolerance: gradientTolerance)
    }
    // The target has a magnitude of at most 1.
    let slope = 1 + 1 / regularisation.squareRoot()
    let privacy = perturb(&weights, slope: slope, rows: data.count, bounds: bounds, using: &random)
    return PrivateFit(model: target.natural(rows.unscaled(weights)), privacy: privacy)
  }

  /// Adds the noise and says what it does.
  private func perturb(
    _ weights: inout [Double], slope: Double, rows: Int, bounds: PublicBounds,
    using random: inout RandomStream
  ) -> PrivacyStatement {
    let distance = 2 * slope / (Double(rows) * regularisation) + 2 * gradientTolerance / regularisation
    let scale = distance / epsilon
    axpy(1, random.sphericalLaplace(dimension: weights.count, scale: scale), into: &weights)
    return PrivacyStatement(
      mechanism: Self.card.id, epsilon: epsilon, delta: 0, adjacency: .replaceOne, bounds: bounds.sentences,
      noiseScale: scale,
      noise:
        "scale of the norm of the noise on the weights, gamma with shape \(weights.count), for rows of norm 1",
      assumptions: [
        "the exact minimum is approached to a gradient norm of \(gradientTolerance), which adds "
          + "\(2 * gradientTolerance / regularisation) to the distance that the noise covers",
        floatingPointNoise,
      ])
  }
}

/// A target moved into its public range and scaled to magnitudes of at most 1.
struct BoundedTarget {
  let values: [Double]
  private let middle: Double
  private let half: Double

  /// - Throws: `LearningError.targetNotFinite(row:)`.
  init(_ target: [Double], bounds: PublicBounds) throws {
    guard let range = bounds.target else { throw PrivacyError.missingBound("the range of the target") }
    if let row = target.firstIndex(where: { !$0.isFinite }) { throw LearningError.targetNotFinite(row: row) }
    middle = range.lowerBound / 2 + range.upperBound / 2
    half = range.upperBound / 2 - range.lowerBound / 2
    let (middle, half) = (middle, half)
    values = target.map { (value: Double) -> Double in min(max((value - middle) / half, -1), 1) }
  }

  /// The model of the target in its own unit.
  func natural(_ parameters: (weights: [Double], intercept: Double)) -> LinearModel {
    LinearModel(
      weights: parameters.weights.map { $0 * half }, intercept: middle + half * parameters.intercept)
  }
}

/// Checks what private linear models need.
///
/// - Throws: ``PrivacyError``, `LearningError`.
func checkLinear(
  _ data: RegressionData, epsilon: Double, bounds: PublicBounds
) throws {
  try checkBudget(epsilon: epsilon)
  try bounds.check(target: true)
  guard data.weights == nil else {
    throw LearningError.weightsUnsupported(method: "private linear regression")
  }
  guard data.count > 0 else {
    throw LearningError.tooFewRows(method: "private linear regression", needed: 1, found: 0)
  }
}
