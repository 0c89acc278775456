import Files
public import Guarding

extension KeyedHash {
  /// HMAC-SHA256 under a key, for studies in one process; a service, whose key is a secret, uses swift-crypto's.
  public static func hmacSHA256(key: [UInt8]) -> KeyedHash {
    KeyedHash(name: "HMAC-SHA256", isCryptographic: true) { SHA256.authenticationCode(for: $0, key: key) }
  }
}
