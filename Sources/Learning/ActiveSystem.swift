import LinearAlgebra

/// The linear equations of the features with non-zero weight in a LASSO or elastic net.
struct ActiveSystem {
  /// What the equations say.
  enum Solution {
    /// They have one solution.
    case point([Double])
    /// The features are linearly dependent: moving the weights along these vectors, which are independent, does not
    /// change the fit.
    case dependences([[Double]])
  }

  private let matrix: Matrix

  /// The equations with the given products of features, to whose diagonal `square` is added.
  init(_ gram: Matrix, square: Double) {
    var matrix = gram
    matrix.addToDiagonal(square)
    self.matrix = matrix
  }

  /// Solves by Cholesky with one step of iterative refinement; a pivot below 1e-11 of its diagonal element
  /// shows that features are dependent.
  func solve(_ right: [Double]) -> Solution {
    if let factor = try? Cholesky(matrix), !hasSmallPivot(factor) {
      return .point(refined(matrix, factor, right))
    }
    guard let pivoted = try? PivotedCholesky(matrix, tolerance: Self.tolerance) else {
      return .dependences([])
    }
    return .dependences(pivoted.nullVectors(rank: min(pivoted.rank, matrix.rows - 1)))
  }

  private static let tolerance = 1e-11

  /// `vᵀMv` with the matrix `M` of the equations.
  func curvature(along direction: [Double]) -> Double { dot(matrix.times(direction), direction) }

  private func hasSmallPivot(_ factor: Cholesky) -> Bool {
    (0..<factor.order).contains {
      factor.factor[$0, $0] * factor.factor[$0, $0] < Self.tolerance * matrix[$0, $0]
    }
  }

  /// The solution after one step of iterative refinement.
  private func refined(_ matrix: Matrix, _ factor: Cholesky, _ right: [Double]) -> [Double] {
    var result = factor.solve(right)
    let residual = zip(right, matrix.times(result)).map { $0 - $1 }
    for (index, correction) in factor.solve(residual).enumerated() { result[index] += correction }
    return result
  }
}
