#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that grows at its end; what was appended is on the disk when the call returns.
///
/// An interruption can tear only the last piece, which the reader drops and ``init(path:keeping:)`` cuts off. One
/// thread at a time may append.
public final class AppendFile: Sendable {
  private let descriptor: Int32
  private let path: String

  /// Opens the file at `path` and cuts it after its first `keeping` bytes; an absent one is created.
  ///
  /// - Throws: ``FileOutputError``.
  public init(path: String, keeping bytes: Int) throws {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw AtomicFile.failure("write", path) }
    guard ftruncate(descriptor, off_t(bytes)) == 0 else { throw AtomicFile.failure("write", path) }
  }

  deinit { close(descriptor) }

  /// Appends `bytes`.
  ///
  /// - Throws: ``FileOutputError``.
  public func append(_ bytes: [UInt8]) throws {
    try AtomicFile.writeAll(bytes, to: descriptor, path: path)
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw AtomicFile.failure("write", path) }
  }
}
