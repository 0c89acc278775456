import LinearAlgebra

/// Finds the minimum of a logistic objective plus `penalty · ‖w‖₁`, with exact zeros.
///
/// Each step minimises the quadratic model of the losses plus the penalty by coordinate descent, then halves the
/// step until the objective falls enough.
///
/// - Source: Yuan, Ho, Lin, "An improved GLMNET for L1-regularized logistic regression", JMLR 13 (2012);
///   Lee, Sun, Saunders, "Proximal Newton-type methods", SIAM J. Optim. 24 (2014).
struct ProximalNewton {
  let penalty: Double
  let tolerance: Double
  let maximumIterations: Int

  /// Minimises a binary objective without penalty of its own.
  func solve(_ objective: LogisticObjective, start: [Double]?) throws -> LogisticSolver.Solution {
    let weight = objective.totalWeight
    let strengths = objective.scaling.inverse.map { penalty * $0 } + [0]
    var point = start ?? [Double](repeating: 0, count: objective.order)
    var gradient = point
    var value = objective.value(at: point, gradient: &gradient) + size(point, strengths)
    var (next, nextGradient) = (point, gradient)
    var (norm, iterations, lastStep) = (subgradient(point, gradient, strengths), 0, Double.infinity)
    while norm.isFinite, iterations < maximumIterations {
      if norm <= tolerance * weight, lastStep <= 1e-8 || norm <= 1e-3 * tolerance * weight { break }
      let model = QuadraticModel(hessian: objective.hessian(at: point), gradient: gradient)
      let goal = model.minimum(from: point, strengths: strengths)
      let direction = zip(goal, point).map { $0 - $1 }
      let decrease = dot(gradient, direction) + size(goal, strengths) - size(point, strengths)
      guard decrease < 0 else { break }
      var length = 1.0
      var found = false
      while length > 1e-10, !found {
        next = length == 1 ? goal : zip(point, direction).map { $0 + length * $1 }
        let candidate = objective.value(at: next, gradient: &nextGradient) + size(next, strengths)
        found = candidate <= value + 1e-4 * length * decrease + 1e-14 * abs(value)
        if found { value = candidate } else { length /= 2 }
      }
      guard found else { break }
      lastStep = direction.reduce(0) { max($0, abs($1)) } / max(next.reduce(0) { max($0, abs($1)) }, 1)
      swap(&point, &next)
      swap(&gradient, &nextGradient)
      norm = subgradient(point, gradient, strengths)
      iterations += 1
    }
    return LogisticSolver.Solution(
      point: point, value: value, gradientNorm: norm / weight, iterations: iterations,
      isConverged: norm <= tolerance * weight, lastStep: lastStep)
  }

  private func size(_ point: [Double], _ strengths: [Double]) -> Double {
    zip(point, strengths).reduce(0) { $0 + abs($1.0) * $1.1 }
  }

  /// The norm of the smallest subgradient.
  private func subgradient(_ point: [Double], _ gradient: [Double], _ strengths: [Double]) -> Double {
    norm2(
      point.indices.map { index in
        let (slope, strength) = (gradient[index], strengths[index])
        if point[index] > 0 { return slope + strength }
        if point[index] < 0 { return slope - strength }
        return max(abs(slope) - strength, 0)
      })
  }
}

/// A quadratic model of the losses around a point.
private struct QuadraticModel {
  /// Symmetric, both triangles.
  private let hessian: Matrix
  private let gradient: [Double]
  private let sweeps = 1000

  /// Takes the lower triangle of the Hessian.
  init(hessian: Matrix, gradient: [Double]) {
    var full = hessian
    let order = gradient.count
    full.withMutableElements { values in
      for row in 0..<order {
        for column in 0..<row { values[column * order + row] = values[row * order + column] }
        // A feature without curvature would move without end.
        values[row * order + row] += 1e-12 * values[row * order + row] + .leastNormalMagnitude
      }
    }
    self.hessian = full
    self.gradient = gradient
  }

  /// The minimum of the model plus `Σ strengths · |w|`, by coordinate descent: over all coordinates, then over
  /// those that are not zero until they settle.
  func minimum(from point: [Double], strengths: [Double]) -> [Double] {
    var (result, slopes) = (point, gradient)
    let all = Array(point.indices)
    var left = sweeps
    var scale = 0.0
    while left > 0 {
      let change = sweep(all, &result, &slopes, strengths)
      scale = max(scale, change)
      left -= 1
      if change <= 1e-12 * scale { break }
      let active = all.filter { result[$0] != 0 || strengths[$0] == 0 }
      for _ in 0..<20 where left > 0 {
        left -= 1
        if sweep(active, &result, &slopes, strengths) <= 1e-12 * scale { break }
      }
    }
    return result
  }

  /// One pass; returns the largest change in units of the fitted values.
  private func sweep(
    _ coordinates: [Int], _ point: inout [Double], _ slopes: inout [Double], _ strengths: [Double]
  ) -> Double {
    var largest = 0.0
    for index in coordinates {
      let (curvature, old) = (hessian[index, index], point[index])
      let pull = curvature * old - slopes[index]
      let shrunk = max(abs(pull) - strengths[index], 0)
      let new = shrunk == 0 ? 0 : (pull < 0 ? -shrunk : shrunk) / curvature
      guard new != old else { continue }
      point[index] = new
      hessian.withRow(index) { axpy(new - old, $0, into: &slopes) }
      largest = max(largest, abs(new - old) * curvature.squareRoot())
    }
    return largest
  }
}
