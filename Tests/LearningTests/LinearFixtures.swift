import Foundation
import Learning
import LinearAlgebra
import TestSupport

/// The reference values of `Tests/Fixtures/make/linear.py`.
struct LinearFixtures: Decodable {
  struct Fit: Decodable {
    let weights: [Double]
    let intercept: Double
    let objective: Double?
    let scale: Double?
  }

  struct Problem: Decodable {
    let name: String
    let features: [[Double]]
    let target: [Double]
    let sampleWeights: [Double]?
    let penalty: Double
    let mixing: Double
    let ridgePenalty: Double
    let leastSquares: Fit
    let ridge: Fit
    let lasso: Fit
    let elasticNet: Fit

    var data: RegressionData {
      RegressionData(features: Matrix(features), target: target, weights: sampleWeights)
    }
  }

  struct Huber: Decodable {
    let features: [[Double]]
    let target: [Double]
    let sampleWeights: [Double]
    let epsilon: Double
    let penalty: Double
    let plain: Fit
    let weighted: Fit
  }

  struct Path: Decodable {
    let penalties: [Double]
    let errors: [Double]
    let best: Double
    let fit: Fit
  }

  struct Paths: Decodable {
    let features: [[Double]]
    let target: [Double]
    let folds: Int
    let lasso: Path
    let elasticNet: Path
    let ridgePenalties: [Double]
    let ridgeErrors: [Double]
  }

  struct Robust: Decodable {
    let features: [[Double]]
    let target: [Double]
    let kept: Int?
    let cost: Double?
    let fit: Fit

    var data: RegressionData { RegressionData(features: Matrix(features), target: target) }
  }

  let source: String
  let problems: [Problem]
  let huber: Huber
  let paths: Paths
  let theilSen: Robust
  let trimmed: Robust

  static func load() throws -> LinearFixtures {
    try FixtureFile.decode("linear.json")
  }
}

/// `‖a − b‖ / ‖b‖`.
func relativeDistance(_ a: [Double], _ b: [Double]) -> Double {
  norm2(zip(a, b).map { $0 - $1 }) / max(norm2(b), .leastNormalMagnitude)
}

/// `Σ u r² / (2 Σ u) + absolute · ‖w‖₁ + square / 2 · ‖w‖²`.
func objective(_ model: LinearModel, _ data: RegressionData, absolute: Double, square: Double) -> Double {
  let weights = data.weights ?? [Double](repeating: 1, count: data.count)
  var error = 0.0
  for (index, prediction) in model.predict(data.features).enumerated() {
    error += weights[index] * (data.target[index] - prediction) * (data.target[index] - prediction)
  }
  return error / (2 * weights.reduce(0, +)) + absolute * model.weights.reduce(0) { $0 + abs($1) }
    + square / 2 * dot(model.weights, model.weights)
}
