import FoundationEssentials

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A fresh folder for one run of a program, which goes away with its contents.
final class ScratchFolder: Sendable {
  let path: String

  /// - Throws: ``ExternalError/system(what:code:)``.
  init() throws(ExternalError) {
    let root = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    var name = Array("\(root.isEmpty ? "/tmp" : root)/bezoar-exec-XXXXXX".utf8CString)
    guard mkdtemp(&name) != nil else {
      throw .system(what: "no temporary folder could be made", code: String(cString: strerror(errno)))
    }
    path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    RunningPrograms.note(folder: path)
  }

  deinit {
    Self.remove(path)
    RunningPrograms.forget(folder: path)
  }

  /// Writes a file.
  ///
  /// - Throws: ``ExternalError/system(what:code:)``.
  func write(_ bytes: [UInt8], to name: String) throws(ExternalError) {
    let file = "\(path)/\(name)"
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.failure(file) }
    defer { close(descriptor) }
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        systemWrite(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw Self.failure(file)
      }
      done += count
    }
  }

  /// The bytes of a plain file of at most `limit` bytes; nil if there is no such file.
  func read(_ name: String, limit: Int) -> [UInt8]? {
    // A link could lead out of the folder, a pipe could never end.
    let descriptor = open("\(path)/\(name)", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, Int(status.st_size) <= limit
    else { return nil }
    var (bytes, done) = ([UInt8](repeating: 0, count: Int(status.st_size)), 0)
    while done < bytes.count {
      let start = done
      let count = bytes.withUnsafeMutableBytes { buffer in
        systemRead(descriptor, buffer.baseAddress.map { $0 + start }, buffer.count - start)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return nil }
      done += count
    }
    return bytes
  }

  /// Whether something with a name is there.
  func has(_ name: String) -> Bool {
    var status = stat()
    return lstat("\(path)/\(name)", &status) == 0
  }

  private static func failure(_ file: String) -> ExternalError {
    .system(what: "\(file) could not be written", code: String(cString: strerror(errno)))
  }

  /// Removes a folder with all that is in it; links are removed and not followed.
  static func remove(_ path: String) {
    try? FileManager.default.removeItem(atPath: path)
  }
}

private let systemWrite = write as @Sendable (Int32, UnsafeRawPointer?, Int) -> Int
private let systemRead = read as @Sendable (Int32, UnsafeMutableRawPointer?, Int) -> Int
