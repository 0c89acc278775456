import Statistics
import LinearAlgebra
import RealModule

/// How often a test said "with the row", on data with it and on data without it.
///
/// The test must have been fixed on other runs.
public struct AuditCounts: Sendable, Hashable, Codable {
  /// Runs on data with the row.
  public let trialsWith: Int
  /// Of them those in which the test said so.
  public let hits: Int
  /// Runs on data without the row.
  public let trialsWithout: Int
  /// Of them those in which the test was wrong.
  public let falseAlarms: Int

  /// Counts of a finished audit.
  ///
  /// - Throws: ``PrivacyError/outOfRange(name:value:range:)``.
  public init(trialsWith: Int, hits: Int, trialsWithout: Int, falseAlarms: Int) throws(PrivacyError) {
    for (name, trials) in [("runs with the row", trialsWith), ("runs without the row", trialsWithout)]
    where trials < 1 {
      throw .outOfRange(name: name, value: Double(trials), range: "1...")
    }
    for (name, count, trials) in [("hits", hits, trialsWith), ("false alarms", falseAlarms, trialsWithout)]
    where !(0...trials).contains(count) {
      throw .outOfRange(name: name, value: Double(count), range: "0...\(trials)")
    }
    self.trialsWith = trialsWith
    self.hits = hits
    self.trialsWithout = trialsWithout
    self.falseAlarms = falseAlarms
  }

  /// The largest `ε` that the counts refute at a confidence of `1 - error`; 0 if none.
  ///
  /// - Parameter delta: the `δ` that the mechanism claims beside `ε`; 0 for pure differential privacy.
  /// - Source: Jagielski, Ullman, Oprea, "Auditing differentially private machine learning: how private is private
  ///   SGD?", NeurIPS 2020, and its released code.
  public func epsilonLowerBound(error: Double = 0.05, delta: Double = 0) -> Double {
    let with = ClopperPearson(successes: hits, trials: trialsWith, error: error / 2)
    let without = ClopperPearson(successes: falseAlarms, trials: trialsWithout, error: error / 2)
    var (more, less) = (with.lower, without.upper)
    // A test that is mostly right about both says more by what it denies.
    if more + less > 1 { (more, less) = (1 - less, 1 - more) }
    guard more - delta > less, less > 0 else { return 0 }
    return Double.log((more - delta) / less)
  }

  /// The largest `μ` of Gaussian differential privacy that the counts refute, and its `ε` at `delta`.
  ///
  /// Valid only for mechanisms whose trade-off is at most as good as that of normal noise.
  ///
  /// - Source: Nasr, Hayes, Steinke, Balle, Tramèr, Jagielski, Carlini, Terzis, "Tight auditing of differentially
  ///   private machine learning", USENIX Security 2023.
  public func gaussianLowerBound(delta: Double, error: Double = 0.05) -> (mu: Double, epsilon: Double) {
    let with = ClopperPearson(successes: hits, trials: trialsWith, error: error / 2)
    let without = ClopperPearson(successes: falseAlarms, trials: trialsWithout, error: error / 2)
    let mu = normalQuantile(1 - without.upper) - normalQuantile(1 - with.lower)
    guard mu > 0 else { return (0, 0) }
    return (mu, GaussianMechanism.epsilon(delta: delta, sigma: 1 / mu))
  }
}

/// An audit by one run: `m` canaries are each put into the data by the toss of a coin, and guesses are made for some
/// of them.
///
/// - Source: Steinke, Nasr, Jagielski, "Privacy auditing with one (1) training run", NeurIPS 2023, theorem 5.2 and
///   appendix D.
public enum OneRunAudit {
  /// The largest `ε` that is refuted at a confidence of `1 - error`.
  ///
  /// - Parameters:
  ///   - canaries: canaries that were tossed for.
  ///   - guesses: canaries for which a guess was made.
  ///   - correct: guesses that were right.
  /// - Throws: ``PrivacyError/outOfRange(name:value:range:)``.
  public static func epsilonLowerBound(
    canaries: Int, guesses: Int, correct: Int, delta: Double, error: Double = 0.05
  ) throws(PrivacyError) -> Double {
    guard canaries >= 1 else { throw .outOfRange(name: "canaries", value: Double(canaries), range: "1...") }
    guard (0...canaries).contains(guesses) else {
      throw .outOfRange(name: "guesses", value: Double(guesses), range: "0...\(canaries)")
    }
    guard (0...guesses).contains(correct) else {
      throw .outOfRange(name: "correct guesses", value: Double(correct), range: "0...\(guesses)")
    }
    func isRefuted(_ epsilon: Double) -> Bool {
      pValue(canaries: canaries, guesses: guesses, correct: correct, epsilon: epsilon, delta: delta) < error
    }
    guard isRefuted(0) else { return 0 }
    var high = 1.0
    while isRefuted(high), high < 64 { high *= 2 }
    var low = 0.0
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if isRefuted(middle) { low = middle } else { high = middle }
    }
    return low
  }

  /// The probability of at least so many right guesses under `(epsilon, delta)`, at most.
  static func pValue(canaries: Int, guesses: Int, correct: Int, epsilon: Double, delta: Double) -> Double {
    let right = 1 / (1 + Double.exp(-epsilon))
    let tail = binomialTail(correct, trials: guesses, probability: right)
    guard delta > 0 else { return tail }
    var (largest, sum) = (0.0, 0.0)
    for fewer in stride(from: 1, through: correct, by: 1) {
      // P[v − i <= X < v], from the two tails.
      sum = binomialTail(correct - fewer, trials: guesses, probability: right) - tail
      largest = max(largest, sum / Double(fewer))
    }
    return tail + 2 * Double(canaries) * delta * largest
  }
}
