import Files
import External
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
/// The first signal is a wish: the task of the command is cancelled, and long work asks ``isRequested`` or calls
/// ``check()`` between steps and ends in order. What has not ended after ``grace``, whatever it is doing, is ended by
/// the thread that listens, as by a second signal: files that are being written are removed, and logs hold all that
/// was answered. So no command needs to be patient with the slowest of its steps. A signal that was ignored when the
/// program started, as behind `nohup`, stays ignored.
enum Interruption {
  /// Thrown by ``check()``.
  struct Requested: Error, CustomStringConvertible {
    var description: String {
      "interrupted; "
        + (Interruption.kept.withLock { $0 }?()
          ?? "no file was left half-written, and the same command begins anew")
    }
  }

  /// Milliseconds that work gets to end in order.
  private static let grace = 1200

  private static let count = Atomic<Int>(0)
  private static let readEnd = Atomic<Int32>(-1)
  private static let writeEnd = Atomic<Int32>(-1)
  private static let actions = Mutex<[@Sendable () -> Void]>([])
  private static let kept = Mutex<(@Sendable () -> String)?>(nil)

  /// Whether the program should stop.
  static var isRequested: Bool { count.load(ordering: .relaxed) > 0 }

  /// Ends the work in progress if the program should stop.
  ///
  /// - Throws: ``Requested``.
  static func check() throws {
    if isRequested { throw Requested() }
  }

  /// Says what an interruption keeps and how to go on; the clause is asked for when it comes.
  static func keeps(_ clause: @escaping @Sendable () -> String) { kept.withLock { $0 = clause } }

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

  /// Holds signals back until ``listen()``, also over a start of the program in its own place.
  static func hold() { mask(SIG_BLOCK) }

  /// Begins to listen; to be called once.
  static func listen() {
    defer { mask(SIG_UNBLOCK) }
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return }
    readEnd.store(ends[0], ordering: .sequentiallyConsistent)
    writeEnd.store(ends[1], ordering: .sequentiallyConsistent)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    // A signal may come on any thread, BLAS's own included, and its handler may do almost nothing: it counts,
    // and wakes a thread that may do anything.
    // Asking whether a signal is ignored throws away one that was held back, so that it is sent again.
    var held = sigset_t()
    sigpending(&held)
    for number in [SIGINT, SIGTERM] where !isIgnored(number) {
      signal(number) { _ in
        Interruption.count.add(1, ordering: .relaxed)
        var byte: UInt8 = 0
        _ = write(Interruption.writeEnd.load(ordering: .relaxed), &byte, 1)
      }
      if sigismember(&held, number) == 1 { kill(getpid(), number) }
    }
    var thread = pthread_t()
    pthread_create(&thread, nil, { _ in Interruption.receive() }, nil)
    pthread_detach(thread)
  }

  private static func mask(_ how: Int32) {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] { sigaddset(&signals, number) }
    pthread_sigmask(how, &signals, nil)
  }

  /// Whether the program was started with this signal ignored; function pointers compare by address only.
  private static func isIgnored(_ number: Int32) -> Bool {
    unsafeBitCast(signal(number, SIG_IGN), to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  private static func receive() -> Never {
    while !wait(milliseconds: -1) {}
    Console().fail("stopping; press ctrl-C again to stop at once")
    for action in actions.withLock({ $0 }) { action() }
    // A second signal, or the end of the grace.
    _ = wait(milliseconds: Int32(grace))
    AtomicFile.removePending()
    RunningPrograms.endAll()
    Console().fail(Requested().description)
    _exit(ProgramExit.interrupted)
  }

  /// Waits for a signal; false when the time is over, or the wait broke off.
  private static func wait(milliseconds: Int32) -> Bool {
    let end = readEnd.load(ordering: .sequentiallyConsistent)
    var request = pollfd(fd: end, events: Int16(POLLIN), revents: 0)
    var byte: UInt8 = 0
    return poll(&request, 1, milliseconds) == 1 && read(end, &byte, 1) == 1
  }
}
