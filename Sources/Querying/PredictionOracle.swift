public import LinearAlgebra

/// The only way in which an attack on a deployed model sees it: rows go in, answers come out.
///
/// Oracles in the same process, behind HTTP, read from a record or behind a guard are interchangeable.
public protocol PredictionOracle: Sendable {
  /// The columns and the target, as far as they are known.
  var schema: QuerySchema { get }
  /// What the oracle can do.
  var capabilities: OracleCapabilities { get }
  /// Rows whose answers are on record, if the oracle can answer no others; nil for one that answers anything.
  var recordedQueries: Matrix? { get }
  /// Bytes that went to the model and came back so far; zero in the same process.
  var traffic: Traffic { get }
  /// One answer per row of `queries`, which has a column per input of the schema.
  ///
  /// - Parameter details: what is asked for besides the answer; part of ``OracleCapabilities/details``.
  /// - Throws: ``QueryError``, or an error of the way to the model.
  func answer(_ queries: Matrix, details: AnswerDetails) async throws -> [Answer]
  /// The answers to the first rows of `queries`, as many as one request takes; at least one.
  ///
  /// A session asks this way, so that what came is on record before the next request is sent.
  ///
  /// - Throws: as ``answer(_:details:)``.
  func answerFirst(_ queries: Matrix, details: AnswerDetails) async throws -> [Answer]
  /// The answer to one query with its nearest counterfactual in a region, for an oracle that offers
  /// ``AnswerDetails/boundedCounterfactuals``.
  ///
  /// - Throws: ``QueryError``, or an error of the way to the model.
  func answer(_ query: [Double], counterfactualIn region: QueryRegion) async throws -> Answer
}

extension PredictionOracle {
  public var recordedQueries: Matrix? { nil }
  public var traffic: Traffic { Traffic() }
  public func answerFirst(_ queries: Matrix, details: AnswerDetails) async throws -> [Answer] {
    try await answer(queries, details: details)
  }
  public func answer(_ query: [Double], counterfactualIn region: QueryRegion) async throws -> Answer {
    throw QueryError.notOffered(
      need: "counterfactuals in a region", offer: "no such thing", alternatives: [])
  }
}

/// Bytes on the way to a model and back.
public struct Traffic: Sendable, Hashable, Codable {
  /// Bytes of requests.
  public var sent: Int
  /// Bytes of responses.
  public var received: Int

  /// A count.
  public init(sent: Int = 0, received: Int = 0) {
    self.sent = sent
    self.received = received
  }
}
