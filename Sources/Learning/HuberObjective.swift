import LinearAlgebra

/// Value, gradient and generalised Hessian of the Huber objective with its scale, on features from which the
/// means of all rows are subtracted.
struct HuberObjective {
  /// Weights, intercept at the mean of the features, and scale.
  struct Point {
    var weights: [Double]
    var intercept: Double
    var scale: Double

    /// This point plus `length` times a direction.
    func moved(_ length: Double, _ direction: Direction) -> Point {
      Point(
        weights: zip(weights, direction.weights).map { $0 + length * $1 },
        intercept: intercept + length * direction.intercept, scale: scale + length * direction.scale)
    }
  }

  /// A Newton direction and the slope of the objective along it.
  struct Direction {
    let weights: [Double]
    let intercept: Double
    let scale: Double
    let slope: Double
  }

  private let data: RegressionData
  private let rowWeights: [Double]
  private let moments: Moments
  private let threshold: Double
  private let penalty: Double

  init(_ data: RegressionData, _ moments: Moments, threshold: Double, penalty: Double) {
    self.data = data
    self.moments = moments
    self.threshold = threshold
    self.penalty = penalty
    rowWeights = data.weights ?? [Double](repeating: 1, count: data.count)
  }

  func point(_ model: LinearModel, _ scale: Double) -> Point {
    Point(
      weights: model.weights, intercept: model.intercept + dot(moments.means, model.weights), scale: scale)
  }

  /// The fit that a point stands for.
  func fit(_ point: Point, _ steps: Int, _ isConverged: Bool) -> LinearFit {
    LinearFit(
      model: model(point), rank: point.weights.count, iterations: steps,
      warnings: isConverged ? [] : [.notConverged(iterations: steps, dualityGap: 0)])
  }

  private func model(_ point: Point) -> LinearModel {
    LinearModel(
      weights: point.weights, intercept: point.intercept - dot(moments.means, point.weights))
  }

  private func residuals(_ point: Point) -> [Double] {
    zip(data.target, model(point).predict(data.features)).map { $0 - $1 }
  }

  /// The objective at a point with positive scale.
  func value(_ point: Point) -> Double {
    var sum = moments.weight * point.scale + penalty * dot(point.weights, point.weights)
    for (residual, weight) in zip(residuals(point), rowWeights) {
      let size = abs(residual)
      sum +=
        size <= threshold * point.scale
        ? weight * size * size / point.scale
        : weight * threshold * (2 * size - threshold * point.scale)
    }
    return sum
  }

  /// The Newton direction of the quadratic piece that the point lies on.
  func newtonStep(_ point: Point) throws -> Direction {
    let residuals = residuals(point)
    var inner = rowWeights
    var outer = [Double](repeating: 0, count: residuals.count)
    for (row, residual) in residuals.enumerated() where abs(residual) > threshold * point.scale {
      inner[row] = 0
      outer[row] = rowWeights[row] * (residual < 0 ? -1 : 1)
    }
    let core = try Moments(features: data.features, target: residuals, weights: inner)
    let pull = outer.reduce(0, +)
    let outerWeight = outer.reduce(0) { $0 + abs($1) }
    let outerCross = data.features.transposedTimes(outer)
    let (order, scale, weight) = (point.weights.count, point.scale, core.weight)
    let shift = zip(core.means, moments.means).map { weight > 0 ? $0 - $1 : 0 }
    let squares = core.targetScatter + weight * core.targetMean * core.targetMean
    var matrix = Matrix(rows: order + 2, columns: order + 2)
    var gradient = [Double](repeating: 0, count: order + 2)
    for row in 0..<order {
      let cross = core.crossProducts[row] + weight * shift[row] * core.targetMean
      let pulled = outerCross[row] - moments.means[row] * pull
      gradient[row] = -2 / scale * cross - 2 * threshold * pulled + 2 * penalty * point.weights[row]
      for column in 0...row {
        matrix[row, column] =
          2 / scale * (core.scatter[row, column] + weight * shift[row] * shift[column])
      }
      matrix[row, row] += 2 * penalty
      matrix[order, row] = 2 / scale * weight * shift[row]
      matrix[order + 1, row] = 2 / (scale * scale) * cross
    }
    gradient[order] = -2 / scale * weight * core.targetMean - 2 * threshold * pull
    gradient[order + 1] = moments.weight - outerWeight * threshold * threshold - squares / (scale * scale)
    matrix[order, order] = 2 / scale * weight
    matrix[order + 1, order] = 2 / (scale * scale) * weight * core.targetMean
    matrix[order + 1, order + 1] = 2 * squares / (scale * scale * scale)
    return try direction(matrix, gradient, scale)
  }

  /// Solves with a diagonal just large enough for a positive definite matrix.
  private func direction(_ matrix: Matrix, _ gradient: [Double], _ scale: Double) throws -> Direction {
    let order = gradient.count - 2
    var raised = matrix
    for index in 0..<order + 2 {
      let spread = index < order ? moments.scatter[index, index] : moments.weight
      raised[index, index] += 1e-10 * (matrix[index, index] + spread / scale) + .leastNormalMagnitude
    }
    let step = try Cholesky(raised).solve(gradient.map { -$0 })
    return Direction(
      weights: Array(step.prefix(order)), intercept: step[order], scale: step[order + 1],
      slope: dot(step, gradient))
  }
}
