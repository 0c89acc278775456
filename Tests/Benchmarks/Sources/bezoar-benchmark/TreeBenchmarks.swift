import Learning
import LinearAlgebra

/// Times of decision trees on the problems that `Tests/Benchmarks/races/trees.py` writes for both sides.
struct TreeBenchmarks {
  /// The folder with the problems.
  let folder: String
  let workers: Int
  let repeats: Int

  /// One line of the race: the best time, and the accuracy on the training rows.
  struct Timing {
    let name: String
    let seconds: Double
    let accuracy: Double
  }

  /// Grows and asks every tree and keeps the best times.
  func timings() throws -> [Timing] {
    var result: [Timing] = []
    for (name, depth) in [("full", nil), ("depth8", 8)] as [(String, Int?)] {
      let data = try ProblemFile.read("\(folder)/\(name).f64")
      let learner = DecisionTreeClassifier(settings: TreeSettings(limits: TreeLimits(maximumDepth: depth)))
      for threads in Set([1, workers]).sorted() {
        result.append(
          try best("\(name)-\(threads)") {
            var random = RandomStream(seed: 1)
            return try learner.fit(data, workers: threads, using: &random)
          } check: {
            $0.accuracy(on: data)
          })
      }
    }
    let data = try ProblemFile.read("\(folder)/full.f64")
    var random = RandomStream(seed: 1)
    let model = try DecisionTreeClassifier(settings: TreeSettings(limits: TreeLimits(maximumDepth: 8)))
      .fit(data, using: &random)
    let rows = try ProblemFile.read("\(folder)/predict.f64")
    result.append(
      best("predict") {
        model.predict(rows.features)
      } check: {
        Double($0.reduce(0, +))
      })
    return result
  }

  private func best<Value>(
    _ name: String, _ work: () throws -> Value, check: (Value) -> Double
  ) rethrows -> Timing {
    var shortest = Double.infinity
    var last = try work()
    for _ in 0..<repeats {
      let elapsed = try ContinuousClock().measure { last = try work() }.components
      shortest = min(shortest, Double(elapsed.seconds) + 1e-18 * Double(elapsed.attoseconds))
    }
    return Timing(name: name, seconds: shortest, accuracy: check(last))
  }
}
