/// A published statement beside what was measured here.
public struct Claim: Sendable, Codable, Equatable {
  /// Stable lower-case name.
  public let id: String
  /// The statement in words, as published.
  public let statement: String
  /// Author, title, venue, year and place of the number.
  public let source: String
  /// The published number; nil if the source gives only words.
  public let published: Double?
  /// What was measured: the mean over seeds; nil if it was not measured.
  public let measured: Double?
  /// Standard deviation of the measured number over seeds; nil for a single seed.
  public let spread: Double?
  /// How many seeds went in.
  public let seeds: Int
  /// Unit of the three numbers, such as `share`, `mg²/week²` or `ratio`.
  public let unit: String
  /// How the two compare.
  public let verdict: Verdict
  /// A remark, such as how the setting differs.
  public let note: String?

  /// A statement with a verdict given by the caller.
  public init(
    id: String, statement: String, source: String, published: Double?, measured: Double?, spread: Double?,
    seeds: Int, unit: String, verdict: Verdict, note: String? = nil
  ) {
    self.id = id
    self.statement = statement
    self.source = source
    self.published = Self.finite(published)
    self.measured = Self.finite(measured)
    self.spread = Self.finite(spread)
    self.seeds = seeds
    self.unit = unit
    self.verdict = verdict
    self.note = note
  }

  /// A statement judged by its expectation on the mean over seeds; without one it is never judged.
  ///
  /// A statement that was tested and gave no number has ``Verdict/failed``.
  ///
  /// - Parameters:
  ///   - seeds: how many seeds went in; nil for the number of values.
  ///   - isTested: whether the work was done from which a number should come.
  public init(
    id: String, statement: String, source: String, published: Double?, unit: String, summary: Summary?,
    seeds: Int? = nil, expectation: Expectation?, isTested: Bool = false, note: String? = nil
  ) {
    let isFailed = isTested && summary == nil
    self.init(
      id: id, statement: statement, source: source, published: published, measured: summary?.mean,
      spread: summary.flatMap { $0.count > 1 ? $0.standardDeviation : nil },
      seeds: seeds ?? summary?.count ?? 0,
      unit: unit,
      verdict: expectation.map { isFailed ? .failed : $0.verdict(on: summary?.mean) } ?? .unconfirmed,
      note: note)
  }

  /// Whose the number is beside which the measured one stands.
  public enum Origin: Sendable, Hashable {
    /// Somebody else's, published.
    case published
    /// Computed by this project, as with another library or a port of published code.
    case ownReference
    /// An aim or a question of this project, which nobody published.
    case ownQuestion
  }

  /// Whose the number is, by the words with which the source begins.
  public var origin: Origin {
    if Self.referenceWords.contains(where: source.hasPrefix) { return .ownReference }
    if Self.questionWords.contains(where: source.hasPrefix) { return .ownQuestion }
    return .published
  }

  private static let referenceWords = [
    "reference of this project", "measured with a port", "a NumPy port of", "the authors' code, measured",
  ]
  private static let questionWords = [
    "question of this", "claim of this program", "aim of this program",
  ]

  private static func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }

  private enum CodingKeys: String, CodingKey {
    case id, statement, source, published, measured, spread, seeds, unit, verdict, note
  }

  /// Writes every key, with null for what is missing.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(statement, forKey: .statement)
    try container.encode(source, forKey: .source)
    try container.encode(published, forKey: .published)
    try container.encode(measured, forKey: .measured)
    try container.encode(spread, forKey: .spread)
    try container.encode(seeds, forKey: .seeds)
    try container.encode(unit, forKey: .unit)
    try container.encode(verdict, forKey: .verdict)
    try container.encode(note, forKey: .note)
  }
}
