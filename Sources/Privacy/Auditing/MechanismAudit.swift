public import LinearAlgebra

/// An audit by many runs: a mechanism runs on two neighbouring data sets, and a test on one number of its output tells
/// them apart. The test is chosen on one half of the runs and counted on the other.
public struct MechanismAudit: Sendable, Hashable, Codable {
  /// Runs on each data set that choose the test, and again as many that are counted.
  public var trials: Int
  /// Chance that the bound is wrong.
  public var error: Double

  /// An audit of so many runs for each purpose and data set.
  public init(trials: Int = 500, error: Double = 0.05) {
    self.trials = trials
    self.error = error
  }

  /// What an audit found.
  public struct Result: Sendable, Hashable, Codable {
    /// The number with which the test compares.
    public let threshold: Double
    /// Whether numbers above the threshold count as "with the row"; else those below.
    public let isAbove: Bool
    /// What the test said in the runs that count.
    public let counts: AuditCounts
    /// The largest `ε` of pure differential privacy that is refuted.
    public let epsilonLowerBound: Double

    /// The result of a finished audit.
    public init(threshold: Double, isAbove: Bool, counts: AuditCounts, epsilonLowerBound: Double) {
      self.threshold = threshold
      self.isAbove = isAbove
      self.counts = counts
      self.epsilonLowerBound = epsilonLowerBound
    }
  }

  /// Runs everything on `workers` threads, which do not change the result.
  ///
  /// - Parameter statistic: the number that a run gives; whether it is on the data with the row, and its randomness.
  /// - Throws: ``PrivacyError/outOfRange(name:value:range:)`` and errors of the mechanism.
  public func run(
    seed: UInt64, workers: Int = 1,
    _ statistic: @Sendable (_ isWith: Bool, _ random: inout RandomStream) throws -> Double
  ) throws -> Result {
    guard trials >= 1 else {
      throw PrivacyError.outOfRange(name: "trials", value: Double(trials), range: "1...")
    }
    guard error > 0, error < 1 else {
      throw PrivacyError.outOfRange(name: "error", value: error, range: "0<..<1")
    }
    let root = RandomStream(seed: seed).child("audit")
    let values = try concurrentMap(4 * trials, workers: workers) { index in
      var random = root.child(index)
      return try statistic(index.isMultiple(of: 2), &random)
    }
    func part(_ isWith: Bool, _ isCounted: Bool) -> [Double] {
      values.indices.filter { $0.isMultiple(of: 2) == isWith && ($0 >= 2 * trials) == isCounted }
        .map { values[$0] }
    }
    return try judge(
      choosing: (part(true, false), part(false, false)), counted: (part(true, true), part(false, true)))
  }

  /// Chooses the test on some numbers and counts it on others.
  ///
  /// - Throws: ``PrivacyError/outOfRange(name:value:range:)`` without numbers.
  public func judge(
    choosing: (with: [Double], without: [Double]), counted: (with: [Double], without: [Double])
  ) throws(PrivacyError) -> Result {
    let (threshold, isAbove) = try test(choosing.with, choosing.without)
    let counts = try count(counted.with, counted.without, threshold, isAbove)
    return Result(
      threshold: threshold, isAbove: isAbove, counts: counts,
      epsilonLowerBound: counts.epsilonLowerBound(error: error))
  }

  private func count(
    _ with: [Double], _ without: [Double], _ threshold: Double, _ isAbove: Bool
  ) throws(PrivacyError) -> AuditCounts {
    func says(_ value: Double) -> Bool { isAbove ? value > threshold : value < threshold }
    return try AuditCounts(
      trialsWith: with.count, hits: with.count(where: says), trialsWithout: without.count,
      falseAlarms: without.count(where: says))
  }

  /// The threshold and direction with the largest bound; of equal ones the most balanced.
  private func test(
    _ with: [Double], _ without: [Double]
  ) throws(PrivacyError) -> (threshold: Double, isAbove: Bool) {
    let sorted = Set((with + without).filter(\.isFinite)).sorted()
    var candidates = zip(sorted, sorted.dropFirst()).map { $0 / 2 + $1 / 2 }
    if candidates.count > 400 {
      let step = Double(candidates.count) / 400
      candidates = (0..<400).map { candidates[Int(Double($0) * step)] }
    }
    var best = (threshold: sorted.first ?? 0, isAbove: true, bound: -1.0, gap: -1)
    for threshold in candidates {
      for isAbove in [true, false] {
        let counts = try count(with, without, threshold, isAbove)
        let (bound, gap) = (counts.epsilonLowerBound(error: error), counts.hits - counts.falseAlarms)
        if (bound, gap) > (best.bound, best.gap) { best = (threshold, isAbove, bound, gap) }
      }
    }
    return (best.threshold, best.isAbove)
  }
}
