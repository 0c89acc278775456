import Learning
import LinearAlgebra

/// The attacker's objective when one poison row is the only one, for line searches.
///
/// The victim's parameters on the clean rows and `(x, y)` follow from one factorisation by a rank-one update on
/// the features that are active on clean data, `θ = θ₀ + k·Px̃`. For LASSO and elastic net the result is exact if
/// no active weight changes its sign and no other feature wants to enter; else the victim is fitted anew.
struct LoneRow {
  private let learner: LinearLearner
  private let clean: RawMoments
  private let objective: AttackerObjective
  private let model: LinearModel
  private let active: [Int]
  private let signs: [Double]
  /// `P`, on the active features and the intercept.
  private let inverse: Matrix
  /// `θ₀`, on the active features and the intercept.
  private let parameters: [Double]
  /// Gradient of the clean loss at `θ₀` for every feature, and how it moves with `x̃`.
  private let slack: [Double]
  private let pull: Matrix
  private let bound: Double

  init(_ scenario: PoisoningScenario, clean: RawMoments, objective: AttackerObjective) throws {
    learner = scenario.victim
    self.clean = clean
    self.objective = objective
    model = try learner.fit(moments: clean.centred)
    let columns = model.weights.count
    let penalties = learner.penalties(rows: clean.count + 1)
    let rows = Double(clean.count + 1)
    let weights = model.weights
    let active = weights.indices.filter { penalties.absolute == 0 || weights[$0] != 0 }
    signs = active.map { penalties.absolute == 0 ? 0 : (weights[$0] > 0 ? 1 : -1) }
    let places = active + [columns]
    var hessian = clean.gram.rows(at: places).columns(at: places)
    for index in active.indices { hessian[index, index] += rows * max(penalties.square, 1e-10) }
    hessian[active.count, active.count] += 1e-12 * rows
    var right = places.map { clean.cross[$0] }
    for index in active.indices { right[index] -= rows * penalties.absolute * signs[index] }
    inverse = try Cholesky(hessian).inverse()
    parameters = inverse.times(right)
    let mixed = clean.gram.columns(at: places)
    let fitted = mixed.times(parameters)
    slack = (0..<columns).map { clean.cross[$0] - fitted[$0] }
    pull = mixed.times(inverse)
    bound = penalties.absolute > 0 ? rows * penalties.absolute * (1 + 1e-9) : .infinity
    self.active = active
  }

  /// The objective with `(features, target)` as the only poison.
  func value(_ features: [Double], _ target: Double) throws -> Double {
    if let updated = updated(features, target) { return objective.value(updated) }
    var moments = clean
    features.withUnsafeBufferPointer { moments.add($0, target: target) }
    return objective.value(try learner.fit(moments: moments.centred, start: model))
  }

  /// The victim by a rank-one update; nil if the active set changes.
  private func updated(_ features: [Double], _ target: Double) -> LinearModel? {
    let row = active.map { features[$0] } + [1]
    let direction = inverse.times(row)
    let step = (target - dot(parameters, row)) / (1 + dot(direction, row))
    var solution = parameters
    axpy(step, direction, into: &solution)
    for (index, sign) in signs.enumerated() where solution[index] * sign < 0 { return nil }
    if bound.isFinite {
      let residual = target - dot(solution, row)
      let moved = pull.times(row)
      let isActive = Set(active)
      for feature in features.indices where !isActive.contains(feature) {
        let gradient = slack[feature] - step * moved[feature] + features[feature] * residual
        if abs(gradient) > bound { return nil }
      }
    }
    var weights = [Double](repeating: 0, count: features.count)
    for (index, feature) in active.enumerated() { weights[feature] = solution[index] }
    return LinearModel(weights: weights, intercept: solution[active.count])
  }
}
