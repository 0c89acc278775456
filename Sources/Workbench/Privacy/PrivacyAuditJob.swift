import Privacy
import Experiments
import LinearAlgebra
import Reporting

/// A lower bound on epsilon by telling two neighbouring data sets apart.
public struct PrivacyAuditJob: Sendable {
  /// What is audited.
  public enum Subject: Sendable {
    /// A mechanism, run on both sides.
    case mechanism(AuditedMechanism)
    /// One training of dp-sgd with so many canaries, a fifth of which are guessed.
    case canaries(Int)
    /// A command on two files that differ by one row; `{data}`, `{output}` and `{seed}` in it are filled in.
    case command(String, with: String, without: String)
    /// Counts that were made elsewhere: runs with the row, hits, runs without it, false alarms.
    case counts([Int])
    /// Canaries of one run, guesses, right ones.
    case oneRun([Int])
  }

  /// What is audited.
  public var subject: Subject
  /// Budget that is claimed; nil for none.
  public var epsilon: Double?
  /// Chance that it is exceeded; 0 for none.
  public var delta = 0.0
  /// Runs of each side that choose the test, and again as many that are counted.
  public var trials = 500
  /// Chance that a lower bound is wrong.
  public var error = 0.05

  /// An audit with the usual choices.
  public init(_ subject: Subject, epsilon: Double? = nil) {
    self.subject = subject
    self.epsilon = epsilon
  }

  /// The mechanism that is audited, whichever way.
  var mechanism: AuditedMechanism? {
    switch subject {
    case .mechanism(let mechanism): mechanism
    case .canaries: .descent
    default: nil
    }
  }

  /// Checks the request without a look at files.
  ///
  /// - Throws: ``WorkbenchError/usage(_:)``.
  public func check() throws {
    if case .command = subject, trials < 4 {
      throw WorkbenchError.usage("--trials must be at least 4 for a command")
    }
    if let mechanism {
      guard epsilon != nil else {
        throw WorkbenchError.usage("--mechanism needs the --epsilon that it claims")
      }
      guard !mechanism.hasDelta || delta > 0 else {
        throw WorkbenchError.usage("\(mechanism.rawValue) needs a --delta")
      }
    }
    if case .canaries(let count) = subject, !(10...5000).contains(count) {
      throw WorkbenchError.usage("--canaries must be from 10 to 5000, not \(count)")
    }
    if let epsilon { try Self.checkEpsilon(epsilon) }
    guard delta >= 0, delta < 1 else {
      throw WorkbenchError.usage("--delta must be at least 0 and below 1")
    }
    guard error > 0, error < 1 else { throw WorkbenchError.usage("--error must be between 0 and 1") }
    guard (1...10_000_000).contains(trials) else {
      throw WorkbenchError.usage("--trials must be at least 1")
    }
    if case .counts(let numbers) = subject, numbers.count != 4 {
      throw WorkbenchError.usage("--counts takes 4 whole numbers")
    }
    if case .oneRun(let numbers) = subject, numbers.count != 3 {
      throw WorkbenchError.usage("--one-run takes 3 whole numbers")
    }
  }

  static func checkEpsilon(_ epsilon: Double) throws {
    guard epsilon >= 1e-4, epsilon <= 1e4 else {
      throw WorkbenchError.usage("--epsilon must be from 1e-4 to 1e4, not \(epsilon)")
    }
  }

  /// Runs, counts and judges.
  ///
  /// - Throws: ``WorkbenchError``, and errors of the mechanism and of the counts.
  public func run(_ context: JobContext) throws -> Result {
    try check()
    let (metrics, test) = try measured(context)
    return Result(job: self, seed: context.seed, metrics: metrics, test: test)
  }

  private func measured(_ context: JobContext) throws -> (Metrics, test: String) {
    let audit = MechanismAudit(trials: trials, error: error)
    switch subject {
    case .oneRun(let numbers):
      let bound = try OneRunAudit.epsilonLowerBound(
        canaries: numbers[0], guesses: numbers[1], correct: numbers[2], delta: delta, error: error)
      return (["epsilon_one_run": bound], "right guesses of one run")
    case .canaries(let count): return try oneTraining(count, context)
    case .counts(let numbers):
      let counts = try AuditCounts(
        trialsWith: numbers[0], hits: numbers[1], trialsWithout: numbers[2], falseAlarms: numbers[3])
      return (bounds(counts), "made elsewhere")
    case .command(let command, let with, let without):
      let found = try CommandAudit(
        command: command, with: with, without: without, audit: audit, context: context
      ).run()
      return (bounds(found.counts), found.test)
    case .mechanism(let mechanism):
      let statistic = try mechanism.statistic(epsilon: epsilon ?? 1, delta: delta)
      let result = try audit.run(seed: context.seed, workers: context.workers, statistic)
      let side = result.isAbove ? "above" : "below"
      return (
        bounds(result.counts), "the number that sees the row \(side) \(result.threshold.significant(4))"
      )
    }
  }

  private func bounds(_ found: AuditCounts) -> Metrics {
    var metrics: Metrics = [
      "runs_with": Double(found.trialsWith), "hits": Double(found.hits),
      "runs_without": Double(found.trialsWithout), "false_alarms": Double(found.falseAlarms),
      "epsilon_clopper_pearson": found.epsilonLowerBound(error: error, delta: delta),
    ]
    if delta > 0 {
      let gaussian = found.gaussianLowerBound(delta: delta, error: error)
      metrics["mu_gaussian"] = gaussian.mu
      metrics["epsilon_gaussian"] = gaussian.epsilon
    }
    return metrics
  }

  /// Ten steps of descent on all rows, once.
  private func oneTraining(_ canaries: Int, _ context: JobContext) throws -> (Metrics, test: String) {
    var descent = PrivateGradientDescent(samplingRate: 1, steps: 10, learningRate: 1)
    descent.noiseMultiplier = try PrivateGradientDescent.noiseMultiplier(
      epsilon: epsilon ?? 1, delta: delta, samplingRate: 1, steps: 10)
    let audit = CanaryAudit(canaries: canaries, guesses: canaries / 5, error: error)
    var random = RandomStream(seed: context.seed).child("canary audit")
    let result = try audit.run(descent, delta: delta, using: &random)
    return (
      [
        "canaries": Double(canaries), "guesses": Double(audit.guesses), "right": Double(result.correct),
        "epsilon_one_run": result.epsilonLowerBound,
      ], "the canaries of one training on which the model is most and least right"
    )
  }
}
