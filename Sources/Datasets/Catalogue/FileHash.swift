import Files

/// SHA-256 (FIPS 180-4) of files and bytes, in lower-case hexadecimal digits.
public enum FileHash {
  /// The hash of a file, read in pieces of 256 KiB.
  ///
  /// - Throws: ``CatalogueError/unreadable(path:code:)``.
  public static func sha256(path: String) throws -> String {
    do {
      let file = try OpenFile(path, for: .reading)
      var hash = SHA256()
      var buffer = [UInt8](repeating: 0, count: 1 << 18)
      while case let count = try file.fill(&buffer), count > 0 {
        buffer.withUnsafeBytes { hash.update(.init(rebasing: $0[..<count])) }
      }
      return hexadecimal(hash.finalized())
    } catch {
      throw CatalogueError.unreadable(path: path, code: error.code)
    }
  }

  /// The hash of bytes in memory.
  public static func sha256(bytes: [UInt8]) -> String { hexadecimal(SHA256.hash(bytes)) }

  private static func hexadecimal(_ digest: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
