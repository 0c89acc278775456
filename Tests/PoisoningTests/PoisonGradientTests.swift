import Learning
import LinearAlgebra
import Poisoning
import Testing

@Suite("Gradient of the attacker's objective through the victim's training")
struct PoisonGradientTests {
  static let losses: [AttackerObjective.Loss] = [.squared, .huber(scale: 0.05)]

  /// Continuous features without dependence, so that least squares has a unique solution.
  private func data(seed: UInt64, rows: Int, columns: Int) -> RegressionData {
    var random = RandomStream(seed: seed).child("gradient")
    var features = Matrix(rows: rows, columns: columns)
    var target = [Double]()
    for row in 0..<rows {
      for column in 0..<columns { features[row, column] = random.uniform() }
      // The last two columns carry nothing, so that LASSO and elastic net drop features.
      let signal = (0..<columns - 2).reduce(0.0) { $0 + features[row, $1] / Double($1 + 2) }
      target.append(0.3 * signal + random.uniform(-0.05, 0.05))
    }
    return RegressionData(features: features, target: target)
  }

  @Test(
    "equals central finite differences to 1e-5 relative for all four victims",
    arguments: SyntheticScenario.victims, losses)
  func finiteDifferences(victim: LinearLearner, loss: AttackerObjective.Loss) throws {
    let (clean, validation) = (data(seed: 3, rows: 50, columns: 6), data(seed: 4, rows: 50, columns: 6))
    let poison = data(seed: 5, rows: 4, columns: 6)
    let objective = AttackerObjective(validation, loss: loss)
    let exact = ExactFit(victim: victim)
    let model = try exact.fit(clean.appending(poison))
    if victim.penalties(rows: 54).absolute > 0 { #expect(model.weights.contains(0)) }
    let gradient = try PoisonGradient(
      learner: victim, moments: RawMoments(clean.appending(poison)), model: model,
      objectiveGradient: objective.gradient(model))
    let step = 1e-5
    for row in 0..<poison.count {
      let analytic = gradient.at(poison.features.row(row), target: poison.target[row])
      var numeric = [Double]()
      for column in 0...6 {
        func value(_ by: Double) throws -> Double {
          var moved = poison
          if column < 6 { moved.features[row, column] += by } else { moved.target[row] += by }
          return objective.value(try exact.fit(clean.appending(moved)))
        }
        numeric.append((try value(step) - value(-step)) / (2 * step))
      }
      let both = analytic.features + [analytic.target]
      let size = norm2(numeric)
      let difference = norm2(zip(both, numeric).map { $0 - $1 })
      #expect(difference <= 1e-5 * size, "row \(row): \(both) against \(numeric)")
    }
  }
}

/// Fits to full precision: coordinate descent finds the active set, then its equations are solved directly.
struct ExactFit {
  let victim: LinearLearner

  func fit(_ data: RegressionData) throws -> LinearModel {
    let rough = try victim.fit(data)
    let penalties = victim.penalties(rows: data.count)
    let rows = Double(data.count)
    let active = rough.weights.indices.filter { penalties.absolute == 0 || abs(rough.weights[$0]) > 1e-7 }
    let moments = RawMoments(data)
    let columns = active + [rough.weights.count]
    var hessian = moments.gram.rows(at: columns).columns(at: columns)
    var right = columns.map { moments.cross[$0] }
    for (index, column) in active.enumerated() {
      hessian[index, index] += penalties.square * rows
      right[index] -= penalties.absolute * rows * (rough.weights[column] > 0 ? 1 : -1)
    }
    let solution = try Cholesky(hessian).solve(right)
    var weights = [Double](repeating: 0, count: rough.weights.count)
    for (index, column) in active.enumerated() { weights[column] = solution[index] }
    return LinearModel(weights: weights, intercept: solution[active.count])
  }
}
