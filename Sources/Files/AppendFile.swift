#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that grows at its end; what was appended is on the disk when the call returns.
///
/// An interruption can tear only the last piece, which the reader drops and ``cut(after:)`` cuts off. One thread of one
/// program at a time may append: the file is locked as long as this lives.
public final class AppendFile: Sendable {
  private let descriptor: Int32
  private let path: String

  /// Opens and locks the file at `path`; an absent one is created.
  ///
  /// - Throws: ``FileOutputError``, which is ``FileOutputError/inUse(path:)`` while another run writes to it.
  public init(path: String) throws {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw AtomicFile.failure("write", path) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return }
    if errno == EWOULDBLOCK { throw FileOutputError.inUse(path: path) }
    // Some file systems know no locks.
    guard errno == ENOLCK || errno == EOPNOTSUPP || errno == EINVAL else {
      throw AtomicFile.failure("lock", path)
    }
  }

  /// Cuts the file after its first `bytes` bytes.
  ///
  /// - Throws: ``FileOutputError``.
  public func cut(after bytes: Int) throws {
    guard ftruncate(descriptor, off_t(bytes)) == 0 || errno == EINVAL else {
      throw AtomicFile.failure("write", path)
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Appends `bytes`, or nothing: of a piece that has no room, none stays.
  ///
  /// - Parameter isOnDisk: whether to wait until they are on the disk; else they outlive the program, not the machine.
  /// - Throws: ``FileOutputError``.
  public func append(_ bytes: [UInt8], isOnDisk: Bool = true) throws {
    let start = lseek(descriptor, 0, SEEK_END)
    do {
      try AtomicFile.writeAll(bytes, to: descriptor, path: path)
    } catch {
      // Half a piece would run into the next one.
      if start >= 0 { ftruncate(descriptor, start) }
      throw error
    }
    guard isOnDisk else { return }
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw AtomicFile.failure("write", path) }
  }
}
