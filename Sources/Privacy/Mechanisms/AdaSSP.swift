public import Learning
public import LinearAlgebra
public import Methods
import RealModule

/// Private linear regression by sufficient statistics with an adaptive ridge:
///
/// ```
/// λ̃ = max(0, λ_min(XᵀX) + s z₁ − s √(log(6/δ)))
/// λ = max(0, s √(d log(2d²/ρ)) − λ̃),   ρ = 0.05
/// w = (XᵀX + s Z + λ I)⁻¹ (Xᵀy + s z₂),   ‖x‖ <= 1, |y| <= 1
/// ```
///
/// with normal `z₁`, `z₂` and a symmetric `Z`. The three releases have sensitivity 1 when a row is added or removed.
/// ``Calibration/reference`` is the noise of the paper and its code, `s = √(log(6/δ)) / (ε/3)`;
/// ``Calibration/exact`` the smallest `s` for which three normal releases are `(ε, δ)`-private, which
/// composes them as Gaussian differential privacy and is 1.6 to 1.9 times smaller. The proof of the reference holds for
/// small budgets; above about 20 its noise would be too small, and the exact one takes its place.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``epsilon`` | 1 | `1e-4...1e4` | Privacy budget, add/remove adjacency |
/// | ``delta`` | 1e-6 | `0<..<1` | Chance that the budget is exceeded, less than one in the rows |
/// | ``calibration`` | exact | | How `s` follows from them |
/// | ``hasIntercept`` | true | | Whether a constant feature is added |
///
/// The noise is the discrete normal distribution in exact arithmetic on a fine grid.
///
/// - Source: Wang, "Revisiting differentially private linear regression: optimal and adaptive prediction & estimation
///   in unbounded domain", UAI 2018, algorithm 2, and `adassp.m` of its released code (which adds one more unit
///   matrix); calibration: Balle and Wang, ICML 2018.
public struct AdaSSP: Sendable, Hashable, Codable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "adassp", family: .mechanism, title: "Adaptive sufficient statistics (AdaSSP)",
    summary:
      "Linear regression on noisy moments, with a ridge penalty that follows their smallest eigenvalue.",
    citation: "Wang, Revisiting differentially private linear regression, UAI 2018",
    needs: "a number with a public range; a public bound on the norm of the rows; a public number of rows",
    taxonomy: .privateTraining)

  /// How the noise follows from the budget.
  public enum Calibration: String, Sendable, Hashable, Codable, CaseIterable {
    /// The smallest noise.
    case exact
    /// That of the paper.
    case reference
  }

  /// Privacy budget.
  public var epsilon: Double
  /// Chance that it is exceeded.
  public var delta: Double
  /// How the noise follows.
  public var calibration: Calibration
  /// Whether a constant feature is added.
  public var hasIntercept: Bool

  /// A mechanism with the given settings.
  public init(
    epsilon: Double = 1, delta: Double = 1e-6, calibration: Calibration = .exact, hasIntercept: Bool = true
  ) {
    self.epsilon = epsilon
    self.delta = delta
    self.calibration = calibration
    self.hasIntercept = hasIntercept
  }

  /// The deviation `s` of the noise for sensitivity 1.
  public static func noise(epsilon: Double, delta: Double, calibration: Calibration) -> Double {
    let exact = 3.0.squareRoot() * GaussianMechanism.sigma(epsilon: epsilon, delta: delta)
    return switch calibration {
    case .exact: exact
    case .reference: max(Double.log(6 / delta).squareRoot() / (epsilon / 3), exact)
    }
  }

  /// By how much rounding may move the smallest eigenvalues of two neighbours apart: about 10⁻¹⁵ for each row and
  /// feature.
  private static let eigenvalueError = 1e-3

  /// Trains a linear model.
  ///
  /// - Parameter publicRows: number of rows that is public, beside which ``delta`` must be small; about right is enough.
  /// - Throws: ``PrivacyError``, also for a ``delta`` of one in the public rows or more, and `LearningError` for data that
  ///   are not finite.
  public func fit(
    _ data: RegressionData, bounds: PublicBounds, publicRows: Int, using random: inout RandomStream
  ) throws -> PrivateFit<LinearModel> {
    try checkBudget(epsilon: epsilon, delta: delta, publicRows: publicRows)
    try checkLinear(data, epsilon: epsilon, bounds: bounds)
    let rows = try BoundedRows(data.features, bounds: bounds, hasIntercept: hasIntercept)
    let target = try BoundedTarget(data.target, bounds: bounds)
    let width = rows.matrix.columns
    let pairs = (0..<width).flatMap { row in (row..<width).map { (row, $0) } }
    let slack = GridNoise.epsilonSlack(values: pairs.count + width + 1)
    guard epsilon > 2 * slack else {
      throw PrivacyError.outOfRange(
        name: "epsilon", value: epsilon, range: "above \(2 * slack) for \(width) features")
    }
    // The factor between discrete and normal probabilities falls on delta too.
    let ratio = Self.noise(
      epsilon: epsilon - slack, delta: delta * Double.exp(-slack), calibration: calibration)
    let ridge = try ridge(rows.matrix, ratio: ratio, using: &random)
    // Off the diagonal a symmetric matrix counts twice in its norm.
    let moments = try GridNoise(rows: data.count, width: pairs.count) { row, values in
      rows.matrix.withRow(row) { x in
        for (place, (one, other)) in pairs.enumerated() {
          values[place] = x[one] * x[other] * (one == other ? 1 : 2.0.squareRoot())
        }
      }
    }.gaussian(sensitivity: 1, ratio: ratio, using: &random)
    let right = try GridNoise(rows: data.count, width: width) { row, values in
      rows.matrix.withRow(row) { x in
        for place in 0..<width { values[place] = target.values[row] * x[place] }
      }
    }.gaussian(sensitivity: 1, ratio: ratio, using: &random)
    var matrix = Matrix(rows: width, columns: width)
    for ((row, column), value) in zip(pairs, moments.values) {
      matrix[row, column] = row == column ? value : value / 2.0.squareRoot()
      matrix[column, row] = matrix[row, column]
    }
    matrix.addToDiagonal(ridge)
    // What noise can leave of curvature that is not positive is left out.
    let weights = try FunctionalMechanism.trimmedMinimum(matrix, right.values.map { -2 * $0 })
    return PrivateFit(
      model: target.natural(rows.unscaled(weights)), privacy: statement(bounds, scale: moments.scale))
  }

  /// The ridge that makes the noisy moments safe to invert.
  private func ridge(_ rows: Matrix, ratio: Double, using random: inout RandomStream) throws -> Double {
    let smallest = max(try SymmetricEigen(rows.gram()).values.first ?? 0, 0)
    let floor =
      try GridNoise(value: smallest)
      .gaussian(sensitivity: 1 + Self.eigenvalueError, ratio: ratio, using: &random).values[0]
      - ratio * Double.log(6 / delta).squareRoot()
    let dimension = Double(rows.columns)
    let wanted = ratio * (dimension * Double.log(2 * dimension * dimension / 0.05)).squareRoot()
    return max(0, wanted - max(0, floor))
  }

  private func statement(_ bounds: PublicBounds, scale: Double) -> PrivacyStatement {
    PrivacyStatement(
      mechanism: Self.card.id, epsilon: epsilon, delta: delta, adjacency: .addRemove,
      bounds: bounds.sentences, noiseScale: scale,
      noise: "standard deviation of the discrete normal noise on the moments, for rows and targets of norm 1",
      assumptions: [
        "sums and noise are exact on a grid; sensitivity and epsilon pay for moving rows to the grid",
        "the smallest eigenvalue is taken to be computed to within \(Self.eigenvalueError / 2)",
        "the ridge follows \(calibration == .exact ? "exactly calibrated" : "the reference's") noise",
      ])
  }
}
