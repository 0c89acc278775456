public import Learning
public import LinearAlgebra
public import Methods

/// Private linear or logistic regression by noise on the coefficients of its objective:
///
/// ```
/// Σ (y − wᵀx)²  =  Σ y² − Σ 2 y xⱼ wⱼ + Σ xⱼ xₗ wⱼ wₗ,      ‖x‖₂ <= 1, |y| <= 1
/// Σ log(1 + exp(wᵀx)) − y wᵀx  ≈  n log 2 + Σ (½ − y) xⱼ wⱼ + ⅛ Σ xⱼ xₗ wⱼ wₗ
/// ```
///
/// Every coefficient gets Laplace noise of scale `Δ/ε`. The noisy quadratic need not have a minimum, so a penalty of four
/// standard deviations of the noise is added and the directions whose curvature is still not positive are left out
/// (spectral trimming). With ``Sensitivity/published`` every feature counts as 1 as in the paper, whose
/// features are at most `1/√d`; ``Sensitivity/tight`` uses the bounds that are known of a row: the sum `S` of its
/// magnitudes.
///
/// | | published | tight |
/// | --- | --- | --- |
/// | linear | `2 (d + 1)²` | `2 (2S + S²)` |
/// | logistic | `d²/4 + 3d` | `S²/4 + S` |
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``epsilon`` | 1 | `1e-4...1e4` | Privacy budget, replace-one adjacency |
/// | ``sensitivity`` | tight | | How `Δ` is bounded |
/// | ``hasIntercept`` | true | | Whether a constant feature is added |
/// | ``sensitive`` | none | | Features whose coefficients get a share of the budget of their own |
///
/// The noise is the discrete Laplace distribution in exact arithmetic on a fine grid.
///
/// - Source: Zhang, Zhang, Xiao, Yang, Winslett, "Functional mechanism: regression analysis under differential
///   privacy", VLDB 2012, sections 4 to 6; unequal budgets: Wang, Si, Wu, "Regression model fitting under differential
///   privacy and model inversion attack", IJCAI 2015.
public struct FunctionalMechanism: Sendable, Hashable, Codable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "functional", family: .mechanism, title: "Functional mechanism",
    summary: "Noise on the coefficients of the objective of a linear or logistic model.",
    citation: "Zhang et al., Functional mechanism: regression analysis under differential privacy, VLDB 2012",
    needs: "two classes, or a number with a public range; public bounds of the rows",
    taxonomy: .privateTraining)

  /// How the sensitivity of the coefficients is bounded.
  public enum Sensitivity: String, Sendable, Hashable, Codable, CaseIterable {
    /// As printed in the paper.
    case published
    /// From the bound on the sum of magnitudes of a row.
    case tight
  }

  /// A share of the budget for the coefficients that touch some features.
  public struct Sensitive: Sendable, Hashable, Codable {
    /// Columns of the features.
    public let columns: [Int]
    /// Largest sum of their magnitudes in a row; 1 for the indicators of one category. Rows beyond it are moved inside.
    public var magnitude: Double
    /// Share of the budget for coefficients that touch them; a small one means much noise.
    public var share: Double

    /// Features with their bound and share, in `0<..<1`; a column that is named twice counts once.
    public init(columns: [Int], magnitude: Double, share: Double) {
      self.columns = Set(columns).sorted()
      self.magnitude = magnitude
      self.share = share
    }
  }

  /// Privacy budget.
  public var epsilon: Double
  /// How the sensitivity is bounded.
  public var sensitivity: Sensitivity
  /// Whether a constant feature is added.
  public var hasIntercept: Bool
  /// Features with a share of the budget of their own; nil for none.
  public var sensitive: Sensitive?

  /// A mechanism with the given settings.
  public init(
    epsilon: Double = 1, sensitivity: Sensitivity = .tight, hasIntercept: Bool = true,
    sensitive: Sensitive? = nil
  ) {
    self.epsilon = epsilon
    self.sensitivity = sensitivity
    self.hasIntercept = hasIntercept
    self.sensitive = sensitive
  }

  /// Trains a linear model.
  ///
  /// - Throws: ``PrivacyError``, `LearningError` for data that are not finite.
  public func fit(
    _ data: RegressionData, bounds: PublicBounds, using random: inout RandomStream
  ) throws -> PrivateFit<LinearModel> {
    try checkLinear(data, epsilon: epsilon, bounds: bounds)
    let rows = try BoundedRows(data.features, bounds: bounds, hasIntercept: hasIntercept)
    let target = try BoundedTarget(data.target, bounds: bounds)
    let (weights, privacy) = try minimum(
      rows, slopes: target.values.map { -2 * $0 }, slope: 2, curvature: 1, bounds, using: &random)
    return PrivateFit(model: target.natural(rows.unscaled(weights)), privacy: privacy)
  }

  /// Trains a logistic model.
  ///
  /// - Throws: ``PrivacyError``, `LearningError` for data that are not finite or not of two classes.
  public func fit(
    _ data: ClassificationData, bounds: PublicBounds, using random: inout RandomStream
  ) throws -> PrivateFit<LinearClassifier> {
    try checkLogistic(data, epsilon: epsilon, regularisation: 1, bounds: bounds)
    let rows = try BoundedRows(data.features, bounds: bounds, hasIntercept: hasIntercept)
    let (weights, privacy) = try minimum(
      rows, slopes: data.labels.map { 0.5 - Double($0) }, slope: 0.5, curvature: 0.125, bounds,
      using: &random)
    let (raw, intercept) = rows.unscaled(weights)
    return PrivateFit(model: LinearClassifier(weights: raw, intercept: intercept), privacy: privacy)
  }

  /// Twice the largest sum of magnitudes of the coefficients of one row: `slope` for each feature and `curvature` for
  /// each pair; for coefficients that touch the sensitive features and for the others.
  private func sensitivities(
    _ rows: BoundedRows, slope: Double, curvature: Double
  ) -> (touching: Double, others: Double) {
    func all(_ sum: Double) -> Double { 2 * (slope * sum + curvature * sum * sum) }
    let width = Double(rows.matrix.columns)
    switch sensitivity {
    case .published:
      // The paper counts the constant of the linear objective too, and 3/2 for a slope of the logistic one.
      let whole = slope == 2 ? 2 * (width + 1) * (width + 1) : width * width / 4 + 3 * width
      guard let sensitive else { return (0, whole) }
      let others = width - Double(sensitive.columns.count)
      let rest = slope == 2 ? 2 * (others + 1) * (others + 1) : others * others / 4 + 3 * others
      return (whole - rest, rest)
    case .tight:
      let sum = rows.magnitude
      guard let sensitive else { return (0, all(sum)) }
      let own = min(sensitive.magnitude / rows.scale, sum)
      return (2 * (slope * own + curvature * (2 * sum * own - own * own)), all(sum))
    }
  }

  /// The minimum of `Σ curvature (wᵀx)² + slopes wᵀx` with noise on its coefficients.
  private func minimum(
    _ rows: BoundedRows, slopes: [Double], slope: Double, curvature: Double, _ bounds: PublicBounds,
    using random: inout RandomStream
  ) throws -> (weights: [Double], privacy: PrivacyStatement) {
    let width = rows.matrix.columns
    try checkSensitive(width - (hasIntercept ? 1 : 0))
    let rows = sensitive.map { rows.limiting($0.columns, sum: $0.magnitude) } ?? rows
    // One coefficient for each feature and each pair of features.
    let pairs = (0..<width).flatMap { row in (row..<width).map { (row, $0) } }
    let (noisy, scales) = noisyCoefficients(
      rows, pairs, slopes, sensitivities(rows, slope: slope, curvature: curvature), curvature: curvature,
      using: &random)
    var matrix = Matrix(rows: width, columns: width)
    for ((row, column), value) in zip(pairs, noisy[width...]) {
      matrix[row, column] = row == column ? value : value / 2
      matrix[column, row] = matrix[row, column]
    }
    matrix.addToDiagonal(4 * 2.0.squareRoot() * (scales.min() ?? 0))
    return (try Self.trimmedMinimum(matrix, Array(noisy[..<width])), statement(scales, bounds))
  }

  /// The coefficients with noise, and the scales of it: of those that touch no sensitive feature, then of those
  /// that do.
  private func noisyCoefficients(
    _ rows: BoundedRows, _ pairs: [(Int, Int)], _ slopes: [Double],
    _ changes: (touching: Double, others: Double), curvature: Double, using random: inout RandomStream
  ) -> (values: [Double], scales: [Double]) {
    let features = rows.matrix
    let width = features.columns
    let isSensitive = (0..<width).map { sensitive?.columns.contains($0) ?? false }
    let isTouching = isSensitive + pairs.map { isSensitive[$0] || isSensitive[$1] }
    let share = sensitive?.share ?? 0
    var (noisy, scales) = ([Double](repeating: 0, count: width + pairs.count), [Double]())
    for (flag, change, budget) in [
      (false, changes.others, epsilon * (1 - share)), (true, changes.touching, epsilon * share),
    ] {
      let places = noisy.indices.filter { isTouching[$0] == flag }
      guard !places.isEmpty, budget > 0 else { continue }
      let noise = GridNoise(rows: features.rows, width: places.count) { row, values in
        features.withRow(row) { x in
          for (index, place) in places.enumerated() {
            if place < width {
              values[index] = slopes[row] * x[place]
            } else {
              let (one, other) = pairs[place - width]
              values[index] = curvature * x[one] * x[other] * (one == other ? 1 : 2)
            }
          }
        }
      }.laplace(sensitivity: change, epsilon: budget, using: &random)
      for (place, value) in zip(places, noise.values) { noisy[place] = value }
      scales.append(noise.scale)
    }
    return (noisy, scales)
  }

  private func statement(_ scales: [Double], _ bounds: PublicBounds) -> PrivacyStatement {
    PrivacyStatement(
      mechanism: Self.card.id, epsilon: epsilon, delta: 0, adjacency: .replaceOne, bounds: bounds.sentences,
      noiseScale: scales.max() ?? 0,
      noise: "scale of the discrete Laplace noise on the coefficients of the objective, for rows of norm 1"
        + (scales.count > 1 ? "; \(scales[0]) where no sensitive feature is touched" : ""),
      assumptions: [
        "sums and noise are exact on a grid; the sensitivity is raised by what moving rows to it can do",
        "the minimum is a function of noisy coefficients, so it need not be exact",
      ])
  }

  private func checkSensitive(_ width: Int) throws(PrivacyError) {
    guard let sensitive else { return }
    guard sensitive.share > 0, sensitive.share < 1 else {
      throw .outOfRange(name: "the share of the sensitive features", value: sensitive.share, range: "0<..<1")
    }
    guard sensitive.magnitude > 0 else {
      throw .outOfRange(
        name: "the bound on the sensitive features", value: sensitive.magnitude, range: "0<..")
    }
    for column in sensitive.columns where !(0..<width).contains(column) {
      throw .outOfRange(name: "a sensitive feature", value: Double(column), range: "0..<\(width)")
    }
  }

  /// The minimum of `wᵀAw + aᵀw` over the directions in which `A` is positive.
  static func trimmedMinimum(_ matrix: Matrix, _ linear: [Double]) throws -> [Double] {
    let eigen = try SymmetricEigen(matrix)
    let turned = eigen.vectors.transposedTimes(linear)
    let along = zip(turned, eigen.values).map { $1 > 0 ? -$0 / (2 * $1) : 0 }
    return eigen.vectors.times(along)
  }
}
