#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The bytes of a file in pieces of a megabyte.
final class InputPieces {
  private let descriptor: Int32
  private let path: String
  private var buffer = [UInt8](repeating: 0, count: 1 << 20)

  /// Opens the file; nil if that fails.
  init?(path: String) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    self.path = path
    if descriptor < 0 { return nil }
  }

  deinit { close(descriptor) }

  /// The next piece, or nil at the end.
  ///
  /// - Throws: ``CatalogueError/unreadable(_:)``.
  func next() throws -> ArraySlice<UInt8>? {
    let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    guard count >= 0 else { throw CatalogueError.unreadable(path) }
    return count == 0 ? nil : buffer[..<count]
  }
}
