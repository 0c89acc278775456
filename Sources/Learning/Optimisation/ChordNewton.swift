import LinearAlgebra
import RealModule

/// Newton's method that keeps a factorised Hessian for several steps and corrects it by what the steps show,
/// as L-BFGS with the factor as first guess does. A new Hessian is computed when that is cheaper than the steps
/// that the old one would still need at its rate.
///
/// The search ends when the gradient norm is below the tolerance and the next step would change no coordinate
/// by more than a small share of the largest; where no finite minimum exists the steps stay large, and the search ends at
/// a thousandth of the tolerance.
///
/// - Source: Nocedal and Wright, "Numerical Optimization", 2nd ed. (2006), sections 3.3 and 7.2; Shamanskii,
///   "A modification of Newton's method", Ukr. Math. J. 19 (1967).
struct ChordNewton {
  /// Where the search ended, and how fast it still moved.
  struct Outcome {
    let result: OptimisationResult
    /// The last step relative to the point, by largest coordinate.
    let lastStep: Double
    /// The last factorised Hessian; nil if none could be computed.
    let factor: Cholesky?
  }

  /// Limit of steps.
  var maximumIterations = 100
  /// Euclidean norm of the gradient that ends the search.
  var gradientTolerance: Double
  /// Largest step, relative to the largest coordinate, that ends the search.
  var stepTolerance = 1e-8
  /// Steps that correct the factor.
  var memory = 20

  /// Minimises from `start`; a factorised approximation of the Hessian there saves computing it.
  func minimize(
    from start: [Double], objective: some CurvedObjective, factor: Cholesky? = nil
  ) throws -> Outcome {
    var (point, gradient) = (start, [Double](repeating: 0, count: start.count))
    var value = try objective.value(at: point, gradient: &gradient)
    var (next, nextGradient) = (point, gradient)
    var norm = norm2(gradient)
    var (iterations, evaluations, lastStep) = (0, 1, 0.0)
    var isFresh = factor == nil
    var model = QuasiNewtonModel(
      memory: memory, factor: try factor ?? Cholesky(raising: objective.hessian(at: point)))
    while iterations < maximumIterations, norm.isFinite, norm > 0 {
      let direction = model.direction(against: gradient)
      let slope = dot(direction, gradient)
      lastStep = largest(direction) / max(largest(point), 1)
      let isSmall = lastStep <= stepTolerance || norm <= 1e-3 * gradientTolerance
      if norm <= gradientTolerance, isSmall { break }
      let origin = MoreThuente.Sample(step: 0, value: value, slope: slope)
      let accepted =
        try slope < 0
        ? MoreThuente().search(from: origin, first: 1) { step in
          for index in next.indices { next[index] = point[index] + step * direction[index] }
          evaluations += 1
          let value = try objective.value(at: next, gradient: &nextGradient)
          return .init(step: step, value: value, slope: dot(nextGradient, direction))
        } : nil
      if let accepted {
        model.remember(from: point, to: next, gradient, nextGradient)
        swap(&point, &next)
        swap(&gradient, &nextGradient)
        value = accepted.value
        iterations += 1
      }
      let previous = norm
      norm = norm2(gradient)
      if accepted == nil, isFresh || norm <= gradientTolerance { break }
      isFresh = false
      if accepted == nil || pays(objective.hessianCost, norm, previous) {
        model.restart(factor: try Cholesky(raising: objective.hessian(at: point)))
        isFresh = true
      }
    }
    let result = OptimisationResult(
      point: point, value: value, gradientNorm: norm, iterations: iterations, evaluations: evaluations,
      isConverged: norm <= gradientTolerance)
    return Outcome(result: result, lastStep: lastStep, factor: model.factor)
  }

  /// Whether a new Hessian costs less than the steps to come at the present rate.
  private func pays(_ cost: Double, _ norm: Double, _ previous: Double) -> Bool {
    guard norm > gradientTolerance, gradientTolerance > 0 else { return false }
    let rate = -Double.log(norm / previous)
    guard rate > 0 else { return true }
    return Double.log(norm / gradientTolerance) / rate > 1.5 * cost + 2
  }

  private func largest(_ values: [Double]) -> Double { values.reduce(0) { max($0, abs($1)) } }
}
