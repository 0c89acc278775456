import LinearAlgebra
import Querying
import Synchronization

/// An oracle that counts all rows that it answers.
final class CountingOracle: PredictionOracle {
  private let base: any PredictionOracle
  private let count = Mutex(0)

  init(_ base: any PredictionOracle) { self.base = base }

  /// Rows that were answered.
  var rows: Int { count.withLock { $0 } }

  var schema: QuerySchema { base.schema }
  var capabilities: OracleCapabilities { base.capabilities }

  func answer(_ queries: Matrix, details: AnswerDetails) async throws -> [Answer] {
    let answers = try await base.answer(queries, details: details)
    count.withLock { $0 += answers.count }
    return answers
  }

  func answer(_ query: [Double], counterfactualIn region: QueryRegion) async throws -> Answer {
    let answer = try await base.answer(query, counterfactualIn: region)
    count.withLock { $0 += 1 }
    return answer
  }
}

extension Findings {
  /// Notes that an attack asked past the session, which counts and keeps the budget.
  mutating func checkSession(_ session: QuerySession, _ oracle: CountingOracle) {
    let sent = session.ledger.billed
    expect(
      oracle.rows == sent,
      "asks the model past the session: it answered \(oracle.rows) rows and the session sent \(sent)")
  }
}
