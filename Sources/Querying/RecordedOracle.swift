public import LinearAlgebra

/// Queries and answers on record as an oracle, for attacks without access to the model.
public struct RecordedOracle: PredictionOracle {
  public let schema: QuerySchema
  public let capabilities: OracleCapabilities
  public let recordedQueries: Matrix?
  private let answers: [[UInt64]: Answer]
  /// Exchanges with counterfactuals in regions.
  private let bounded: [QuerySession.Exchange]

  /// An oracle that knows what a record holds; of equal queries the first answer counts.
  public init(_ record: QueryRecord) {
    schema = record.header.schema
    capabilities = record.header.capabilities
    bounded = record.exchanges.filter { $0.region != nil }
    let plain = record.exchanges.filter { $0.details.isEmpty }
    answers = Dictionary(plain.map { ($0.query.map(\.bitPattern), $0.answer) }) { first, _ in first }
    recordedQueries = Matrix(
      rows: plain.count, columns: record.header.schema.inputs.count, elements: plain.flatMap(\.query))
  }

  public func answer(_ queries: Matrix, details: AnswerDetails) async throws -> [Answer] {
    try (0..<queries.rows).map { row in
      guard details.isEmpty, let answer = answers[queries.row(row).map(\.bitPattern)] else {
        throw QueryError.notRecorded(known: answers.count)
      }
      return answer
    }
  }

  public func answer(_ query: [Double], counterfactualIn region: QueryRegion) async throws -> Answer {
    guard let exchange = bounded.first(where: { $0.region == region && $0.query == query }) else {
      throw QueryError.notRecorded(known: bounded.count)
    }
    return exchange.answer
  }
}
