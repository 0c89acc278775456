import Crypto
import LinearAlgebra
import Testing

@testable import Files

@Suite("SHA-256")
struct SHA256Tests {
  @Test("The digests of swift-crypto, for every length around a block and in any pieces")
  func digests() {
    var random = RandomStream(seed: 11)
    for length in Array(0..<200) + [1000, 4096, 70_001] {
      let bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let expected = Array(Crypto.SHA256.hash(data: bytes))
      #expect(Files.SHA256.hash(bytes) == expected)
      var inPieces = Files.SHA256()
      var start = 0
      while start < length {
        let end = min(start + 1 + Int(random.next() % 150), length)
        bytes[start..<end].withUnsafeBytes { inPieces.update($0) }
        start = end
      }
      #expect(inPieces.finalized() == expected)
    }
  }

  @Test("The authentication codes of swift-crypto, for keys shorter and longer than a block")
  func authenticationCodes() {
    for length in [0, 1, 31, 63, 64, 65, 200] {
      let key = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 7) }
      let bytes = Array("dose \(length)".utf8)
      let expected = HMAC<Crypto.SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: key))
      #expect(Files.SHA256.authenticationCode(for: bytes, key: key) == Array(expected))
    }
  }
}
