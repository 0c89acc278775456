import LinearAlgebra

/// The centred normal equations `(Σ u (x − x̄)(x − x̄)ᵀ + D) w = Σ u (x − x̄)(y − ȳ)` with a non-negative
/// diagonal `D`, solved to full precision where the features allow it and by smallest norm where not.
///
/// Steps: (1) drop features without spread, (2) scale to unit diagonal and factorise by Cholesky, (3) estimate
/// the condition, (4) refine with residuals from the rows when digits were lost (Björck 1987, corrected
/// semi-normal equations), (5) fall back to eigenvalues, or to a singular value decomposition of the rows when
/// the rank is in doubt.
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
    let constant = varying.count == all.count ? [] : all.filter { !varying.contains($0) }
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
    solution.steps = problem.refine(&solution.weights, limit: 4, by: apply)
    return solution
  }

  /// The solution of smallest norm.
  private func minimumNorm(_ problem: CentredProblem) throws -> Solution {
    let eigen = try SymmetricEigen(problem.matrix)
    let largest = Swift.max(eigen.values.last ?? 0, 0)
    let (noise, clear) = (1e-13 * largest * Double(problem.order), 1e-6 * largest)
    let inDoubt = eigen.values.contains { $0 > noise && $0 < clear }
    if inDoubt, problem.data != nil {
      let (matrix, right) = problem.rows()
      let solved = try LeastSquares(matrix, right)
      let kept = solved.rank > 0 ? solved.singularValues[0] / solved.singularValues[solved.rank - 1] : 1
      let isFull = solved.rank == problem.order
      return Solution(
        weights: solved.solution, rank: solved.rank, condition: isFull ? kept * kept : .infinity,
        isUncertain: isFull)
    }
    let kept = eigen.values.indices.filter { eigen.values[$0] > noise }
    func apply(_ right: [Double]) -> [Double] {
      let rotated = eigen.vectors.transposedTimes(right)
      var shrunk = [Double](repeating: 0, count: rotated.count)
      for index in kept { shrunk[index] = rotated[index] / eigen.values[index] }
      return eigen.vectors.times(shrunk)
    }
    let isFull = kept.count == problem.order
    var solution = Solution(
      weights: apply(problem.right), rank: kept.count,
      condition: isFull ? largest / eigen.values[0] : .infinity, isUncertain: isFull)
    solution.steps = problem.refine(&solution.weights, limit: 1, by: apply)
    return solution
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
