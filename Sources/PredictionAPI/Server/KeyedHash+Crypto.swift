import Crypto
public import Guarding

extension KeyedHash {
  /// HMAC-SHA256 of swift-crypto under the secret of a service, which clients must not find out.
  public static func service(key: [UInt8]) -> KeyedHash {
    let key = SymmetricKey(data: key)
    return KeyedHash(name: "HMAC-SHA256", isCryptographic: true) { bytes in
      Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
    }
  }
}
