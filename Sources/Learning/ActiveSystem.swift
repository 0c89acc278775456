import LinearAlgebra

/// The linear equations of the features with non-zero weight in a LASSO or elastic net.
struct ActiveSystem {
  /// What the equations say.
  enum Solution {
    /// They have one solution.
    case point([Double])
    /// The features are linearly dependent: moving the weights along this vector does not change the fit.
    case dependence([Double])
  }

  private let matrix: Matrix

  /// The equations of the given features, with `square` added to the diagonal.
  init(_ scatter: Matrix, _ active: [Int], square: Double) {
    var matrix = scatter.principal(active)
    matrix.addToDiagonal(square)
    self.matrix = matrix
  }

  /// Solves by Cholesky with one step of iterative refinement; a pivot below 1e-11 of its diagonal element
  /// shows a feature that depends on those before it.
  func solve(_ right: [Double]) -> Solution {
    do {
      let factor = try Cholesky(matrix)
      if let position = smallPivot(factor) { return dependence(at: position) }
      return .point(refined(matrix, factor, right))
    } catch LinearAlgebraError.notPositiveDefinite(let minor) {
      let leading = try? Cholesky(matrix.principal(Array(0..<minor - 1)))
      return dependence(at: leading.flatMap(smallPivot) ?? minor - 1)
    } catch {
      return dependence(at: 0)
    }
  }

  private func smallPivot(_ factor: Cholesky) -> Int? {
    (0..<factor.order).first {
      factor.factor[$0, $0] * factor.factor[$0, $0] < 1e-11 * matrix[$0, $0]
    }
  }

  /// The feature at `position` minus its combination of those before it.
  private func dependence(at position: Int) -> Solution {
    let before = Array(0..<position)
    var result = [Double](repeating: 0, count: matrix.rows)
    result[position] = 1
    let leading = matrix.principal(before)
    if let factor = try? Cholesky(leading) {
      let combination = refined(leading, factor, before.map { matrix[position, $0] })
      for (index, value) in combination.enumerated() { result[index] = -value }
    }
    return .dependence(result)
  }

  /// The solution after one step of iterative refinement.
  private func refined(_ matrix: Matrix, _ factor: Cholesky, _ right: [Double]) -> [Double] {
    var result = factor.solve(right)
    let residual = zip(right, matrix.times(result)).map { $0 - $1 }
    for (index, correction) in factor.solve(residual).enumerated() { result[index] += correction }
    return result
  }
}
