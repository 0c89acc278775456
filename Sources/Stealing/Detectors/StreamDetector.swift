import Querying

/// A prepared detector whose watches begin as copies of one.
struct StreamDetector: PreparedDetector {
  let poolsClients: Bool
  private let start: any QueryMonitor

  /// A detector whose watches begin as `start`.
  init(_ start: some QueryMonitor, poolsClients: Bool = false) {
    self.start = start
    self.poolsClients = poolsClients
  }

  func monitor() -> any QueryMonitor { start }
}
