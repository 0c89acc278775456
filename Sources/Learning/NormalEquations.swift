import LinearAlgebra

/// The centred normal equations `(Σ u (x − x̄)(x − x̄)ᵀ + D) w = Σ u (x − x̄)(y − ȳ)` with a non-negative
/// diagonal `D`, solved to full precision where the features allow it and by smallest norm where not.
///
/// Steps: (1) drop features without spread, (2) scale to unit diagonal and factorise by Cholesky, (3) estimate
/// the condition, (4) refine with residuals from the rows when digits were lost (Björck 1987, corrected
/// semi-normal equations), (5) fall back to eigenvalues, or to a singular value decomposition of the rows when
/// the rank is in doubt; both with features of unit spread, so that units do not decide.
struct NormalEquations {
  let moments: Moments
  /// The diagonal `D`; empty means zero.
  let diagonal: [Double]
  /// The rows, when they are at hand.
  let data: RegressionData?

  /// Above this reciprocal condition the Cholesky solution needs no refinement.
  private static let safe = 1e-5
  /// Below this reciprocal condition the factor is not trusted.
  private static let singular = 1e-12

  func solve() throws -> LinearFit {
    let all = moments.means.indices
    let varying = diagonal.isEmpty ? moments.varyingFeatures : Array(all)
    let isVarying = Set(varying)
    let constant = varying.count == all.count ? [] : all.filter { !isVarying.contains($0) }
    let notes: [FitWarning] = constant.isEmpty ? [] : [.constantFeatures(constant)]
    let problem = CentredProblem(moments, diagonal: diagonal, features: varying, data: data)
    let solution = try cholesky(problem) ?? minimumNorm(problem)
    var weights = [Double](repeating: 0, count: all.count)
    for (index, weight) in zip(varying, solution.weights) { weights[index] = weight }
    let model = LinearModel(weights: weights, intercept: moments.intercept(weights))
    return LinearFit(
      model: model, rank: solution.rank, condition: solution.condition, iterations: solution.steps,
      warnings: notes + solution.warnings(of: all.count))
  }

  /// The solution by Cholesky, or nil when the matrix is singular to working precision.
  private func cholesky(_ problem: CentredProblem) -> Solution? {
    let order = problem.order
    guard order > 0 else { return Solution(weights: [], rank: 0, condition: 1) }
    let scales = (0..<order).map { 1 / problem.matrix[$0, $0].squareRoot() }
    guard scales.allSatisfy({ $0.isFinite && $0 > 0 }) else { return nil }
    let scaled = problem.scaledMatrix(scales)
    guard let factor = try? Cholesky(scaled) else { return nil }
    let reciprocal = factor.reciprocalCondition()
    guard reciprocal > Self.singular else { return nil }
    func apply(_ right: [Double]) -> [Double] {
      zip(factor.solve(zip(right, scales).map { $0 * $1 }), scales).map { $0 * $1 }
    }
    var solution = Solution(weights: apply(problem.right), rank: order, condition: 1 / reciprocal)
    guard reciprocal < Self.safe else { return solution }
    if problem.data == nil { solution.isUncertain = reciprocal < 1e-8 }
    solution.steps = problem.refine(&solution.weights, scales: scales, limit: 6, by: apply)
    return solution
  }

  /// The solution of smallest norm among those that are equally good.
  ///
  /// The rank is that of features scaled to unit spread, whatever their units; what the rounding of the values leaves
  /// open does not count. Eigenvalues tell it where they leave no doubt; directions that they lose are looked at in
  /// the rows.
  private func minimumNorm(_ problem: CentredProblem) throws -> Solution {
    let order = problem.order
    let scales = (0..<order).map { index in
      let scale = 1 / problem.matrix[index, index].squareRoot()
      return scale.isFinite && scale > 0 ? scale : 1
    }
    let eigen = try SymmetricEigen(problem.scaledMatrix(scales))
    let largest = Swift.max(eigen.values.last ?? 0, 0)
    let (noise, clear) = (1e-13 * largest * Double(order), 1e-6 * largest)
    let lost = eigen.values.indices.filter { eigen.values[$0] <= noise }
    let null = lost.map { column in zip(eigen.vectors.column(column), scales).map { $0 * $1 } }
    if let data = problem.data {
      let limit = Swift.max(
        Double.ulpOfOne * Double(Swift.max(data.count, order)) * largest.squareRoot(),
        problem.rounding(scaledBy: scales))
      let inDoubt =
        eigen.values.contains { $0 > noise && $0 < clear } || problem.largestProduct(with: null) > limit
      if inDoubt { return try decompose(problem, scales) }
    }
    let kept = eigen.values.indices.filter { eigen.values[$0] > noise }
    func apply(_ right: [Double]) throws -> [Double] {
      let rotated = eigen.vectors.transposedTimes(zip(right, scales).map { $0 * $1 })
      var shrunk = [Double](repeating: 0, count: rotated.count)
      for index in kept { shrunk[index] = rotated[index] / eigen.values[index] }
      let weights = zip(eigen.vectors.times(shrunk), scales).map { $0 * $1 }
      return try Self.shortest(weights, null: null)
    }
    let isFull = lost.isEmpty
    var solution = Solution(
      weights: try apply(problem.right), rank: kept.count,
      condition: isFull ? largest / eigen.values[0] : .infinity, isUncertain: isFull)
    solution.steps = try problem.refine(&solution.weights, scales: scales, limit: 1, by: apply)
    return solution
  }

  /// The solution by singular values of the centred rows with features of unit spread.
  private func decompose(_ problem: CentredProblem, _ scales: [Double]) throws -> Solution {
    let (rows, right) = problem.rows(scaledBy: scales)
    let parts = try SingularValueDecomposition(rows)
    let size = Double(Swift.max(rows.rows, rows.columns))
    let rounding =
      problem.rounding(scaledBy: scales) / Swift.max(parts.singularValues.first ?? 1, .leastNormalMagnitude)
    let rank = parts.rank(tolerance: Swift.max(Double.ulpOfOne * size, rounding))
    let rotated = parts.left.transposedTimes(right)
    var shrunk = [Double](repeating: 0, count: rotated.count)
    for index in 0..<rank { shrunk[index] = rotated[index] / parts.singularValues[index] }
    let weights = zip(parts.rightTransposed.transposedTimes(shrunk), scales).map { $0 * $1 }
    let isFull = rank == problem.order
    let null = (rank..<problem.order).map { row in
      zip(parts.rightTransposed.row(row), scales).map { $0 * $1 }
    }
    guard isFull else {
      return Solution(weights: try Self.shortest(weights, null: null), rank: rank, condition: .infinity)
    }
    var solution = Solution(
      weights: weights, rank: rank, condition: parts.condition * parts.condition, isUncertain: true)
    solution.steps = problem.refine(&solution.weights, scales: scales, limit: 6) { right in
      let turned = parts.rightTransposed.times(zip(right, scales).map { $0 * $1 })
      let shrunk = zip(turned, parts.singularValues).map { $0 / $1 / $1 }
      return zip(parts.rightTransposed.transposedTimes(shrunk), scales).map { $0 * $1 }
    }
    return solution
  }

  /// The shortest of all weights that differ from `weights` by a combination of the vectors `null`, which the
  /// features map to zero.
  private static func shortest(_ weights: [Double], null: [[Double]]) throws -> [Double] {
    guard !null.isEmpty else { return weights }
    var basis = Matrix(rows: weights.count, columns: null.count)
    for (column, vector) in null.enumerated() {
      let length = norm2(vector)
      for row in vector.indices { basis[row, column] = vector[row] / length }
    }
    let factor = try PivotedQR(basis)
    var inside = factor.applyTransposedQ(weights)
    for index in factor.rank()..<inside.count { inside[index] = 0 }
    return zip(weights, factor.applyQ(inside)).map { $0 - $1 }
  }

  /// What a solver found out.
  private struct Solution {
    var weights: [Double]
    var rank: Int
    var condition: Double
    var steps = 0
    var isUncertain = false

    func warnings(of features: Int) -> [FitWarning] {
      if rank < weights.count { return [.rankDeficient(rank: rank, features: features)] }
      return isUncertain ? [.illConditioned(condition: condition)] : []
    }
  }
}
