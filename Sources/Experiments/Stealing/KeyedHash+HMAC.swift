internal import Crypto
public import Stealing

extension KeyedHash {
  /// HMAC-SHA256 under a key, for services and for watermarks that must be proven.
  public static func hmacSHA256(key: [UInt8]) -> KeyedHash {
    let key = SymmetricKey(data: key)
    return KeyedHash(name: "HMAC-SHA256", isCryptographic: true) { bytes in
      Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
    }
  }
}

extension Hashcash {
  /// SHA-256, with which challenges are solved and checked.
  public static let sha256: Digest = { Array(SHA256.hash(data: $0)) }
}
