import Learning
import LinearAlgebra
import Tabular

/// The attacker's objective when one poison row is the only one, for line searches.
///
/// The victim's parameters on the clean rows and `(x, y)` follow from one factorisation by a rank-one update on
/// the features that are active on clean data, `θ = θ₀ + k·Px̃`. For LASSO and elastic net that holds until a
/// feature enters or leaves; the search refits the victim at the end of every round.
struct LoneRow {
  private let objective: AttackerObjective
  private let active: [Int]
  /// `P`, on the active features and the intercept.
  private let inverse: Matrix
  /// `θ₀`, on the active features and the intercept.
  private let parameters: [Double]

  init(_ scenario: PoisoningScenario, clean: RawMoments, objective: AttackerObjective) throws {
    let learner = scenario.victim
    let model = try learner.fit(moments: clean.centred)
    let columns = model.weights.count
    let penalties = learner.penalties(rows: clean.count + 1)
    let rows = Double(clean.count + 1)
    let weights = model.weights
    let active = weights.indices.filter { penalties.absolute == 0 || weights[$0] != 0 }
    let signs = active.map { penalties.absolute == 0 ? 0.0 : (weights[$0] > 0 ? 1 : -1) }
    let places = active + [columns]
    var hessian = clean.gram.rows(at: places).columns(at: places)
    let widths = scenario.space.widths
    for (index, column) in active.enumerated() {
      hessian[index, index] += rows * max(penalties.square, 1e-10 * widths[column] * widths[column])
    }
    hessian[active.count, active.count] += rows * learner.interceptCurvature
    var right = places.map { clean.cross[$0] }
    for index in active.indices { right[index] -= rows * penalties.absolute * signs[index] }
    if !learner.hasIntercept { right[active.count] = 0 }
    inverse = try Cholesky(hessian).inverse()
    parameters = inverse.times(right)
    self.objective = objective
    self.active = active
  }

  /// The objective with `(features, target)` as the only poison.
  func value(_ features: [Double], _ target: Double) -> Double {
    let row = active.map { features[$0] } + [1]
    let direction = inverse.times(row)
    let step = (target - dot(parameters, row)) / (1 + dot(direction, row))
    var solution = parameters
    axpy(step, direction, into: &solution)
    var weights = [Double](repeating: 0, count: features.count)
    for (index, feature) in active.enumerated() { weights[feature] = solution[index] }
    return objective.value(LinearModel(weights: weights, intercept: solution[active.count]))
  }
}
