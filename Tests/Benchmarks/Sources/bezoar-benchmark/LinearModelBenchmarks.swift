import Learning
import LinearAlgebra

/// Times of the linear learners on the shapes that `Tests/Benchmarks/races/linear.py` gives to scikit-learn.
///
/// Print one line `name seconds` for each timing; the script reads these lines.
enum LinearModelBenchmarks {
  /// The best time of one fit.
  struct Timing {
    let name: String
    let seconds: Double
  }

  /// Runs every fit `repeats` times on `workers` threads and keeps the best time.
  static func timings(workers: Int, repeats: Int = 5) throws -> [Timing] {
    BLASRuntime.setThreads(1)
    let large = sample(rows: 200_000, columns: 100)
    let learners: [(String, any MomentLearner)] = [
      ("ols", OrdinaryLeastSquares()), ("ridge", Ridge(penalty: 1)), ("lasso", Lasso(penalty: 0.05)),
    ]
    var result = try learners.map { name, learner in
      try best(name, of: repeats) { try learner.solve(large, start: nil, workers: workers).model.intercept }
    }
    let medium = sample(rows: 20_000, columns: 100)
    result.append(
      try best("lasso-path", of: repeats) {
        try PenaltyPath.lasso.fit(medium, workers: workers).model.intercept
      })
    return result
  }

  private static func best(_ name: String, of repeats: Int, _ work: () throws -> Double) rethrows -> Timing {
    var shortest = Double.infinity
    for _ in 0..<repeats {
      var result = 0.0
      let elapsed = try ContinuousClock().measure { result = try work() }
      precondition(result.isFinite, "\(name) gave no finite model")
      let parts = elapsed.components
      shortest = min(shortest, Double(parts.seconds) + 1e-18 * Double(parts.attoseconds))
    }
    return Timing(name: name, seconds: shortest)
  }

  /// Uniform features, ten of which matter, and noise.
  private static func sample(rows: Int, columns: Int) -> RegressionData {
    var random = RandomStream(seed: 1).child("linear benchmark")
    var features = Matrix(rows: rows, columns: columns)
    var target = [Double](repeating: 0, count: rows)
    features.withMutableElements { values in
      for row in 0..<rows {
        for column in 0..<columns {
          let value = random.uniform(-1.732, 1.732)
          values[row * columns + column] = value
          if column % 10 == 0 { target[row] += value * Double(1 + column / 10) }
        }
        target[row] += random.uniform(-8, 8)
      }
    }
    return RegressionData(features: features, target: target)
  }
}
