import Synchronization

/// The most rows that may be sent to a service, for whatever reason: to find out how to ask, to steal, to learn about
/// missing values, to compare. One limit is shared by all who send.
public final class SendingLimit: Sendable {
  private struct State {
    var left: Int
    var wasReached = false
  }

  /// The most rows.
  public let total: Int
  private let state: Mutex<State>

  /// A limit of `total` rows, of which `spent` were sent already, by an earlier run for example.
  public init(_ total: Int, spent: Int = 0) {
    self.total = total
    state = Mutex(State(left: max(total - max(spent, 0), 0)))
  }

  /// Rows that may still be sent.
  public var left: Int { state.withLock { $0.left } }

  /// Whether something was not sent for its sake.
  public var wasReached: Bool { state.withLock { $0.wasReached } }

  /// Sets `rows` aside for a request.
  ///
  /// - Throws: ``QueryError/budgetSpent(_:)`` if fewer are left.
  public func take(_ rows: Int) throws {
    try state.withLock { state in
      guard rows <= state.left else {
        state.wasReached = true
        throw QueryError.budgetSpent(total)
      }
      state.left -= rows
    }
  }

  /// Gives back rows of a request that was refused as too large.
  public func giveBack(_ rows: Int) { state.withLock { $0.left = min($0.left + rows, total) } }
}
