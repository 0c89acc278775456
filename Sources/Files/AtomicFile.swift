import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writing of files that are either complete or absent, whatever happens in between.
///
/// The bytes go to a temporary name in the same folder, reach the disk, and only then take the name of the file;
/// a file of that name is replaced as a whole. After an error the temporary file is gone and the old one intact. A
/// symbolic link stays one: the file it leads to is replaced. What is no file, such as a device or a pipe, cannot be
/// replaced and gets the bytes themselves.
public enum AtomicFile {
  /// Temporary files and folders that stand there right now.
  private static let pending = Mutex<[String]>([])

  /// Writes `text` in UTF-8 to `path`.
  ///
  /// - Throws: ``FileOutputError``.
  public static func write(_ text: String, to path: String) throws {
    try write(Array(text.utf8), to: path)
  }

  /// Writes `bytes` to `path`.
  ///
  /// - Throws: ``FileOutputError``.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    if isSpecial(path) { return try writeThrough(bytes, to: path) }
    try replace(path) { temporary in
      let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { throw failure("write", path) }
      var isOpen = true
      defer { if isOpen { close(descriptor) } }
      try writeAll(bytes, to: descriptor, path: path)
      guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure("write", path) }
      isOpen = false
      guard close(descriptor) == 0 else { throw failure("write", path) }
    }
  }

  /// Lets `make` fill a temporary file of a name it is given, then moves that file to `path`.
  ///
  /// - Throws: ``FileOutputError`` and what `make` throws; the temporary file is removed first.
  public static func replace(_ path: String, by make: (_ temporary: String) throws -> Void) throws {
    guard !isSpecial(path) else {
      throw FileOutputError.failed(operation: "replace", path: path, code: EINVAL)
    }
    let path = target(of: path)
    for left in left(by: path, ending: ending) { unlink(left) }
    let temporary = temporaryName(for: path)
    isPending(temporary, true)
    defer { isPending(temporary, false) }
    do {
      try make(temporary)
      guard rename(temporary, path) == 0 else { throw failure("write", path) }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Creates the folder at `path` with all folders above it; an existing one is left as it is.
  ///
  /// - Throws: ``FileOutputError``.
  public static func createFolder(_ path: String) throws {
    var status = stat()
    if stat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else {
        throw FileOutputError.failed(operation: "create the folder", path: path, code: ENOTDIR)
      }
      return
    }
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      try createFolder(String(path[..<slash]))
    }
    guard path.isEmpty || mkdir(path, 0o755) == 0 || errno == EEXIST else {
      throw failure("create the folder", path)
    }
  }

  /// Removes every temporary file and folder of a write that is under way; for a program that must end at once.
  public static func removePending() {
    for temporary in pending.withLock({ $0 }) { FolderTree.remove(temporary) }
  }

  /// Says that a temporary file or folder stands there now, or no longer.
  static func isPending(_ temporary: String, _ isThere: Bool) {
    pending.withLock { pending in
      pending.removeAll { $0 == temporary }
      if isThere { pending.append(temporary) }
    }
  }

  /// Whether something is there that is neither a file nor a folder.
  private static func isSpecial(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    return status.st_mode & S_IFMT != S_IFREG && status.st_mode & S_IFMT != S_IFDIR
  }

  /// The file that symbolic links lead to; the path itself if it is none or leads nowhere.
  private static func target(of path: String) -> String {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK, let resolved = realpath(path, nil)
    else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func writeThrough(_ bytes: [UInt8], to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("write", path) }
    defer { close(descriptor) }
    try writeAll(bytes, to: descriptor, path: path)
  }

  /// A name that no other write uses, of this program or another.
  static func temporaryName(for path: String) -> String {
    let (folder, prefix) = temporaryPrefix(path)
    return "\(folder)\(prefix)\(getpid())-\(UInt32.random(in: .min ... .max))\(ending)"
  }

  /// How the names of temporary files end.
  static let ending = ".partial"

  private static func temporaryPrefix(_ path: String) -> (folder: Substring, prefix: String) {
    let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    return (path[..<start], ".\(path[start...]).")
  }

  /// Temporary files of earlier writes of a file whose programs ended before they could remove them: those that are
  /// older than ten minutes and whose process is gone.
  static func left(by path: String, ending: String) -> [String] {
    let (folder, prefix) = temporaryPrefix(path)
    return FolderTree.names(in: folder.isEmpty ? "." : String(folder)).compactMap { name in
      guard name.hasPrefix(prefix), name.hasSuffix(ending) else { return nil }
      let numbers = name.dropFirst(prefix.count).dropLast(ending.count).split(
        separator: "-", omittingEmptySubsequences: false)
      guard numbers.count == 2, UInt32(numbers[1]) != nil, let process = pid_t(numbers[0]),
        kill(process, 0) != 0, errno == ESRCH
      else { return nil }
      var status = stat()
      let left = "\(folder)\(name)"
      return lstat(left, &status) == 0 && time(nil) - modified(status) > 600 ? left : nil
    }
  }

  private static func modified(_ status: stat) -> time_t {
    #if canImport(Darwin)
      status.st_mtimespec.tv_sec
    #else
      status.st_mtim.tv_sec
    #endif
  }

  static func writeAll(_ bytes: [UInt8], to descriptor: Int32, path: String) throws {
    do {
      try bytes.withUnsafeBytes { try OpenFile.writeAll($0, to: descriptor) }
    } catch let error as SystemError {
      throw FileOutputError.failed(operation: "write", path: path, code: error.code)
    }
  }

  static func failure(_ operation: String, _ path: String) -> FileOutputError {
    .failed(operation: operation, path: path, code: errno)
  }
}
