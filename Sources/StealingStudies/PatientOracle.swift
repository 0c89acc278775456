import LinearAlgebra
import Querying
import Synchronization

/// A clock that goes only where it is told to, so that waiting takes no time.
final class SimulatedClock: Sendable {
  private let time = Mutex(0.0)

  /// Seconds since the beginning.
  var seconds: Double { time.withLock { $0 } }

  /// Lets some seconds pass.
  ///
  /// - Returns: the time then.
  @discardableResult
  func wait(_ seconds: Double) -> Double {
    time.withLock { time in
      time += seconds
      return time
    }
  }
}

/// An oracle behind a limited rate for an attack that waits: a refused request is sent again when the rate allows it.
struct PatientOracle: PredictionOracle {
  let base: any PredictionOracle
  let clock: SimulatedClock
  /// Rows a second that the rate allows.
  let perSecond: Double

  var schema: QuerySchema { base.schema }
  var capabilities: OracleCapabilities { base.capabilities }

  func answer(_ queries: Matrix, details: AnswerDetails) async throws -> [Answer] {
    do {
      return try await base.answer(queries, details: details)
    } catch QueryError.refused {
      // A trifle longer, so that rounding leaves no token short.
      clock.wait(Double(queries.rows) / perSecond * (1 + 1e-9))
      return try await base.answer(queries, details: details)
    }
  }
}
