/// A statement beside what was measured here.
public struct Claim: Sendable, Codable, Equatable {
  /// What the measure gives where there is no effect.
  public struct Null: Sendable, Codable, Hashable {
    /// What stands in place of the effect.
    public let words: String
    /// The number that it gives; nil if there is none.
    public let value: Double?
    /// How that number is judged, which must not be met; nil if it is not.
    public let verdict: Verdict?

    /// A null with its number and the verdict on it.
    public init(words: String, value: Double?, verdict: Verdict?) {
      self.words = words
      self.value = value
      self.verdict = verdict
    }

    private enum CodingKeys: String, CodingKey { case words, value, verdict }

    /// Writes all keys, with null for what is missing.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(words, forKey: .words)
      try container.encode(value.flatMap { $0.isFinite ? $0 : nil }, forKey: .value)
      try container.encode(verdict, forKey: .verdict)
    }
  }

  /// Which numbers count as met.
  public struct Accepted: Sendable, Codable, Hashable {
    /// The least number around the reference.
    public let lower: Double
    /// The largest number around the reference.
    public let upper: Double
    /// Which side of the range is met too, as a stronger effect.
    public let stronger: Expectation.Direction
    /// What of the repetitions is held against the range.
    public let basis: Basis
    /// Why the range is as wide as it is, in words.
    public let rule: String

    /// The numbers that an expectation accepts.
    public init(_ expectation: Expectation, basis: Basis, rule: String) {
      lower = expectation.range.lowerBound
      upper = expectation.range.upperBound
      stronger = expectation.direction
      self.basis = basis
      self.rule = rule
    }
  }

  /// Stable lower-case name.
  public let id: String
  /// The statement in words.
  public let statement: String
  /// Where the number comes from that the measured one stands beside.
  public let origin: Origin
  /// Author, title, venue, year and place of the number; or how it was made.
  public let source: String
  /// The number; nil if the source gives only words.
  public let reference: Double?
  /// What was measured: the mean over seeds; nil if it was not measured.
  public let measured: Double?
  /// Standard deviation of the measured number over seeds; nil for a single seed.
  public let spread: Double?
  /// Half of the width of its 95 % interval; nil for a single seed.
  public let halfWidth: Double?
  /// How many seeds went in.
  public let seeds: Int
  /// Which numbers count as met; nil where nothing is judged.
  public let accepted: Accepted?
  /// The worst repetition where that is what is judged.
  public let worst: Double?
  /// Unit of the numbers, such as `share`, `mg²/week²` or `ratio`.
  public let unit: String
  /// What the measure gives where there is no effect; nil where nothing is judged or measured.
  public let null: Null?
  /// How the numbers compare.
  public let verdict: Verdict
  /// Whether a stronger method of this project stands in place of the published one.
  public let isOurMethod: Bool
  /// How the data or the model differ from the source's; nil where they do not.
  public let setting: String?
  /// A remark; nil for none.
  public let note: String?

  /// A statement with its verdict.
  public init(
    id: String, statement: String, reference: Reference, unit: String, estimate: Estimate?, null: Null? = nil,
    verdict: Verdict, accepted: Accepted? = nil, worst: Double? = nil, isOurMethod: Bool = false,
    setting: String? = nil, note: String? = nil
  ) {
    self.id = id
    self.statement = statement
    origin = reference.origin
    source = reference.source
    self.reference = Self.finite(reference.number)
    measured = estimate?.value
    spread = Self.finite(estimate?.standardDeviation)
    halfWidth = Self.finite(estimate?.halfWidth)
    seeds = estimate?.seeds ?? 0
    self.accepted = accepted
    self.worst = Self.finite(worst)
    self.unit = unit
    self.null = null
    self.verdict = verdict
    self.isOurMethod = isOurMethod
    self.setting = setting
    self.note = note
  }

  private static func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }

  private enum CodingKeys: String, CodingKey {
    case id, statement, origin, source, reference, measured, spread, seeds, accepted, worst, unit
    case null, verdict, setting, note
    case halfWidth = "half_width"
    case isOurMethod = "own_method"
  }

  /// Writes every key, with null for what is missing.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(statement, forKey: .statement)
    try container.encode(origin, forKey: .origin)
    try container.encode(source, forKey: .source)
    try container.encode(reference, forKey: .reference)
    try container.encode(measured, forKey: .measured)
    try container.encode(spread, forKey: .spread)
    try container.encode(halfWidth, forKey: .halfWidth)
    try container.encode(seeds, forKey: .seeds)
    try container.encode(accepted, forKey: .accepted)
    try container.encode(worst, forKey: .worst)
    try container.encode(unit, forKey: .unit)
    try container.encode(null, forKey: .null)
    try container.encode(verdict, forKey: .verdict)
    try container.encode(isOurMethod, forKey: .isOurMethod)
    try container.encode(setting, forKey: .setting)
    try container.encode(note, forKey: .note)
  }
}
