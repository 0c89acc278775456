public import LinearAlgebra

/// Queries and answers on record as an oracle, for attacks without access to the model.
public struct RecordedOracle: PredictionOracle {
  public let schema: QuerySchema
  public let capabilities: OracleCapabilities
  public let recordedQueries: Matrix?
  /// The answers to every query, with what was asked for besides.
  private let answers: [[UInt64]: [(details: AnswerDetails, answer: Answer)]]
  /// The answers with counterfactuals in regions.
  private let bounded: [Bounded: Answer]

  private struct Bounded: Hashable {
    let bits: [UInt64]
    let region: QueryRegion
  }

  /// An oracle that knows what a record holds; of equal queries the first answer counts.
  ///
  /// - Throws: ``QueryError/recordEmpty(target:)``.
  public init(_ record: QueryRecord) throws {
    guard !record.exchanges.isEmpty else { throw QueryError.recordEmpty(target: record.header.target) }
    schema = record.header.schema
    capabilities = record.header.capabilities
    var answers: [[UInt64]: [(details: AnswerDetails, answer: Answer)]] = [:]
    var bounded: [Bounded: Answer] = [:]
    var rows: [[Double]] = []
    for exchange in record.exchanges {
      let bits = exchange.query.map(\.bitPattern)
      var details = exchange.details
      if let region = exchange.region {
        let key = Bounded(bits: bits, region: region)
        if bounded[key] == nil { bounded[key] = exchange.answer }
        // Its counterfactual is that of the region; the answer itself holds everywhere.
        details = []
      }
      if answers[bits] == nil { rows.append(exchange.query) }
      answers[bits, default: []].append((details, exchange.answer))
    }
    self.answers = answers
    self.bounded = bounded
    recordedQueries = Matrix(rows)
  }

  public func answer(_ queries: Matrix, details: AnswerDetails) async throws -> [Answer] {
    try (0..<queries.rows).map { row in
      let known = answers[queries.row(row).map(\.bitPattern)]?.first { $0.details.isSuperset(of: details) }
      guard let known else { throw QueryError.notRecorded(known: answers.count) }
      return known.answer
    }
  }

  public func answer(_ query: [Double], counterfactualIn region: QueryRegion) async throws -> Answer {
    guard let answer = bounded[Bounded(bits: query.map(\.bitPattern), region: region)] else {
      throw QueryError.notRecorded(known: bounded.count)
    }
    return answer
  }
}
