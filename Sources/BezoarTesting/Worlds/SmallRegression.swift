import Learning
import LinearAlgebra
import Poisoning
import Tabular

/// A small regression with two numbers and two categories, in shares of the ranges or in units of its own.
struct SmallRegression {
  let space: FeatureSpace
  let targetRange: ClosedRange<Double>
  let training: RegressionData
  let validation: RegressionData
  let test: RegressionData

  /// A world with `rows` rows for the training, as many for the attacker and four times as many for tests.
  ///
  /// - Parameter isRaw: whether numbers and target stand in units of their own, such as years and milligrams.
  init(seed: UInt64 = 1, rows: Int = 60, isRaw: Bool = false) {
    var random = RandomStream(seed: seed).child("synthetic")
    let (zeros, widths) = isRaw ? ([20.0, 40], [70.0, 80]) : ([0, 0], [1, 1])
    let (base, unit) = isRaw ? (5.0, 60.0) : (0, 1)
    space = FeatureSpace(
      names: ["age", "weight", "race:a", "race:b", "race:c", "gene:x", "gene:y"],
      groups: [.init(name: "race", columns: [2, 3, 4]), .init(name: "gene", columns: [5, 6])],
      lower: zeros + [Double](repeating: 0, count: 5),
      upper: zip(zeros, widths).map { $0 + $1 } + [Double](repeating: 1, count: 5))
    targetRange = base...base + unit
    func draw(_ count: Int) -> RegressionData {
      var features = Matrix(rows: count, columns: 7)
      var target: [Double] = []
      for row in 0..<count {
        let (age, weight) = (random.uniform(), random.uniform())
        let (race, gene) = (random.integer(below: 3), random.integer(below: 2))
        features[row, 0] = zeros[0] + widths[0] * age
        features[row, 1] = zeros[1] + widths[1] * weight
        features[row, 2 + race] = 1
        features[row, 5 + gene] = 1
        let noise = random.uniform(-0.03, 0.03)
        let share = 0.12 + 0.1 * age + 0.08 * weight + 0.05 * Double(race) + 0.1 * Double(gene) + noise
        target.append(base + unit * share)
      }
      return RegressionData(features: features, target: target)
    }
    training = draw(rows)
    validation = draw(rows)
    test = draw(4 * rows)
  }

  /// What an attacker of this learner knows.
  func scenario(_ victim: LinearLearner) -> PoisoningScenario {
    PoisoningScenario(
      training: training, validation: validation, space: space, targetRange: targetRange, victim: victim)
  }
}
