import LinearAlgebra

/// A smooth convex function with a Hessian that can be computed at a price.
protocol CurvedObjective {
  /// The value at a point; writes the gradient, which has the right length already.
  func value(at point: [Double], gradient: inout [Double]) throws -> Double
  /// The Hessian, or an approximation of it; only the lower triangle is defined.
  func hessian(at point: [Double]) throws -> Matrix
  /// How many calls of ``value(at:gradient:)`` a factorised Hessian costs, roughly.
  var hessianCost: Double { get }
}

extension Cholesky {
  /// The factor of a matrix that is positive definite but for rounding: its diagonal is raised by as little as
  /// makes it so. Nil if nothing helps, which means that it is not finite.
  init?(raising matrix: Matrix) {
    var largest = 0.0
    for index in 0..<matrix.rows { largest = max(largest, matrix[index, index]) }
    var raise = 0.0
    while raise < 1 {
      var raised = matrix
      if raise > 0 {
        for index in 0..<matrix.rows {
          raised[index, index] += raise * (matrix[index, index] + 1e-3 * largest) + .leastNormalMagnitude
        }
      }
      if let factor = try? Cholesky(raised) {
        self = factor
        return
      }
      raise = raise == 0 ? 1e-12 : raise * 100
    }
    return nil
  }
}
