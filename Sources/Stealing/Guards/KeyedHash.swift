public import LinearAlgebra

/// A hash under a secret key, by which a guard decides what looks random to a client and is the same for the same
/// query.
///
/// This module needs no package, so the function is handed in: `KeyedHash.hmacSHA256(key:)` of `StealingStudies` for a
/// service, ``simulated(secret:)`` for studies in one process.
public struct KeyedHash: Sendable {
  /// What the function is, such as "HMAC-SHA256".
  public let name: String
  /// Whether the key stays secret from someone who sees many results.
  public let isCryptographic: Bool
  private let function: @Sendable ([UInt8]) -> [UInt8]

  /// A hash with at least 16 bytes in a result.
  public init(
    name: String, isCryptographic: Bool, _ function: @escaping @Sendable ([UInt8]) -> [UInt8]
  ) {
    self.name = name
    self.isCryptographic = isCryptographic
    self.function = function
  }

  /// The hash of some bytes.
  public func digest(_ bytes: [UInt8]) -> [UInt8] {
    let result = function(bytes)
    precondition(result.count >= 16, "\(name) gives \(result.count) bytes")
    return result
  }

  /// A hash whose results are as evenly spread as random numbers, 32 bytes each, but which hides nothing from
  /// someone who studies it.
  public static func simulated(secret: [UInt8]) -> KeyedHash {
    KeyedHash(name: "Philox4x64 (simulated)", isCryptographic: false) { bytes in
      let seed = fnv(secret, from: 0xcbf2_9ce4_8422_2325)
      var stream = RandomStream(
        seed: fnv(bytes, from: seed), path: fnv(bytes, from: ~seed &* 0x9e37_79b9_7f4a_7c15))
      return (0..<4).flatMap { _ in bigEndianBytes(stream.next()) }
    }
  }

  /// Random numbers that belong to a query and a purpose: the same whenever they are asked for, and nothing that a client
  /// could foresee.
  ///
  /// - Parameters:
  ///   - query: a value per column; empty for numbers that belong to the service.
  ///   - purpose: what the numbers are for, such as the id of the guard; two purposes have nothing in common.
  public func stream(_ query: [Double], for purpose: String) -> RandomStream {
    let words = digest(Array(purpose.utf8) + [0] + Self.bytes(query))
    func word(_ start: Int) -> UInt64 {
      words[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }
    return RandomStream(seed: word(0), path: word(8))
  }

  /// The bytes of a query, the same for both zeros and for all NaNs.
  static func bytes(_ query: [Double]) -> [UInt8] {
    query.flatMap { value in
      bigEndianBytes((value.isNaN ? Double.nan : value == 0 ? 0 : value).bitPattern)
    }
  }

  /// FNV-1a.
  private static func fnv(_ bytes: [UInt8], from start: UInt64) -> UInt64 {
    bytes.reduce(start) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
  }
}

/// The bytes of a number, the highest first.
func bigEndianBytes(_ value: UInt64) -> [UInt8] {
  (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * UInt64($0))) }
}
