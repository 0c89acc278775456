#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension ExternalProgram {
  /// Runs the program on a folder, its last argument, and waits for it.
  ///
  /// - Returns: the end of what it said.
  /// - Throws: ``ExternalError`` if it does not end in time or with code 0, `CancellationError` if the task is
  ///   cancelled.
  func run(on folder: ScratchFolder) throws -> String {
    guard !command.isEmpty else { throw ExternalError.noProgram }
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Self.systemError("no pipe could be made") }
    defer { close(ends[0]) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    let process: ChildProcess
    do {
      defer { close(ends[1]) }
      process = try ChildProcess(
        path, command.dropFirst() + [folder.path], limits: limits, input: nil, output: ends[1],
        errors: ends[1])
    }
    defer { process.stop() }
    var said = SpokenLines(id: id, tell: limits.tell)
    let limit = ContinuousClock.now + limits.time
    var isOpen = true
    while true {
      let end = process.poll()
      isOpen = Self.drain(ends[0], isOpen, &said)
      if let end {
        said.finish()
        return try Self.checked(end, id, said)
      }
      guard !Task.isCancelled else { throw CancellationError() }
      guard ContinuousClock.now < limit else {
        throw ExternalError.late(id: id, seconds: limits.time / .seconds(1), said: said.tail)
      }
      var request = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
      // A short wait, as the end of a process wakes nobody.
      _ = poll(&request, isOpen ? 1 : 0, 20)
    }
  }

  static func systemError(_ what: String) -> ExternalError {
    .system(what: what, code: String(cString: strerror(errno)))
  }

  /// Takes what is in a pipe, at most a megabyte, so that a flood does not keep the clock from being read.
  ///
  /// - Returns: whether more may come.
  static func drain(_ descriptor: Int32, _ isOpen: Bool, _ said: inout SpokenLines) -> Bool {
    guard isOpen else { return false }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    for _ in 0..<16 {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { return false }
      if count < 0 { return errno == EAGAIN || errno == EINTR }
      said.append(buffer[..<count])
    }
    return true
  }

  private static func checked(
    _ end: ChildProcess.End, _ id: String, _ said: SpokenLines
  ) throws(ExternalError) -> String {
    switch end {
    case .code(0): said.tail
    case .code(let code): throw .failed(id: id, code: code, said: said.tail)
    case .signal(let number): throw .ended(id: id, signal: number, said: said.tail)
    }
  }
}
