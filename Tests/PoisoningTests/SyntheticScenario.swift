import Learning
import LinearAlgebra
import Poisoning
import Tabular

/// A small regression with two numbers and two categorical features, in [0, 1].
struct SyntheticScenario {
  let space: FeatureSpace
  let training: RegressionData
  let validation: RegressionData
  let test: RegressionData

  init(seed: UInt64 = 1, rows: Int = 60) {
    var random = RandomStream(seed: seed).child("synthetic")
    let names = ["age", "weight", "race:a", "race:b", "race:c", "gene:x", "gene:y"]
    space = FeatureSpace(
      names: names,
      groups: [.init(name: "race", columns: [2, 3, 4]), .init(name: "gene", columns: [5, 6])],
      lower: [Double](repeating: 0, count: 7), upper: [Double](repeating: 1, count: 7))
    func draw(_ count: Int) -> RegressionData {
      var features = Matrix(rows: count, columns: 7)
      var target = [Double]()
      for row in 0..<count {
        features[row, 0] = random.uniform()
        features[row, 1] = random.uniform()
        let race = random.integer(below: 3)
        let gene = random.integer(below: 2)
        features[row, 2 + race] = 1
        features[row, 5 + gene] = 1
        let noise = random.uniform(-0.03, 0.03)
        target.append(
          0.12 + 0.1 * features[row, 0] + 0.08 * features[row, 1] + 0.05 * Double(race) + 0.1 * Double(gene)
            + noise)
      }
      return RegressionData(features: features, target: target)
    }
    training = draw(rows)
    validation = draw(rows)
    test = draw(4 * rows)
  }

  func scenario(_ victim: LinearLearner) -> PoisoningScenario {
    PoisoningScenario(
      training: training, validation: validation, space: space, targetRange: 0...1, victim: victim)
  }

  static let victims: [LinearLearner] = [
    .leastSquares, .ridge(penalty: 0.1), .lasso(penalty: 0.002), .elasticNet(penalty: 0.002, mixing: 0.5),
  ]
}
