/// A measured number with the interval that the seeds give it.
public struct Estimate: Sendable, Hashable {
  /// The number: the mean over repetitions, or the one number made of all of them.
  public let value: Double
  /// Standard deviation over repetitions; nil for a single one.
  public let standardDeviation: Double?
  /// Half of the width of the interval that holds the number with a probability of .95; nil for a single repetition.
  public let halfWidth: Double?
  /// How many seeds went in.
  public let seeds: Int
  /// The numbers of the repetitions; the one number where it is made of all of them.
  public let repetitions: [Double]

  /// Whether a single repetition says nothing of how the number varies.
  public var isSingle: Bool { seeds < 2 }

  /// The interval; without width for a single repetition.
  public var interval: ClosedRange<Double> {
    let half = halfWidth ?? 0
    return value - half...value + half
  }

  /// The estimate that a measure makes of outcomes; see ``init(_:_:)``.
  public init?(_ outcomes: [Outcome], _ measure: Measure) {
    self.init(outcomes) { measure($0) }
  }

  /// The estimate that a measure makes of outcomes; nil if it finds no number in at least one repetition.
  ///
  /// Several numbers, one for each repetition, have the interval of Student's distribution around their mean. One number
  /// made of the outcomes of several seeds has the interval of the jackknife that leaves out one seed at a time.
  ///
  /// - Source: Tukey, "Bias and confidence in not quite large samples", Annals of Mathematical Statistics 29 (1958).
  public init?(_ outcomes: [Outcome], _ measure: ([Outcome]) -> [Double]) {
    let values = measure(outcomes)
    guard !values.isEmpty, values.allSatisfy(\.isFinite), let summary = Summary(values) else { return nil }
    let seeds = outcomes.distinct(\.seed)
    guard values.count == 1, seeds.count > 1 else {
      self.init(
        value: summary.mean, standardDeviation: values.count > 1 ? summary.standardDeviation : nil,
        halfWidth: summary.halfWidth(), seeds: values.count, repetitions: values)
      return
    }
    let count = Double(seeds.count)
    let parts = seeds.map { seed in measure(outcomes.filter { $0.seed != seed }).first ?? .nan }
    guard parts.allSatisfy(\.isFinite),
      let pseudo = Summary(parts.map { count * summary.mean - (count - 1) * $0 })
    else { return nil }
    self.init(
      value: summary.mean, standardDeviation: pseudo.standardDeviation, halfWidth: pseudo.halfWidth(),
      seeds: seeds.count, repetitions: values)
  }

  private init(
    value: Double, standardDeviation: Double?, halfWidth: Double?, seeds: Int, repetitions: [Double]
  ) {
    self.value = value
    self.standardDeviation = standardDeviation
    self.halfWidth = halfWidth
    self.seeds = seeds
    self.repetitions = repetitions
  }
}
