import Learning
import LinearAlgebra

/// The closed-form leave-one-out error of ridge regression for any penalty, from one eigendecomposition.
///
/// With the centred features' scatter `V·diag(e)·Vᵀ` and `Z = X_c V`, row `i` has leverage
/// `hᵢ = 1/n + Σ_k z_ik² / (e_k + λ)` and leave-one-out residual `rᵢ / (1 − hᵢ)`.
///
/// - Source: Allen, "The relationship between variable selection and data augmentation and a method for
///   prediction", Technometrics 16 (1974) (PRESS).
struct LeaveOneOut {
  private let projected: Matrix
  private let values: [Double]
  private let pull: [Double]
  private let centredTarget: [Double]

  init(_ data: RegressionData) throws {
    let moments = try data.moments()
    let eigen = try SymmetricEigen(moments.scatter)
    values = eigen.values.map { max($0, 0) }
    var product = data.features.times(eigen.vectors)
    let shift = eigen.vectors.transposedTimes(moments.means)
    let (rows, columns) = (product.rows, product.columns)
    product.withMutableElements { elements in
      for row in 0..<rows {
        for column in 0..<columns { elements[row * columns + column] -= shift[column] }
      }
    }
    projected = product
    centredTarget = data.target.map { $0 - moments.targetMean }
    pull = projected.transposedTimes(centredTarget)
  }

  /// The mean squared leave-one-out residual.
  func error(_ penalty: Double) -> Double {
    let shrink = values.map { 1 / ($0 + penalty) }
    let fitted = projected.times(zip(pull, shrink).map { $0 * $1 })
    let base = 1 / Double(fitted.count)
    var sum = 0.0
    for row in fitted.indices {
      var leverage = base
      projected.withRow(row) { z in
        for column in z.indices { leverage += z[column] * z[column] * shrink[column] }
      }
      let residual = (centredTarget[row] - fitted[row]) / max(1 - leverage, 1e-3)
      sum += residual * residual
    }
    return sum / Double(max(fitted.count, 1))
  }

  /// The penalty of smallest error; the larger of equals.
  func bestPenalty(of candidates: [Double]) -> Double {
    var best = (penalty: candidates[0], error: Double.infinity)
    for penalty in candidates.sorted(by: >) {
      let error = error(penalty)
      if error < best.error { best = (penalty, error) }
    }
    return best.penalty
  }
}
