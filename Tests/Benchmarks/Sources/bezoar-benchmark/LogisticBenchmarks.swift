import Learning
import LinearAlgebra

/// Times of the logistic learners on the problems that `Tests/Benchmarks/races/classifiers.py` writes for both sides.
struct LogisticBenchmarks {
  /// One line of the race: the best time, and what shows that both sides solved the same problem.
  struct Timing {
    let name: String
    let seconds: Double
    let check: Double
  }

  /// The folder with the problems.
  let folder: String
  let workers: Int
  let repeats: Int

  /// Runs every fit and keeps the best times.
  func timings() throws -> [Timing] {
    BLASRuntime.setThreads(1)
    var result: [Timing] = []
    var data = try problem("binary")
    let binary = try best("binary", of: data) { data in
      try LogisticRegression().solve(data, workers: workers).objective
    }
    result.append(binary)
    data = try problem("softmax")
    result.append(
      try best("softmax", of: data) { data in
        try SoftmaxRegression().solve(data, workers: workers).objective
      })
    let model = LinearClassifier(weights: (0..<20).map { 0.1 * Double($0) - 1 }, intercept: 0.5)
    data = try problem("predict")
    result.append(
      best("predict", of: data) { data in model.probabilities(data.features, workers: workers)[0, 1] })
    data = try problem("shadow")
    result.append(try best("shadow", of: data, shadowModels))
    return result
  }

  /// A thousand models of a thousand rows each, from one table, as the attacks on privacy train them; the sum of their
  /// intercepts.
  private func shadowModels(_ data: ClassificationData) throws -> Double {
    // The rows that the script chooses too.
    let subsets = (0..<1000).map { model in (0..<1000).map { ($0 * 7919 + model * 104_729) % data.count } }
    let models = try LogisticRegression().solve(data, subsets: subsets, workers: workers)
    return models.reduce(0) { $0 + $1.intercepts[0] }
  }

  private func best(
    _ name: String, of data: ClassificationData, _ work: (ClassificationData) throws -> Double
  ) rethrows -> Timing {
    var (shortest, check) = (Double.infinity, 0.0)
    for _ in 0..<repeats {
      let elapsed = try ContinuousClock().measure { check = try work(data) }
      let parts = elapsed.components
      shortest = min(shortest, Double(parts.seconds) + 1e-18 * Double(parts.attoseconds))
    }
    return Timing(name: name, seconds: shortest, check: check)
  }

  private func problem(_ name: String) throws -> ClassificationData {
    try ProblemFile.read("\(folder)/\(name).f64")
  }
}
