import Reporting
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The wish of the user (ctrl-C) or the system (SIGTERM) that the program stop.
///
/// The first signal is a wish: long work asks ``isRequested`` or calls ``check()`` between steps and ends in
/// order. The second ends the program at once; files that are being written are removed first. A signal that was
/// ignored when the program started, as behind `nohup`, stays ignored.
enum Interruption {
  /// Thrown by ``check()``.
  struct Requested: Error, CustomStringConvertible {
    var description: String { "interrupted; no file was left half-written" }
  }

  private static let count = Atomic<Int>(0)
  private static let readEnd = Atomic<Int32>(-1)
  private static let writeEnd = Atomic<Int32>(-1)
  private static let actions = Mutex<[@Sendable () -> Void]>([])

  /// Whether the program should stop.
  static var isRequested: Bool { count.load(ordering: .relaxed) > 0 }

  /// Ends the work in progress if the program should stop.
  ///
  /// - Throws: ``Requested``.
  static func check() throws {
    if isRequested { throw Requested() }
  }

  /// Calls `action` when the wish comes, such as the cancelling of a task; at once if it came already.
  static func onRequest(_ action: @escaping @Sendable () -> Void) {
    actions.withLock { $0.append(action) }
    if isRequested { action() }
  }

  /// Runs `body` in a task that the wish cancels.
  static func cancelling<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let task = Task { try await body() }
    onRequest { task.cancel() }
    return try await task.value
  }

  /// Begins to listen; to be called once.
  static func listen() {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return }
    readEnd.store(ends[0], ordering: .sequentiallyConsistent)
    writeEnd.store(ends[1], ordering: .sequentiallyConsistent)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    // A signal may come on any thread, BLAS's own included, and its handler may do almost nothing: it counts,
    // and wakes a thread that may do anything.
    for number in [SIGINT, SIGTERM] where !isIgnored(number) {
      signal(number) { _ in
        Interruption.count.add(1, ordering: .relaxed)
        var byte: UInt8 = 0
        _ = write(Interruption.writeEnd.load(ordering: .relaxed), &byte, 1)
      }
    }
    var thread = pthread_t()
    pthread_create(&thread, nil, { _ in Interruption.receive() }, nil)
    pthread_detach(thread)
  }

  /// Whether the program was started with this signal ignored; function pointers compare by address only.
  private static func isIgnored(_ number: Int32) -> Bool {
    unsafeBitCast(signal(number, SIG_IGN), to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  private static func receive() -> Never {
    let end = readEnd.load(ordering: .sequentiallyConsistent)
    var byte: UInt8 = 0
    var received = 0
    while true {
      guard read(end, &byte, 1) == 1 else { continue }
      received += 1
      if received > 1 {
        AtomicFile.removePending()
        _exit(ProgramExit.interrupted)
      }
      Console().fail("stopping after this step; press ctrl-C again to stop at once")
      for action in actions.withLock({ $0 }) { action() }
    }
  }
}
