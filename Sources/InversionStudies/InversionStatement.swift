public import Experiments

/// A published statement on privacy, the experiments that test it, and how they are judged.
public struct InversionStatement: Sendable {
  /// Gives the statements of one subject, with experiments repeated for these seeds.
  public typealias Provider = @Sendable (_ seeds: [UInt64]) -> [InversionStatement]

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
  /// The experiments.
  public let experiments: [any InversionExperiment]
  /// The measured numbers, one for each repetition.
  public let measure: @Sendable ([Outcome]) -> [Double]

  /// A statement with all that is needed to judge it.
  public init(
    row: Int, id: String, statement: String, source: String, published: Double?, unit: String,
    expectation: Expectation?, note: String? = nil, experiments: [any InversionExperiment],
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
    self.experiments = experiments
    self.measure = measure
  }

  /// The claim that the outcomes of the experiments make; a remark says why there are none.
  func claim(_ outcomes: [Outcome]?, remark: String?) -> Claim {
    let remarks = [note, remark].compactMap { $0 }
    let summary = outcomes.flatMap { Summary(measure($0)) }
    let text = remarks.isEmpty ? nil : remarks.joined(separator: " ")
    guard let expectation else {
      return Claim(
        id: id, statement: statement, source: source, published: published, measured: summary?.mean,
        spread: summary.flatMap { $0.count > 1 ? $0.standardDeviation : nil }, seeds: summary?.count ?? 0,
        unit: unit, verdict: .unconfirmed, note: text)
    }
    return Claim(
      id: id, statement: statement, source: source, published: published, unit: unit, summary: summary,
      expectation: expectation, note: text)
  }
}

/// Ways of putting outcomes into numbers.
public enum InversionMeasure {
  /// A metric of every outcome of an attack.
  public static func metric(
    _ name: String, attack: String? = nil, model: String? = nil
  ) -> @Sendable ([Outcome]) -> [Double] {
    { outcomes in outcomes.matching(model: model, attack: attack).compactMap { $0.metrics[name] } }
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
