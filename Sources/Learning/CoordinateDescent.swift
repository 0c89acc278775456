import LinearAlgebra

/// Minimises `½ Σ u r² + absolute · W ‖w‖₁ + square · W / 2 ‖w‖²` by coordinate descent.
///
/// Coordinate descent with covariance updates over all features, then over those with non-zero weight until
/// their signs settle; then the stationary point of that sign pattern is computed directly by Cholesky, which
/// ends the search when no other feature wants to enter or the duality gap is small. Where the active features
/// are linearly dependent, as all levels of a category are, those in excess leave without a change of the fit.
///
/// - Source: Friedman, Hastie, Tibshirani, "Regularization paths for generalized linear models via
///   coordinate descent", J. Stat. Softw. 33 (2010); Lee, Battle, Raina, Ng, "Efficient sparse coding
///   algorithms", NIPS 2006 (feature-sign search).
struct CoordinateDescent<Loss: QuadraticLoss> {
  /// The weights so far.
  private(set) var weights: [Double]
  /// Duality gap at the last check.
  private(set) var gap = Double.infinity
  /// Sweeps done.
  private(set) var sweeps = 0
  /// Whether the tolerance was met.
  private(set) var isConverged = false

  private var loss: Loss
  private var targetScatter: Double { loss.targetScatter }
  private let total: Double
  private var absolute = 0.0
  private var square = 0.0
  private let varying: [Int]

  /// A problem without penalties at zero weights.
  ///
  /// - Parameters:
  ///   - varying: the features that may have a weight.
  ///   - total: sum of the weights of the rows.
  ///   - scales: what the features of `loss` were divided by; nil for nothing.
  init(_ loss: Loss, varying: [Int], total: Double, scales: [Double]?) {
    self.loss = loss
    self.varying = varying
    self.total = total
    self.scales = scales
    weights = [Double](repeating: 0, count: loss.cross.count)
  }

  private let scales: [Double]?

  /// Sets the penalties for each unit of weight and keeps the weights as a start.
  mutating func setPenalties(absolute: Double, square: Double) {
    self.absolute = absolute * total
    self.square = square * total
    (sweeps, isConverged, gap) = (0, false, .infinity)
  }

  /// The weights in the units of the data.
  var unscaledWeights: [Double] {
    guard let scales else { return weights }
    return zip(weights, scales).map { $0 / $1 }
  }

  /// Descends until the duality gap is below `tolerance` times the objective.
  ///
  /// When that takes long, the descent begins again with a strong penalty that is lowered step by step.
  ///
  /// - Parameter start: weights in the units of the data; nil starts from the present weights.
  mutating func run(from start: [Double]?, tolerance: Double, sweeps limit: Int) {
    if let start {
      weights = start
      if let scales { for index in weights.indices { weights[index] *= scales[index] } }
      let live = Set(varying)
      for index in weights.indices where !live.contains(index) { weights[index] = 0 }
      loss.set(weights)
      if solveSigns(), isStationary { return finish() }
    }
    if descend(tolerance, limit: limit, rounds: 40) { return finish() }
    let goal = (absolute, square)
    var factor = Swift.max((loss.cross.map { abs($0) }.max() ?? 0) / absolute, 1)
    weights = [Double](repeating: 0, count: weights.count)
    loss.set(weights)
    while factor > 1, sweeps < limit {
      factor = Swift.max(factor * 0.7, 1)
      (absolute, square) = (goal.0 * factor, goal.1 * factor)
      _ = descend(tolerance, limit: limit, rounds: 40)
    }
    (absolute, square) = goal
    if descend(tolerance, limit: limit, rounds: .max) { return finish() }
    gap = dualityGap
  }

  /// Rounds of sweeps and direct solution; true when the tolerance was met.
  private mutating func descend(_ tolerance: Double, limit: Int, rounds: Int) -> Bool {
    var round = 0
    while sweeps < limit, round < rounds {
      round += 1
      let before = weights.map(sign)
      sweep(varying)
      settle(limit: limit)
      loss.refresh()
      let isSettled = weights.map(sign) == before
      if isSettled || round % 4 == 0 || hasSmallGap(tolerance) {
        if solveSigns(), isStationary { return true }
        if hasSmallGap(tolerance) { return true }
      }
    }
    return false
  }

  private func hasSmallGap(_ tolerance: Double) -> Bool {
    dualityGap <= Swift.max(tolerance * penalisedError, 1e-14 * targetScatter)
  }

  private mutating func finish() {
    gap = Swift.max(dualityGap, 0)
    isConverged = true
  }

  private func sign(_ value: Double) -> Int { value > 0 ? 1 : value < 0 ? -1 : 0 }

  /// Sweeps over the non-zero weights, at most ten times.
  private mutating func settle(limit: Int) {
    let active = varying.filter { weights[$0] != 0 }
    for _ in 0..<10 where sweeps < limit {
      if sweep(active) <= 1e-4 { return }
    }
  }

  /// Minimises over each of the given weights in turn; returns the largest change relative to the size of the
  /// target, in units of the fitted values.
  @discardableResult
  private mutating func sweep(_ features: [Int]) -> Double {
    var largest = 0.0
    for index in features {
      let curvature = loss.curvature(index)
      let old = weights[index]
      let target = loss.derivative(index) + curvature * old
      let shrunk = Swift.max(abs(target) - absolute, 0)
      let new = (target < 0 ? -shrunk : shrunk) / (curvature + square)
      guard new != old else { continue }
      weights[index] = new
      loss.change(index, by: new - old)
      largest = Swift.max(largest, (new - old) * (new - old) * curvature)
    }
    sweeps += 1
    return targetScatter > 0 ? (largest / targetScatter).squareRoot() : 0
  }

  /// Moves to the minimum over the present sign pattern; where weights change their sign on the way there, to the
  /// minimum of the objective on that line instead; repeats until no sign changes.
  ///
  /// Where rounding in nearly dependent features makes the objective worse, nothing is changed, and false is
  /// returned.
  private mutating func solveSigns() -> Bool {
    let (before, error) = (weights, penalisedError)
    var active = varying.filter { weights[$0] != 0 }
    guard active.count <= loss.directLimit else { return false }
    // A weight that becomes zero leaves for good; the limit is for signs that rounding turns to and fro.
    for _ in 0..<(2 * active.count + 8) where !active.isEmpty {
      let right = active.map { loss.cross[$0] - absolute * (weights[$0] > 0 ? 1 : -1) }
      let system = ActiveSystem(loss.gram(active), square: square)
      var keepsSigns = false
      switch system.solve(right) {
      case .point(let goal): keepsSigns = move(active, to: goal, system)
      case .dependences(let directions): slide(active, along: directions)
      }
      if keepsSigns { break }
      active = active.filter { weights[$0] != 0 }
    }
    loss.set(weights)
    if penalisedError > error * (1 + 1e-12) + 1e-15 * targetScatter {
      weights = before
      loss.set(weights)
      return false
    }
    return true
  }

  /// Moves the active weights towards `goal`, the minimum for their signs, as far as the objective falls; says
  /// whether they arrived without a change of sign.
  ///
  /// On the line the squared loss has the slope `c·(t − 1)` with the curvature `c`; a weight that passes zero
  /// adds twice its share of the sum of magnitudes. The slope rises, so that its first zero is the minimum.
  private mutating func move(_ active: [Int], to goal: [Double], _ system: ActiveSystem) -> Bool {
    let direction = zip(active, goal).map { $1 - weights[$0] }
    var crossings: [(step: Double, position: Int)] = []
    for (position, index) in active.enumerated() where goal[position] * weights[index] <= 0 {
      crossings.append((min(weights[index] / -direction[position], 1), position))
    }
    guard !crossings.isEmpty else {
      for (position, index) in active.enumerated() { weights[index] = goal[position] }
      return true
    }
    crossings.sort { ($0.step, $0.position) < ($1.step, $1.position) }
    let curvature = system.curvature(along: direction)
    var (step, added) = (1.0, 0.0)
    var stop: Int?
    for crossing in crossings where crossing.step < step {
      added += 2 * absolute * abs(direction[crossing.position])
      step = 1 - added / curvature
      guard step > crossing.step else {
        (step, stop) = (crossing.step, crossing.position)
        break
      }
    }
    for (position, index) in active.enumerated() { weights[index] += step * direction[position] }
    if let stop { weights[active[stop]] = 0 }
    return false
  }

  /// Moves the active weights along each of the directions, which do not change the fit, the way that makes the sum
  /// of magnitudes smaller, until one weight becomes zero; the directions that follow leave that weight alone.
  private mutating func slide(_ active: [Int], along directions: [[Double]]) {
    var directions = directions
    while let direction = directions.popLast() {
      let slope = zip(active, direction).reduce(0) { $0 + (weights[$1.0] > 0 ? $1.1 : -$1.1) }
      let way = slope > 0 ? -1.0 : 1.0
      var step = Double.infinity
      var blocking: Int?
      for (position, index) in active.enumerated() where way * direction[position] * weights[index] < 0 {
        let limit = abs(weights[index] / direction[position])
        if limit < step { (step, blocking) = (limit, position) }
      }
      guard let blocking else { continue }
      for (position, index) in active.enumerated() { weights[index] += step * way * direction[position] }
      weights[active[blocking]] = 0
      for other in directions.indices {
        axpy(-directions[other][blocking] / direction[blocking], direction, into: &directions[other])
        directions[other][blocking] = 0
      }
    }
  }

  /// Whether no feature without weight has a gradient beyond the penalty.
  private var isStationary: Bool {
    let bound = absolute * (1 + 1e-12)
    return varying.allSatisfy { weights[$0] != 0 || abs(loss.gradient[$0]) <= bound }
  }

  private var penalisedError: Double {
    loss.squaredError(weights) / 2 + absolute * weights.reduce(0) { $0 + abs($1) } + square / 2
      * dot(weights, weights)
  }

  /// The difference between the objective and its dual at the scaled residual.
  private var dualityGap: Double {
    let (error, norm) = (loss.squaredError(weights), dot(weights, weights))
    var largest = 0.0
    for index in varying { largest = Swift.max(largest, abs(loss.gradient[index] - square * weights[index])) }
    let scale = largest > absolute ? absolute / largest : 1
    let magnitudes = weights.reduce(0) { $0 + abs($1) }
    return (1 + scale * scale) / 2 * (error + square * norm) + absolute * magnitudes
      - scale * (targetScatter - dot(loss.cross, weights))
  }
}
