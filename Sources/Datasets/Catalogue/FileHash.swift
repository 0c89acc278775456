import Files

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// SHA-256 (FIPS 180-4) of files and bytes, in lower-case hexadecimal digits.
public enum FileHash {
  /// The hash of a file, read in pieces of 256 KiB.
  ///
  /// - Throws: ``CatalogueError/unreadable(path:code:)``.
  public static func sha256(path: String) throws -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw CatalogueError.unreadable(path: path, code: errno) }
    defer { close(descriptor) }
    var hash = SHA256()
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw CatalogueError.unreadable(path: path, code: errno)
      }
      if count == 0 { return hexadecimal(hash.finalized()) }
      buffer.withUnsafeBytes { hash.update(.init(rebasing: $0[..<count])) }
    }
  }

  /// The hash of bytes in memory.
  public static func sha256(bytes: [UInt8]) -> String { hexadecimal(SHA256.hash(bytes)) }

  private static func hexadecimal(_ digest: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
