import Privacy
public import Experiments
import Reporting

/// What a series of noisy releases costs, by all accountants, or the noise for a budget.
public struct PrivacyAccountJob: Sendable {
  /// The noise of a release, in units of the sensitivity.
  public enum Noise: Sendable, Hashable {
    /// Normal noise of this standard deviation.
    case normal(sigma: Double)
    /// Laplace noise of this scale.
    case laplace(scale: Double)
    /// The least normal noise for which one of the bounds keeps this budget.
    case leastNormal(epsilon: Double)
  }

  /// The noise of a release.
  public var noise: Noise
  /// Chance that the budget is exceeded.
  public var delta: Double
  /// Chance of a row to be in the sample of a release.
  public var samplingRate = 1.0
  /// Number of releases.
  public var steps = 1
  /// Distance of the points of loss distributions.
  public var interval = 1e-4

  /// One release on all rows.
  public init(_ noise: Noise, delta: Double) {
    self.noise = noise
    self.delta = delta
  }

  private var isLaplace: Bool { if case .laplace = noise { true } else { false } }

  private var budget: Double? { if case .leastNormal(let epsilon) = noise { epsilon } else { nil } }

  /// Checks the request.
  ///
  /// - Throws: ``WorkbenchError/usage(_:)``.
  public func check() throws {
    let range = PrivacyAccount.noiseRange
    func check(_ name: String, _ value: Double) throws {
      guard !range.contains(value) else { return }
      throw WorkbenchError.usage(
        "\(name) must be from \(range.lowerBound) to \(range.upperBound), in units of the sensitivity, not \(value)"
      )
    }
    switch noise {
    case .normal(let sigma): try check("--sigma", sigma)
    case .laplace(let scale):
      if samplingRate != 1 { throw WorkbenchError.usage("--rate is for normal noise") }
      try check("--laplace", scale)
    case .leastNormal(let epsilon): try PrivacyAuditJob.checkEpsilon(epsilon)
    }
    guard delta > 0, delta < 1 else {
      throw WorkbenchError.usage("--delta must be between 0 and 1, not \(delta)")
    }
    guard samplingRate > 0, samplingRate <= 1 else {
      throw WorkbenchError.usage("--rate must be above 0 and at most 1, not \(samplingRate)")
    }
    guard (1...100_000_000).contains(steps) else {
      throw WorkbenchError.usage("--steps must be from 1 to 100000000, not \(steps)")
    }
    guard interval >= 1e-9, interval <= 1 else {
      throw WorkbenchError.usage("--interval must be from 1e-9 to 1, not \(interval)")
    }
  }

  /// Adds up.
  ///
  /// - Throws: ``WorkbenchError/usage(_:)``, and errors of the accountants.
  public func run() throws -> Result {
    try check()
    let scale = try scale()
    let accounts =
      isLaplace
      ? try PrivacyAccount.laplace(scale: scale, count: steps, delta: delta, interval: interval)
      : try PrivacyAccount.sampledGaussian(
        samplingRate: samplingRate, sigma: scale, steps: steps, delta: delta, interval: interval)
    return Result(job: self, scale: scale, accounts: accounts)
  }

  /// Digits in which the noise is written.
  private static let digits = 9

  /// The noise that is given, or the one for the budget, raised to the next number of so few digits that what is
  /// written keeps the budget too.
  private func scale() throws -> Double {
    switch noise {
    case .normal(let given), .laplace(let given): return given
    case .leastNormal(let epsilon):
      let found = try PrivacyAccount.sampledGaussianNoise(
        epsilon: epsilon, delta: delta, samplingRate: samplingRate, steps: steps, interval: interval)
      let written = found.significant(Self.digits)
      if let value = Double(written), value >= found { return value }
      return Double((found * (1 + 1e-8)).significant(Self.digits)) ?? found
    }
  }

  /// The costs.
  public struct Result: JobResult {
    private let job: PrivacyAccountJob
    /// The noise, given or found.
    public let scale: Double
    /// One entry an accountant.
    public let accounts: [PrivacyAccount]

    fileprivate init(job: PrivacyAccountJob, scale: Double, accounts: [PrivacyAccount]) {
      self.job = job
      self.scale = scale
      self.accounts = accounts
    }

    public var document: ResultsDocument {
      ResultsDocument(
        job: "privacy account",
        [
          "noise": job.isLaplace ? "laplace" : "normal", "scale": .number(scale),
          "budget": job.budget.map { .number($0) } ?? .missing, "delta": .number(job.delta),
          "sampling_rate": .number(job.samplingRate), "steps": .integer(job.steps),
          "interval": .number(job.interval), "adjacency": "add-remove",
          "notes": .group(
            Dictionary(uniqueKeysWithValues: accounts.map { ($0.id, .text(orMissing: $0.note)) })),
        ],
        outcomes: accounts.map {
          Outcome(
            defence: $0.id, seed: 0,
            metrics: ["epsilon": $0.epsilon, "is_bound": $0.isBound ? 1 : 0])
        })
    }

    public var text: [JobText] {
      let least = scale == PrivacyAccount.noiseRange.lowerBound ? " (the smallest supported value)" : ""
      let title =
        "\(job.steps) \(job.steps == 1 ? "release" : "releases"), \(job.isLaplace ? "scale" : "sigma") "
        + "\(scale.significant(PrivacyAccountJob.digits)), sampling rate \(job.samplingRate.significant(6)), "
        + "delta \(job.delta.significant(4)), add-remove"
      let table = TextTable(
        title: title,
        columns: [.init("accountant"), .number("epsilon"), .init("bound"), .init("source"), .init("note")],
        rows: accounts.map { one in
          [
            .init(one.id), .init(one.epsilon.significant(7)), .init(one.isBound ? "yes" : "no"),
            .init(one.source), .init(one.note ?? ""),
          ]
        },
        note: job.budget.map { "The smallest noise\(least) for which one of the bounds is at most \($0)." }
          ?? "")
      return [.table(table)]
    }
  }
}
