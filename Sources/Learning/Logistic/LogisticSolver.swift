import LinearAlgebra
import RealModule

/// Finds the minimum of a ``LogisticObjective``: with factorised Hessians up to ``largestFactor`` parameters, by
/// L-BFGS beyond.
///
/// Many rows are first thinned to a few thousand, evenly spaced. The minimum over those is a start near the goal,
/// and their Hessian, scaled up, is the factor that the steps over all rows correct.
struct LogisticSolver {
  /// Where the search ended.
  struct Solution {
    let point: [Double]
    let value: Double
    /// Gradient norm for each unit of row weight.
    let gradientNorm: Double
    let iterations: Int
    let isConverged: Bool
    /// The last step relative to the point.
    let lastStep: Double
  }

  /// Most parameters of a factorised Hessian.
  static let largestFactor = 2000
  /// Rows for each parameter that the thinned problem keeps.
  private static let thinnedRows = 20
  /// Gradient norm, for each unit of row weight, to which the thinned problem is solved.
  private static let roughTolerance = 1e-2

  let tolerance: Double
  let maximumIterations: Int

  /// Minimises from `start`, or from the minimum of the thinned problem if there is none.
  func solve(_ objective: LogisticObjective, start: [Double]?) throws -> Solution {
    let weight = objective.totalWeight
    guard objective.order <= Self.largestFactor else {
      return descend(objective, start ?? nullPoint(objective), weight)
    }
    var (point, factor) = (start, Cholesky?.none)
    var iterations = 0
    if start == nil, let (thinned, share) = thinned(objective) {
      let rough = try ChordNewton(
        maximumIterations: maximumIterations, gradientTolerance: Self.roughTolerance * thinned.totalWeight,
        stepTolerance: .infinity
      ).minimize(from: nullPoint(thinned), objective: thinned)
      point = rough.result.point
      iterations = rough.result.iterations
      var hessian = thinned.hessian(at: rough.result.point)
      hessian.withMutableElements { for index in $0.indices { $0[index] *= share } }
      factor = Cholesky(raising: hessian)
    }
    let outcome = try ChordNewton(
      maximumIterations: maximumIterations, gradientTolerance: tolerance * weight
    ).minimize(from: point ?? nullPoint(objective), objective: objective, factor: factor)
    let result = outcome.result
    return Solution(
      point: result.point, value: result.value, gradientNorm: result.gradientNorm / weight,
      iterations: iterations + result.iterations, isConverged: result.isConverged, lastStep: outcome.lastStep)
  }

  private func descend(_ objective: LogisticObjective, _ start: [Double], _ weight: Double) -> Solution {
    let minimizer = LBFGS(
      memory: 20, maximumIterations: 10 * maximumIterations, gradientTolerance: tolerance * weight)
    let result = minimizer.minimize(from: start) { objective.value(at: $0, gradient: &$1) }
    return Solution(
      point: result.point, value: result.value, gradientNorm: result.gradientNorm / weight,
      iterations: result.iterations, isConverged: result.isConverged,
      lastStep: result.lastStep)
  }

  /// Zero weights and, where there are intercepts, the logarithms of the classes' shares.
  private func nullPoint(_ objective: LogisticObjective) -> [Double] {
    var shares = [Double](repeating: 0, count: objective.basis?.classes ?? 2)
    for (row, label) in objective.labels.enumerated() { shares[label] += objective.weights?[row] ?? 1 }
    let logarithms = shares.map { Double.log(max($0, 0.5)) }
    let free = objective.outputs == 1 ? [logarithms[1] - logarithms[0]] : logarithms
    let intercepts = objective.hasIntercept ? free : free.map { _ in 0 }
    let weights = [Double](repeating: 0, count: objective.outputs * objective.features.columns)
    return objective.point(weights: weights, intercepts: intercepts)
  }

  /// Every k-th row with the penalty in proportion, and the ratio of the row weights; nil if the rows are few.
  private func thinned(_ objective: LogisticObjective) -> (LogisticObjective, share: Double)? {
    let (rows, wanted) = (objective.labels.count, max(4096, Self.thinnedRows * objective.order))
    let step = rows / wanted
    guard step >= 4 else { return nil }
    let kept = Array(stride(from: step / 2, to: rows, by: step))
    let weights = objective.weights.map { weights in kept.map { weights[$0] } }
    let weight = weights?.reduce(0, +) ?? Double(kept.count)
    guard weight > 0 else { return nil }
    let share = objective.totalWeight / weight
    let problem = LogisticObjective(
      features: objective.features.rows(at: kept), labels: kept.map { objective.labels[$0] },
      weights: weights, penalty: objective.penalty / share, basis: objective.basis,
      workers: objective.workers, hasIntercept: objective.hasIntercept)
    return (problem, share)
  }
}
