import Experiments
public import Guarding

extension KeyedHash {
  /// HMAC-SHA256 under a key, for services and for watermarks that must be proven.
  public static func hmacSHA256(key: [UInt8]) -> KeyedHash {
    KeyedHash(name: "HMAC-SHA256", isCryptographic: true) { SHA256.authenticationCode(for: $0, key: key) }
  }
}
