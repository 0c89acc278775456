import NIOCore
import Synchronization

/// The connections whose clients will send nothing more, as far as is known: most of them are gone.
///
/// The server keeps such a connection open for its answer, so whether it is active tells nothing.
final class ClosedInputs: Sendable {
  private let channels = Mutex<Set<ObjectIdentifier>>([])

  /// Remembers a connection until it is forgotten.
  func insert(_ channel: any Channel) {
    _ = channels.withLock { $0.insert(ObjectIdentifier(channel)) }
  }

  /// Forgets a connection that is closed.
  func remove(_ channel: any Channel) {
    _ = channels.withLock { $0.remove(ObjectIdentifier(channel)) }
  }

  /// Whether the client of a connection will send nothing more.
  func contains(_ channel: any Channel) -> Bool {
    !channel.isActive || channels.withLock { $0.contains(ObjectIdentifier(channel)) }
  }
}
