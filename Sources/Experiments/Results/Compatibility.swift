public import Reporting

// Only until every statement says its origin, null and setting; nothing new may use it.

public typealias PublishedStatement<Work: Sendable> = Statement<Work>

extension Expectation {
  public init(_ range: ClosedRange<Double>, stronger direction: Direction) {
    self.init(range, unsoundly: direction)
  }

  public static func about(_ value: Double, tolerance: Double) -> Expectation {
    Expectation(value - tolerance...value + tolerance, unsoundly: .neither)
  }
}

extension Statement {
  public init(
    row: Int, id: String, statement: String, source: String, published: Double?, unit: String,
    expectation: Expectation?, note: String? = nil, work: Work,
    measure: @escaping @Sendable ([Outcome]) -> [Double]
  ) {
    self.init(
      row: row, id: id, statement, reference: Reference(.published, published, source), unit: unit,
      judging: expectation.map { .by($0, null: .value(.nan, "not stated")) } ?? .unconfirmed, note: note,
      work: work, measure: measure)
  }
}

extension Report.KeyFigure {
  public init(met claims: [Claim]) {
    self = Headline(claims).keyFigures.first ?? .init("0 of 0", "published numbers reproduced")
  }
}
