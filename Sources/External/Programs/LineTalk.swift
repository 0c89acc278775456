#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Lines to and from a program that runs. Not for several threads at once.
///
/// Its standard input is a socket, as writing to a pipe that nobody reads ends a process.
final class LineTalk {
  /// Longest line that is read, in bytes.
  private static let longest = 1 << 20

  private let id: String
  private let process: ChildProcess
  private let input: Int32
  private let output: Int32
  private let errors: Int32
  private var said: SpokenLines
  private var received: [UInt8] = []
  private var hasErrors = true
  private var isClosed = false
  /// Whether a task that is cancelled waits no longer. A query is waited for to its end, as its line would be taken for
  /// the answer to the next one.
  var stopsWithTask = true

  /// Starts a program on a folder.
  ///
  /// - Throws: ``ExternalError``.
  init(_ program: ExternalProgram, _ folder: ScratchFolder) throws(ExternalError) {
    guard !program.command.isEmpty else { throw ExternalError.noProgram }
    #if canImport(Darwin)
      let kind = SOCK_STREAM
    #else
      let kind = Int32(SOCK_STREAM.rawValue)
    #endif
    var (inputs, outputs, errors): ([Int32], [Int32], [Int32]) = ([-1, -1], [-1, -1], [-1, -1])
    let isOpen = socketpair(AF_UNIX, kind, 0, &inputs) == 0 && pipe(&outputs) == 0 && pipe(&errors) == 0
    func closeAll(_ ends: [Int32]) { for end in ends where end >= 0 { close(end) } }
    guard isOpen else {
      let error = ExternalProgram.systemError("no pipe could be made")
      closeAll(inputs + outputs + errors)
      throw error
    }
    for end in inputs + outputs + errors { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    for end in [inputs[0], outputs[0], errors[0]] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    defer { closeAll([inputs[1], outputs[1], errors[1]]) }
    do {
      process = try ChildProcess(
        program.path, program.command.dropFirst() + [folder.path], limits: program.limits, input: inputs[1],
        output: outputs[1], errors: errors[1])
    } catch {
      closeAll([inputs[0], outputs[0], errors[0]])
      throw error
    }
    (id, input, output, self.errors) = (program.id, inputs[0], outputs[0], errors[0])
    said = SpokenLines(id: program.id, tell: program.limits.tell)
  }

  deinit { stop() }

  /// The end of what the program said on its standard error.
  var tail: String { said.tail }

  /// Ends the program.
  func stop() {
    guard !isClosed else { return }
    isClosed = true
    process.stop()
    for end in [input, output, errors] { close(end) }
  }

  /// Sends bytes.
  ///
  /// - Throws: ``ExternalError/detector(id:reason:said:)``, `CancellationError`.
  func send(_ bytes: [UInt8], within time: Duration) throws {
    #if canImport(Darwin)
      let flags: Int32 = 0
    #else
      let flags = Int32(MSG_NOSIGNAL)
    #endif
    let limit = ContinuousClock.now + time
    var done = 0
    while done < bytes.count {
      let start = done
      let count = bytes.withUnsafeBytes { buffer in
        systemSend(input, buffer.baseAddress.map { $0 + start }, buffer.count - start, flags)
      }
      if count > 0 {
        done += count
      } else if errno == EAGAIN {
        try wait(until: limit, forInput: true, "took no query for")
      } else if errno != EINTR {
        throw gone()
      }
    }
  }

  /// The next line that the program writes, without its end.
  ///
  /// - Throws: ``ExternalError/detector(id:reason:said:)``, `CancellationError`.
  func next(within time: Duration) throws -> [UInt8] {
    let limit = ContinuousClock.now + time
    var searched = 0
    while true {
      if let end = received[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = Array(received[..<end])
        received.removeFirst(end + 1)
        return line
      }
      searched = received.count
      guard received.count < Self.longest else {
        throw ExternalError.detector(id: id, reason: "wrote a line of more than a megabyte", said: tail)
      }
      var buffer = [UInt8](repeating: 0, count: 1 << 14)
      let count = buffer.withUnsafeMutableBytes { read(output, $0.baseAddress, $0.count) }
      if count > 0 {
        received += buffer[..<count]
      } else if count == 0 {
        throw gone()
      } else if errno == EAGAIN || errno == EINTR {
        try wait(until: limit, forInput: false, "wrote no line for")
      } else {
        throw gone()
      }
    }
  }

  /// Waits until the program can be written to, or has written.
  private func wait(until limit: ContinuousClock.Instant, forInput: Bool, _ reason: String) throws {
    hasErrors = ExternalProgram.drain(errors, hasErrors, &said)
    guard !stopsWithTask || !Task.isCancelled else { throw CancellationError() }
    guard ContinuousClock.now < limit else {
      throw ExternalError.detector(id: id, reason: "\(reason) too long", said: tail)
    }
    var requests = [
      pollfd(fd: forInput ? input : output, events: Int16(forInput ? POLLOUT : POLLIN), revents: 0),
      pollfd(fd: hasErrors ? errors : -1, events: Int16(POLLIN), revents: 0),
    ]
    _ = poll(&requests, 2, 50)
  }

  /// That the program ended, or closed what it speaks through.
  private func gone() -> ExternalError {
    var end = process.poll()
    for _ in 0..<20 where end == nil {
      _ = poll(nil, 0, 10)
      end = process.poll()
    }
    hasErrors = ExternalProgram.drain(errors, hasErrors, &said)
    said.finish()
    let reason =
      switch end {
      case .code(let code): "ended with code \(code)"
      case .signal(let number): "was ended by signal \(number)"
      case nil: "closed its output"
      }
    return .detector(id: id, reason: reason, said: tail)
  }
}

/// The system's `send`, whose name ``LineTalk`` uses itself.
private let systemSend = send as @Sendable (Int32, UnsafeRawPointer?, Int, Int32) -> Int
