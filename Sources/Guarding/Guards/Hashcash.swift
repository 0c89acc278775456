/// A challenge to find a number such that a hash begins with zero bits.
///
/// As one line, in a header of the server's: `1:bits:resource:salt`. The answer is the line with `:counter` behind it;
/// its SHA-256 must begin with `bits` zero bits.
///
/// - Source: Back, "Hashcash: A Denial of Service Counter-Measure" (2002), with SHA-256 and without a date; the server
///   keeps the salts that it gave out.
public struct Hashcash: Sendable, Hashable {
  /// A hash of bytes without a key, SHA-256.
  public typealias Digest = @Sendable ([UInt8]) -> [UInt8]

  /// Zero bits that are asked for.
  public let bits: Int
  /// What is paid for, such as a client's name; without colons.
  public let resource: String
  /// What makes the challenge new.
  public let salt: String

  /// A challenge; colons in its texts become underscores.
  public init(bits: Int, resource: String, salt: String) {
    func plain(_ text: String) -> String { String(text.map { $0 == ":" || $0.isNewline ? "_" : $0 }) }
    self.bits = max(bits, 0)
    self.resource = plain(resource)
    self.salt = plain(salt)
  }

  /// Reads a challenge from its line; nil for another line.
  public init?(line: String) {
    let parts = line.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "1", let bits = Int(parts[1]), (0...256).contains(bits) else {
      return nil
    }
    self.init(bits: bits, resource: String(parts[2]), salt: String(parts[3]))
  }

  /// The challenge as a line.
  public var line: String { "1:\(bits):\(resource):\(salt)" }

  /// Whether `stamp` is this challenge's line with a counter that solves it.
  public func isSolved(by stamp: String, sha256: Digest) -> Bool {
    guard stamp.hasPrefix(line + ":"), stamp.utf8.count <= line.utf8.count + 21 else { return false }
    guard stamp.dropFirst(line.count + 1).allSatisfy({ $0.isASCII && $0.isNumber }) else { return false }
    return Self.zeroBits(sha256(Array(stamp.utf8))) >= bits
  }

  /// The stamp with the least counter below `limit` that solves the challenge; nil if there is none, or if the task is
  /// cancelled first.
  ///
  /// - Complexity: `2^bits` hashes on average.
  public func solved(limit: Int = .max, sha256: Digest) -> String? {
    for counter in 0..<limit {
      if counter.isMultiple(of: 1024), Task.isCancelled { return nil }
      let stamp = "\(line):\(counter)"
      if Self.zeroBits(sha256(Array(stamp.utf8))) >= bits { return stamp }
    }
    return nil
  }

  /// Zero bits at the beginning.
  static func zeroBits(_ bytes: [UInt8]) -> Int {
    var count = 0
    for byte in bytes {
      count += byte.leadingZeroBitCount
      if byte != 0 { return count }
    }
    return count
  }
}
