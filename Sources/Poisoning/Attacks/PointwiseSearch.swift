import Learning
import LinearAlgebra
import Tabular

/// The published search of Jagielski et al. (2018) and Xiao et al. (2015): every poison row follows its own
/// gradient by a line search in which it is the only poison, and all rows move at once.
///
/// 1. Gradient of each row through the training, with the Hessian of the clean rows, normalised to length 1 in
///    shares of the ranges.
/// 2. Line search along it on the training set plus this row alone: step `η`, shrinking by `β` after every
///    step that helped, until one does not.
/// 3. Groups take their largest levels, as many as clean rows have; one that a row may lack must exceed
///    `1 / (1 + k)` of `k` levels, as in the released code. Numbers stay where they are in the box.
/// 4. The new rows are kept together if the objective of the fully poisoned model rose, else all are dropped
///    and `η` shrinks by a quarter; the search ends when a round changes the objective by less than `ε`, after
///    at least 15 and at most 50 rounds.
struct PointwiseSearch {
  let scenario: PoisoningScenario
  let objective: AttackerObjective
  let movesTarget: Bool
  /// `η`, the first step of a line search.
  var step: Double
  /// `β`.
  let shrink: Double
  /// `ε`.
  let tolerance: Double

  /// Runs the search from `start`.
  func run(_ start: RegressionData) throws -> RegressionData {
    var search = self
    let clean = RawMoments(scenario.training)
    let lone = try LoneRow(scenario, clean: clean, objective: objective)
    let inverse = try inverseHessian(clean)
    var poison = start
    var unmoved = PoisonedVictim(scenario, clean: clean, poison: poison)
    var model = try unmoved.fit()
    var value = objective.value(model)
    for round in 1...50 {
      let moved = search.step(poison, model: model, inverse: inverse, lone: lone)
      var trialVictim = PoisonedVictim(scenario, clean: clean, poison: moved)
      let trialModel = try trialVictim.fit()
      let reached = objective.value(trialModel)
      let change = abs(reached - value)
      if reached > value {
        (poison, model, value) = (moved, trialModel, reached)
      } else {
        search.step *= 0.75
      }
      if round >= 15 && change <= tolerance { break }
    }
    return poison
  }

  /// Moves all rows from the current model.
  private func step(
    _ poison: RegressionData, model: LinearModel, inverse: Matrix, lone: LoneRow
  ) -> RegressionData {
    let gradient = PoisonGradient(
      inverseHessian: inverse, model: model, objectiveGradient: objective.gradient(model))
    let widths = scenario.space.widths
    let targetWidth = scenario.targetWidth
    var result = poison
    for row in 0..<poison.count {
      var direction = gradient.at(poison.features.row(row), target: poison.target[row])
      // Steps count in shares of the ranges.
      for column in widths.indices { direction.features[column] *= widths[column] }
      direction.target *= movesTarget ? targetWidth : 0
      let length = (dot(direction.features, direction.features) + direction.target * direction.target)
        .squareRoot()
      guard length > 0 else { continue }
      let (features, target) = lineSearch(
        poison.features.row(row), poison.target[row],
        along: zip(direction.features, widths).map { $0 / length * $1 },
        direction.target / length * targetWidth, lone: lone)
      result.features.setRow(row, features)
      result.target[row] = target
    }
    return result
  }

  /// The inverse of the clean rows' Hessian as the released code takes it: `XᵀX + n · penalty · I` for ridge, no
  /// penalty and no restriction to the active set for the others, and least norm where it is singular, so that
  /// categories that no clean row has pull at nothing.
  private func inverseHessian(_ clean: RawMoments) throws -> Matrix {
    var hessian = clean.gram
    if case .ridge(let penalty) = scenario.victim.base {
      for column in 0..<hessian.rows - 1 { hessian[column, column] += penalty * Double(clean.count) }
    }
    if !scenario.victim.hasIntercept {
      // A direction that no row has pulls at nothing.
      for column in 0..<hessian.rows {
        hessian[hessian.rows - 1, column] = 0
        hessian[column, hessian.rows - 1] = 0
      }
    }
    let eigen = try SymmetricEigen(hessian)
    let least = (eigen.values.last ?? 0) * Double(hessian.rows) * .ulpOfOne
    var scaled = eigen.vectors
    for column in 0..<hessian.rows {
      let factor = eigen.values[column] > least ? 1 / eigen.values[column] : 0
      for row in 0..<hessian.rows { scaled[row, column] *= factor }
    }
    return scaled.times(eigen.vectors.transposed())
  }

  private func lineSearch(
    _ features: [Double], _ target: Double, along direction: [Double], _ slope: Double, lone: LoneRow
  ) -> ([Double], Double) {
    let range = scenario.targetRange
    var (best, bestTarget) = (features, target)
    var value = lone.value(features, target)
    var length = step
    for _ in 0..<100 {
      var trial = best
      axpy(length, direction, into: &trial)
      scenario.space.clip(&trial)
      let trialTarget = min(max(bestTarget + length * slope, range.lowerBound), range.upperBound)
      let reached = lone.value(trial, trialTarget)
      guard reached > value else { break }
      let gain = reached - value
      (best, bestTarget, value) = (trial, trialTarget, reached)
      length *= shrink
      if gain < 1e-8 { break }
    }
    scenario.feasible.chooseLevels(&best, .published)
    return (best, bestTarget)
  }
}
