import LinearAlgebra
import RealModule

/// The objective `(1/n) Σ log(1 + exp(−wᵀz)) + strength/2 ‖w‖² + bᵀw/n` of rows `z`, which are features times a label
/// of ±1, and its minimum by Newton's method.
struct PerturbedLogistic {
  /// Features times label, of norm at most 1.
  let rows: Matrix
  /// Strength of the penalty, positive.
  let strength: Double
  /// The vector `b`.
  let perturbation: [Double]

  /// Signs the rows: class 1 is positive.
  init(_ features: Matrix, labels: [Int], strength: Double, perturbation: [Double]) {
    var rows = features
    rows.withMutableElements { elements in
      for (row, label) in labels.enumerated() where label == 0 {
        for index in row * features.columns..<(row + 1) * features.columns { elements[index].negate() }
      }
    }
    self.rows = rows
    self.strength = strength
    self.perturbation = perturbation
  }

  /// The minimum.
  ///
  /// - Throws: ``PrivacyError/notOptimal(gradientNorm:tolerance:)`` if the gradient does not come below `tolerance`.
  func minimum(tolerance: Double, maximumIterations: Int = 100) throws -> [Double] {
    var point = [Double](repeating: 0, count: rows.columns)
    var state = evaluate(point)
    for _ in 0..<maximumIterations {
      if norm2(state.gradient) <= tolerance { return point }
      let step = try Cholesky(hessian(state.margins)).solve(state.gradient.map { -$0 })
      let slope = dot(step, state.gradient)
      var length = 1.0
      while true {
        var next = point
        axpy(length, step, into: &next)
        let candidate = evaluate(next)
        // Near the optimum the value no longer tells steps apart, the gradient does.
        let isBetter =
          candidate.value <= state.value + 1e-4 * length * slope
          || norm2(candidate.gradient) < 0.5 * norm2(state.gradient)
        if isBetter || length < 1e-10 {
          (point, state) = (next, candidate)
          break
        }
        length /= 2
      }
    }
    let norm = norm2(state.gradient)
    guard norm <= tolerance else { throw PrivacyError.notOptimal(tolerance: tolerance) }
    return point
  }

  private func evaluate(_ point: [Double]) -> (value: Double, gradient: [Double], margins: [Double]) {
    let margins = rows.times(point)
    let count = Double(max(rows.rows, 1))
    var (loss, slopes) = (0.0, margins)
    for (index, margin) in margins.enumerated() {
      let small = Double.exp(-abs(margin))
      loss += Double.log(onePlus: small) + max(-margin, 0)
      slopes[index] = -(margin > 0 ? small : 1) / (1 + small) / count
    }
    var gradient = rows.transposedTimes(slopes)
    axpy(strength, point, into: &gradient)
    axpy(1 / count, perturbation, into: &gradient)
    let value = loss / count + strength / 2 * dot(point, point) + dot(perturbation, point) / count
    return (value, gradient, margins)
  }

  private func hessian(_ margins: [Double]) -> Matrix {
    var weighted = rows
    let (width, count) = (rows.columns, Double(max(rows.rows, 1)))
    weighted.withMutableElements { elements in
      for (row, margin) in margins.enumerated() {
        let small = Double.exp(-abs(margin))
        let factor = (small / count).squareRoot() / (1 + small)
        for index in row * width..<(row + 1) * width { elements[index] *= factor }
      }
    }
    var result = weighted.gram()
    result.addToDiagonal(strength)
    return result
  }
}
