import LinearAlgebra

/// Minimises a smooth function of many variables from its values and gradients, with a quadratic model built
/// from the last steps and the line search of Moré and Thuente.
///
/// ```swift
/// let result = LBFGS().minimize(from: [0, 0]) { point, gradient in
///   gradient = [2 * (point[0] - 1), 8 * point[1]]
///   return (point[0] - 1) * (point[0] - 1) + 4 * point[1] * point[1]
/// }
/// ```
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``memory`` | 10 | `1...` | Steps that the model remembers |
/// | ``maximumIterations`` | 1000 | `0...` | Limit of steps |
/// | ``gradientTolerance`` | 1e-6 | `0...` | Euclidean norm of the gradient that ends the search, absolute |
/// | ``valueTolerance`` | 0 | `0...` | Decrease by a step, as a share of the value, that ends the search |
///
/// - Complexity: O(`memory` · *d*) for each step, besides the objective.
/// - Source: Liu and Nocedal, "On the limited memory BFGS method for large scale optimization", Math. Program.
///   45 (1989); Nocedal and Wright, "Numerical Optimization", 2nd ed. (2006), algorithm 7.5.
public struct LBFGS: Sendable, Hashable, Codable {
  /// Steps that the model remembers.
  public var memory: Int
  /// Limit of steps.
  public var maximumIterations: Int
  /// Euclidean norm of the gradient that ends the search.
  public var gradientTolerance: Double
  /// Decrease by a step, as a share of the value, that ends the search; 0 for none.
  public var valueTolerance: Double

  /// A minimiser with the given limits.
  public init(
    memory: Int = 10, maximumIterations: Int = 1000, gradientTolerance: Double = 1e-6,
    valueTolerance: Double = 0
  ) {
    self.memory = memory
    self.maximumIterations = maximumIterations
    self.gradientTolerance = gradientTolerance
    self.valueTolerance = valueTolerance
  }

  /// A point where the gradient nearly vanishes, or the best one when the steps run out.
  ///
  /// - Parameters:
  ///   - start: the first point; the objective must be finite there.
  ///   - objective: gives the value at a point and writes the gradient, which has the right length already.
  ///     It may throw to end the search, for instance when the task was cancelled.
  public func minimize(
    from start: [Double], objective: (_ point: [Double], _ gradient: inout [Double]) throws -> Double
  ) rethrows -> OptimisationResult {
    precondition(memory >= 1, "L-BFGS needs a memory of at least one step")
    var (point, gradient) = (start, [Double](repeating: 0, count: start.count))
    var value = try objective(point, &gradient)
    var (next, nextGradient) = (point, gradient)
    var model = QuasiNewtonModel(memory: memory)
    var (iterations, evaluations, lastStep) = (0, 1, 0.0)
    var hasFailed = false
    var norm = norm2(gradient)
    while norm > gradientTolerance, iterations < maximumIterations, norm.isFinite {
      var direction = model.direction(against: gradient)
      var slope = dot(direction, gradient)
      if !(slope < 0) {
        model.restart()
        direction = gradient.map { -$0 }
        slope = -norm * norm
      }
      let origin = MoreThuente.Sample(step: 0, value: value, slope: slope)
      let accepted = try MoreThuente().search(
        from: origin, first: model.isEmpty ? 1 / norm : 1
      ) { step in
        for index in next.indices { next[index] = point[index] + step * direction[index] }
        evaluations += 1
        let value = try objective(next, &nextGradient)
        return .init(step: step, value: value, slope: dot(nextGradient, direction))
      }
      guard let accepted else {
        // Once more along the gradient, then rounding error has the last word.
        if hasFailed || model.isEmpty { break }
        hasFailed = true
        model.restart()
        continue
      }
      hasFailed = false
      model.remember(from: point, to: next, gradient, nextGradient)
      swap(&point, &next)
      swap(&gradient, &nextGradient)
      var (moved, size) = (0.0, 1.0)
      for index in point.indices {
        moved = max(moved, abs(point[index] - next[index]))
        size = max(size, abs(point[index]))
      }
      lastStep = moved / size
      let decrease = value - accepted.value
      value = accepted.value
      norm = norm2(gradient)
      iterations += 1
      if valueTolerance > 0, decrease <= valueTolerance * abs(value) { break }
    }
    return OptimisationResult(
      point: point, value: value, gradientNorm: norm, iterations: iterations, evaluations: evaluations,
      isConverged: norm <= gradientTolerance, lastStep: lastStep)
  }
}
