/// A named, splittable, counter-based stream of random numbers with the same values on every platform.
///
/// The generator is Philox4x64 with ten rounds. Its key is the pair (seed, hash of the stream's path), its
/// counter the number of blocks drawn, so a child stream never depends on how much its parent has drawn
/// and parallel work is deterministic by construction:
///
/// ```swift
/// let root = RandomStream(seed: 7)
/// var shadow = root.child("shadow").child(17)
/// let noise = shadow.normal()
/// ```
///
/// The raw words equal those of NumPy's `Philox(key=[seed, path])`.
///
/// - Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
public struct RandomStream: Sendable, RandomNumberGenerator {
  /// The seed shared by all streams of one run.
  public let seed: UInt64
  /// FNV-1a hash (64 bits) of the names from the root to this stream.
  public let path: UInt64

  private var counter: UInt64 = 0
  private var block: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  private var position = 4

  /// The root stream of a seed.
  public init(seed: UInt64) {
    self.init(seed: seed, path: 0xcbf2_9ce4_8422_2325)
  }

  /// The stream with an explicit key.
  public init(seed: UInt64, path: UInt64) {
    self.seed = seed
    self.path = path
  }

  /// The stream below this one with the given name; drawing from one does not move the other.
  public func child(_ name: String) -> RandomStream {
    var hash = path
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    // A separator, so that "a" then "b" differs from "ab".
    hash = (hash ^ 0xff) &* 0x0000_0100_0000_01b3
    return RandomStream(seed: seed, path: hash)
  }

  /// The stream below this one with the given number.
  public func child(_ index: Int) -> RandomStream { child(String(index)) }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    if position == 4 {
      counter &+= 1
      block = Self.philox(counter: (counter, 0, 0, 0), key: (seed, path))
      position = 0
    }
    position += 1
    switch position {
    case 1: return block.0
    case 2: return block.1
    case 3: return block.2
    default: return block.3
    }
  }

  /// Ten rounds of Philox4x64.
  private static func philox(
    counter: (UInt64, UInt64, UInt64, UInt64), key: (UInt64, UInt64)
  ) -> (UInt64, UInt64, UInt64, UInt64) {
    var (x, k) = (counter, key)
    for round in 0..<10 {
      if round > 0 {
        k.0 &+= 0x9e37_79b9_7f4a_7c15
        k.1 &+= 0xbb67_ae85_84ca_a73b
      }
      let a = x.0.multipliedFullWidth(by: 0xd2e7_470e_e14c_6c93)
      let b = x.2.multipliedFullWidth(by: 0xca5a_8263_9512_1157)
      x = (b.high ^ x.1 ^ k.0, b.low, a.high ^ x.3 ^ k.1, a.low)
    }
    return x
  }
}
