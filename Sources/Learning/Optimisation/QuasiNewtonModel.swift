import LinearAlgebra

/// The inverse Hessian of an objective as a first guess and the last steps show it.
///
/// - Source: Nocedal and Wright, "Numerical Optimization", 2nd ed. (2006), algorithm 7.4.
struct QuasiNewtonModel {
  private struct Step {
    let change: [Double]
    let gradientChange: [Double]
    /// `1 / (sᵀy)`.
    let scale: Double
  }

  private let memory: Int
  private var steps: [Step] = []
  /// The factorised first guess of the Hessian; nil stands for a multiple of the identity.
  private(set) var factor: Cholesky?

  init(memory: Int, factor: Cholesky? = nil) {
    self.memory = memory
    self.factor = factor
  }

  /// Whether nothing is known of the scale of the objective.
  var isEmpty: Bool { steps.isEmpty && factor == nil }

  /// Forgets the steps and begins with another first guess.
  mutating func restart(factor: Cholesky? = nil) {
    steps.removeAll()
    self.factor = factor
  }

  /// Takes up a step; one without positive curvature beyond rounding says nothing and is left out.
  mutating func remember(
    from point: [Double], to next: [Double], _ gradient: [Double], _ nextGradient: [Double]
  ) {
    var (change, gradientChange) = (next, nextGradient)
    axpy(-1, point, into: &change)
    axpy(-1, gradient, into: &gradientChange)
    let product = dot(change, gradientChange)
    guard product > 1e-16 * norm2(change) * norm2(gradientChange) else { return }
    if steps.count == memory { steps.removeFirst() }
    steps.append(Step(change: change, gradientChange: gradientChange, scale: 1 / product))
  }

  /// The two-loop recursion: minus the model's inverse Hessian times `gradient`.
  func direction(against gradient: [Double]) -> [Double] {
    var result = gradient.map { -$0 }
    var factors = [Double](repeating: 0, count: steps.count)
    for (index, step) in steps.enumerated().reversed() {
      factors[index] = step.scale * dot(step.change, result)
      axpy(-factors[index], step.gradientChange, into: &result)
    }
    if let factor {
      result = factor.solve(result)
    } else if let last = steps.last {
      let scale = 1 / (last.scale * dot(last.gradientChange, last.gradientChange))
      for index in result.indices { result[index] *= scale }
    }
    for (index, step) in steps.enumerated() {
      axpy(factors[index] - step.scale * dot(step.gradientChange, result), step.change, into: &result)
    }
    return result
  }
}
