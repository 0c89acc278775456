import Files

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
  var size: Int { FileSystem.size(of: path) ?? 0 }

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
  func open(appending: Bool) throws -> OpenFile {
    try writing(path) { () throws(SystemError) in try OpenFile(path, for: appending ? .appending : .writing) }
  }

  /// Writes all bytes.
  func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws {
    try writing(path) { () throws(SystemError) in try file.writeAll(bytes) }
  }

  /// Takes the bytes away.
  func remove() { FileSystem.remove(path) }

  /// Gives the file its name if it holds the bytes of the card, and takes it away if not.
  func finish(_ file: DatasetCard.File, from origin: String) throws {
    let found = try FileHash.sha256(path: path)
    guard found == file.sha256 else {
      remove()
      throw CatalogueError.hashMismatch(path: origin, expected: file.sha256, found: found)
    }
    try writing(destination) { () throws(SystemError) in try FileSystem.move(path, to: destination) }
  }

  /// What `work` gives; says what stands in the way of writing to `path` if the system refuses.
  private func writing<Result>(_ path: String, _ work: () throws(SystemError) -> Result) throws -> Result {
    do {
      return try work()
    } catch {
      throw CatalogueError.unwritable(path: path, code: error.code)
    }
  }
}
