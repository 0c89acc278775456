import Crypto
import LinearAlgebra
import Guarding
import Synchronization

/// The challenges of a service that is paid for with computing time.
///
/// A request without the solution of the client's challenge gets status 428 and the challenge in the header
/// `X-Hashcash-Challenge`; sent again with the solution in `X-Hashcash`, it is answered. A challenge is good for one
/// request that costs no more than the one for which it was made; its bits follow from the rows of that request and from
/// what the client asked before.
final class WorkGate: Sendable {
  /// Name of the header with a challenge.
  static let challengeHeader = "x-hashcash-challenge"
  /// Name of the header with its solution.
  static let stampHeader = "x-hashcash"
  /// The hash of challenges.
  static let sha256: Hashcash.Digest = { Array(SHA256.hash(data: $0)) }

  /// Most clients whose open challenge is kept.
  private static let clientLimit = 100_000

  private let challenge: @Sendable (_ client: String, _ queries: Matrix, _ salt: String) -> Hashcash
  private let open = Mutex<[String: Hashcash]>([:])

  /// - Parameter challenge: the challenge before a client's request about some queries, made new by a salt.
  init(_ challenge: @escaping @Sendable (_ client: String, _ queries: Matrix, _ salt: String) -> Hashcash) {
    self.challenge = challenge
  }

  /// Takes the solution of the client's open challenge.
  ///
  /// - Throws: 428 with a challenge if there is none, or if it is wrong.
  func pass(_ client: String, _ queries: Matrix, stamp: String?) throws(APIError) {
    let due = challenge(client, queries, RequestNames.next())
    let known = open.withLock { $0.removeValue(forKey: client) }
    if let stamp, let known, known.bits >= due.bits, known.isSolved(by: stamp, sha256: Self.sha256) { return }
    let next = known?.bits == due.bits ? known ?? due : due
    open.withLock { open in
      if open.count >= Self.clientLimit { open.removeAll() }
      open[client] = next
    }
    throw APIError(
      428,
      "this answer costs \(next.bits) bits of work; send X-Hashcash: \(next.line):COUNTER whose SHA-256 begins "
        + "with so many zero bits", headers: [Self.challengeHeader: next.line])
  }
}
