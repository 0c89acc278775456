#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The file `<name>.part` that a transfer fills and a later one continues.
struct PartialFile: Sendable {
  /// What to do with what an earlier transfer left.
  enum Plan: Hashable {
    /// Begin at the first byte.
    case fresh
    /// Ask for the bytes from this position on.
    case resume(from: Int)
    /// All bytes are there and want checking.
    case complete
  }

  /// What the answer of a server means for the bytes that are there.
  enum Answer: Hashable {
    /// What follows goes behind them.
    case append
    /// What follows is the whole file.
    case restart
    /// The server cannot continue; ask for the whole file.
    case askAgain
    /// The server refused.
    case refused
  }

  /// Where the finished file will stand.
  let destination: String
  /// Where the bytes are gathered.
  var path: String { destination + ".part" }

  /// How many bytes an earlier transfer left.
  var size: Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  /// What to do with `present` bytes of a file of `expected`.
  static func plan(present: Int, expected: Int) -> Plan {
    switch present {
    case expected: .complete
    case 1..<max(expected, 1): .resume(from: present)
    default: .fresh
    }
  }

  /// What an answer to a request for the bytes from `start` on means.
  static func answer(status: Int, contentRange: String?, start: Int) -> Answer {
    switch status {
    case 206:
      start > 0 && contentRange?.hasPrefix("bytes \(start)-") == true ? .append : .askAgain
    case 200: .restart
    case 416 where start > 0: .askAgain
    default: .refused
    }
  }

  /// Opens the file to add bytes at its end, or to begin anew.
  func open(appending: Bool) throws -> Int32 {
    let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (appending ? O_APPEND : O_TRUNC)
    let descriptor = openFile(path, flags, 0o644)
    guard descriptor >= 0 else { throw CatalogueError.unwritable(path: path, code: errno) }
    return descriptor
  }

  /// Writes all bytes.
  func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws {
    var done = 0
    while done < bytes.count {
      let count = writeBytes(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      if count < 0 {
        if errno == EINTR { continue }
        throw CatalogueError.unwritable(path: path, code: errno)
      }
      done += count
    }
  }

  /// Closes the file.
  func close(_ descriptor: Int32) { closeFile(descriptor) }

  /// Takes the bytes away.
  func remove() { unlink(path) }

  /// Gives the file its name if it holds the bytes of the card, and takes it away if not.
  func finish(_ file: DatasetCard.File, from origin: String) throws {
    let found = try FileHash.sha256(path: path)
    guard found == file.sha256 else {
      remove()
      throw CatalogueError.hashMismatch(path: origin, expected: file.sha256, found: found)
    }
    guard rename(path, destination) == 0 else {
      throw CatalogueError.unwritable(path: destination, code: errno)
    }
  }
}

/// Functions of the system whose names ``PartialFile`` uses itself.
private let openFile: @Sendable (String, Int32, mode_t) -> Int32 = { open($0, $1, $2) }
private let writeBytes: @Sendable (Int32, UnsafeRawPointer?, Int) -> Int = { write($0, $1, $2) }
private let closeFile: @Sendable (Int32) -> Void = { _ = close($0) }
