public import Querying

/// Who watches the queries of an attack.
public protocol QueryWatch: Sendable {
  /// The queries so far; may be called from any thread.
  func show(_ status: QuerySession.Status)
  /// The attack is over, or broke off.
  func finish()
}

/// Nobody watches.
struct SilentWatch: QueryWatch {
  func show(_ status: QuerySession.Status) {}
  func finish() {}
}
