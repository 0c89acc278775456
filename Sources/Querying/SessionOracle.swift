public import LinearAlgebra

/// A session as an oracle: what is asked through it is counted, remembered and put on record.
public struct SessionOracle: PredictionOracle {
  private let session: QuerySession

  /// An oracle that asks through a session.
  public init(_ session: QuerySession) { self.session = session }

  public var schema: QuerySchema { session.schema }
  public var capabilities: OracleCapabilities { session.capabilities }
  public var recordedQueries: Matrix? { session.oracle.recordedQueries }
  public var traffic: Traffic { session.oracle.traffic }

  public func answer(_ queries: Matrix, details: AnswerDetails) async throws -> [Answer] {
    try await session.ask(queries, details: details)
  }

  public func answer(_ query: [Double], counterfactualIn region: QueryRegion) async throws -> Answer {
    try await session.ask(query, counterfactualIn: region)
  }
}
