public import Learning
public import LinearAlgebra
public import Methods
import RealModule

/// Private logistic regression whose objective has a random linear term:
///
/// ```
/// (1/n) Σ log(1 + exp(−y wᵀx)) + Λ/2 ‖w‖² + bᵀw/n + Δ/2 ‖w‖²,   ‖x‖ <= 1
/// ε′ = ε − log(1 + 2c/(nΛ) + c²/(nΛ)²),  c = 1/4
/// ```
///
/// `Δ` is 0 if `ε′` is positive, else it takes the place that `ε′ = ε/2` leaves; `b` has density `exp(−ε′‖b‖/2)`.
///
/// The proof is for the exact minimum. The released weights lie within `τ/Λ` of it, where `τ` is the gradient norm that
/// is reached, and a share of `ε` pays for spherical noise that covers this distance on both of two neighbouring data
/// sets (as in approximate minima perturbation: Iyengar, Near, Song, Thakkar, Thakurta, Wang, "Towards practical
/// differentially private convex optimization", S&P 2019).
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``epsilon`` | 1 | `1e-4...1e4` | Privacy budget, replace-one adjacency |
/// | ``regularisation`` | 1e-3 | `0<..` | `Λ`, on rows scaled to norm 1 and the mean of losses |
/// | ``hasIntercept`` | true | | Whether a constant feature, penalised as the others, is added |
/// | ``gradientTolerance`` | 1e-10 | `0<..` | `τ` |
/// | ``toleranceShare`` | 0.01 | `0<..<1` | Share of `ε` for the noise that covers `τ` |
///
/// - Source: Chaudhuri, Monteleoni, Sarwate, "Differentially private empirical risk minimization", JMLR 12 (2011),
///   algorithm 2 and corollary 13.
public struct ObjectivePerturbation: Sendable, Hashable, Codable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "objective", family: .mechanism, title: "Objective perturbation",
    summary: "Logistic regression with a random linear term in its objective.",
    citation:
      "Chaudhuri, Monteleoni, Sarwate, Differentially private empirical risk minimization, JMLR 12 (2011)",
    needs: "two classes; a public bound on the norm of the rows", taxonomy: .privateTraining)

  /// Privacy budget.
  public var epsilon: Double
  /// Strength of the penalty on the mean of losses.
  public var regularisation: Double
  /// Whether a constant feature is added.
  public var hasIntercept: Bool
  /// Gradient norm that the search reaches.
  public var gradientTolerance: Double
  /// Share of the budget for the noise that covers the tolerance.
  public var toleranceShare: Double

  /// A mechanism with the given settings.
  public init(
    epsilon: Double = 1, regularisation: Double = 1e-3, hasIntercept: Bool = true,
    gradientTolerance: Double = 1e-10, toleranceShare: Double = 0.01
  ) {
    self.epsilon = epsilon
    self.regularisation = regularisation
    self.hasIntercept = hasIntercept
    self.gradientTolerance = gradientTolerance
    self.toleranceShare = toleranceShare
  }

  /// The budget that is left for the random term, and the additional penalty.
  static func budget(epsilon: Double, rows: Int, regularisation: Double) -> (epsilon: Double, penalty: Double)
  {
    let (count, c) = (Double(rows), 0.25)
    let ratio = c / (count * regularisation)
    let left = epsilon - Double.log(onePlus: 2 * ratio + ratio * ratio)
    if left > 0 { return (left, 0) }
    return (epsilon / 2, c / (count * Double.expMinusOne(epsilon / 4)) - regularisation)
  }

  /// Trains a model.
  ///
  /// - Throws: ``PrivacyError``, `LearningError` for data that are not finite or not of two classes.
  public func fit(
    _ data: ClassificationData, bounds: PublicBounds, using random: inout RandomStream
  ) throws -> PrivateFit<LinearClassifier> {
    try checkLogistic(data, epsilon: epsilon, regularisation: regularisation, bounds: bounds)
    try checkTolerance(gradientTolerance, share: toleranceShare)
    let rows = try BoundedRows(data.features, bounds: bounds, hasIntercept: hasIntercept)
    let dimension = rows.matrix.columns
    let (main, cover) = (epsilon * (1 - toleranceShare), epsilon * toleranceShare)
    let (left, extra) = Self.budget(epsilon: main, rows: data.count, regularisation: regularisation)
    let term = random.sphericalLaplace(dimension: dimension, scale: 2 / left)
    let strength = regularisation + extra
    var weights = try PerturbedLogistic(
      rows.matrix, labels: data.labels, strength: strength, perturbation: term
    ).minimum(tolerance: gradientTolerance)
    let distance = 2 * gradientTolerance / strength
    axpy(1, random.sphericalLaplace(dimension: dimension, scale: distance / cover), into: &weights)
    let (raw, intercept) = rows.unscaled(weights)
    return PrivateFit(
      model: LinearClassifier(weights: raw, intercept: intercept),
      privacy: PrivacyStatement(
        mechanism: Self.card.id, epsilon: epsilon, delta: 0, adjacency: .replaceOne, bounds: bounds.sentences,
        noiseScale: 2 / left,
        noise:
          "scale of the norm of the random linear term, gamma with shape \(dimension), for rows of norm 1",
        assumptions: [
          "the exact minimum is approached to a gradient norm of \(gradientTolerance); \(cover) of epsilon pays "
            + "for noise of scale \(distance / cover) on the weights that covers it",
          floatingPointNoise,
        ]))
  }
}

extension MethodCard.Taxonomy {
  /// Training under differential privacy.
  static let privateTraining = MethodCard.Taxonomy(
    atlas: [], owasp: ["ML03:2023", "ML04:2023"], nist: ["NISTAML.032", "NISTAML.033"])
}

/// - Throws: ``PrivacyError/outOfRange(name:value:range:)``.
func checkTolerance(_ tolerance: Double, share: Double = 0.5) throws(PrivacyError) {
  guard tolerance > 0, tolerance.isFinite else {
    throw .outOfRange(name: "gradientTolerance", value: tolerance, range: "0<..")
  }
  guard share > 0, share < 1 else {
    throw .outOfRange(name: "toleranceShare", value: share, range: "0<..<1")
  }
}

/// Checks what private logistic models need.
///
/// - Throws: ``PrivacyError``, `LearningError`.
func checkLogistic(
  _ data: ClassificationData, epsilon: Double, regularisation: Double, bounds: PublicBounds
) throws {
  try checkBudget(epsilon: epsilon)
  try bounds.check(target: false)
  guard regularisation > 0, regularisation.isFinite else {
    throw PrivacyError.outOfRange(name: "regularisation", value: regularisation, range: "0<..")
  }
  guard data.classCount == 2 else {
    throw LearningError.notBinary(method: "private logistic regression", found: data.classCount)
  }
  guard data.weights == nil else {
    throw LearningError.weightsUnsupported(method: "private logistic regression")
  }
  guard data.count > 0 else {
    throw LearningError.tooFewRows(method: "private logistic regression", needed: 1, found: 0)
  }
}
