import Querying

/// A prepared detector whose watches begin as copies of one.
public struct StreamDetector: PreparedDetector {
  public let poolsClients: Bool
  private let start: any QueryMonitor

  /// A detector whose watches begin as `start`, a value that has seen nothing.
  ///
  /// - Parameter poolsClients: whether the queries of all clients are watched together.
  public init(_ start: some QueryMonitor, poolsClients: Bool = false) {
    self.start = start
    self.poolsClients = poolsClients
  }

  public func monitor() -> any QueryMonitor { start }
}
