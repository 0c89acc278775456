/// A published statement, the work that tests it, and how the outcomes of the work are judged.
///
/// What work is differs from one reproduction to another: thefts, experiments, private models.
public struct PublishedStatement<Work: Sendable>: Sendable {
  /// Row of the table of statements.
  public let row: Int
  /// Stable lower-case name.
  public let id: String
  /// The statement in words.
  public let statement: String
  /// Who published it where.
  public let source: String
  /// The published number; nil if there is none.
  public let published: Double?
  /// Unit of the numbers.
  public let unit: String
  /// What counts as the published number; nil where no source confirms it, so that it is never judged.
  public let expectation: Expectation?
  /// A remark; nil for none.
  public let note: String?
  /// What has to be done.
  public let work: Work
  /// The measured numbers, one for each repetition.
  public let measure: @Sendable ([Outcome]) -> [Double]

  /// A statement with all that is needed to judge it.
  public init(
    row: Int, id: String, statement: String, source: String, published: Double?, unit: String,
    expectation: Expectation?, note: String? = nil, work: Work,
    measure: @escaping @Sendable ([Outcome]) -> [Double]
  ) {
    self.row = row
    self.id = id
    self.statement = statement
    self.source = source
    self.published = published
    self.unit = unit
    self.expectation = expectation
    self.note = note
    self.work = work
    self.measure = measure
  }

  /// The claim that the outcomes of the work make; nil outcomes are work that could not be done, and a remark says why.
  /// Outcomes in which the measure finds no number make a statement that failed.
  public func claim(_ outcomes: [Outcome]?, remark: String? = nil) -> Claim {
    let remarks = [note, remark].compactMap { $0 }
    let summary = outcomes.flatMap { Summary(measure($0)) }
    // One number that was made of several seeds counts them all.
    let pooled = summary.flatMap { $0.count == 1 ? outcomes?.distinct(\.seed).count : nil }
    return Claim(
      id: id, statement: statement, source: source, published: published, unit: unit, summary: summary,
      seeds: pooled, expectation: expectation, isTested: outcomes != nil,
      note: remarks.isEmpty ? nil : remarks.joined(separator: " "))
  }

  /// The same statement on other work.
  public func map<Other>(_ change: (Work) throws -> Other) rethrows -> PublishedStatement<Other> {
    PublishedStatement<Other>(
      row: row, id: id, statement: statement, source: source, published: published, unit: unit,
      expectation: expectation, note: note, work: try change(work), measure: measure)
  }
}

extension Array {
  /// The statements in the order of their rows, those of a row as they stand.
  public func inRowOrder<Work>() -> [Element] where Element == PublishedStatement<Work> {
    enumerated().sorted { ($0.element.row, $0.offset) < ($1.element.row, $1.offset) }.map(\.element)
  }
}

/// Ways of putting outcomes into the numbers of a statement.
public enum StatementMeasure {
  /// A metric of every outcome, of one attack or model if they are named.
  public static func metric(
    _ name: String, attack: String? = nil, model: String? = nil
  ) -> @Sendable ([Outcome]) -> [Double] {
    { outcomes in outcomes.matching(model: model, attack: attack).compactMap { $0.metrics[name] } }
  }

  /// One number from every outcome.
  public static func each(
    _ value: @escaping @Sendable (Outcome) -> Double?
  ) -> @Sendable ([Outcome]) -> [Double] {
    { outcomes in outcomes.compactMap(value) }
  }

  /// One number from all outcomes of each seed.
  public static func perSeed(
    _ value: @escaping @Sendable ([Outcome]) -> Double?
  ) -> @Sendable ([Outcome]) -> [Double] {
    { outcomes in
      outcomes.distinct(\.seed).compactMap { seed in value(outcomes.filter { $0.seed == seed }) }
    }
  }
}
