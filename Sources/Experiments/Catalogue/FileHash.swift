import Crypto
import FoundationEssentials

/// SHA-256 of files and bytes, in hexadecimal.
public enum FileHash {
  /// The hash of bytes in memory.
  public static func sha256(bytes: [UInt8]) -> String { text(SHA256.hash(data: bytes)) }

  /// The hash of a file, read in pieces.
  ///
  /// - Throws: ``CatalogueError/unreadable(_:)``.
  public static func sha256(path: String) throws -> String {
    guard let stream = InputPieces(path: path) else { throw CatalogueError.unreadable(path) }
    var hasher = SHA256()
    while let piece = try stream.next() { hasher.update(data: piece) }
    return text(hasher.finalize())
  }

  private static func text(_ digest: SHA256.Digest) -> String {
    let digits = Array("0123456789abcdef")
    return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
