import Crypto
import LinearAlgebra
public import Querying
import Synchronization

/// Names for requests about rows, as `Idempotency-Key` carries them, so that a service that knows them counts no request
/// twice.
///
/// A name follows from the run, from the request and from how often each of its rows was asked about before. The request
/// that was under way when a run was killed therefore has the same name when the run goes on, and a row that is asked
/// about twice on purpose has two.
///
/// - Source: Jena, Dalal, "The Idempotency-Key HTTP Header Field", draft-ietf-httpapi-idempotency-key-header.
public final class QueryNames: Sendable {
  private typealias Key = [UInt8]

  private let run: String
  private let counts: Mutex<[Key: Int]>

  /// Names of a run.
  ///
  /// - Parameters:
  ///   - run: what tells the run from all others and is the same when it goes on.
  ///   - known: what it has asked about before it was interrupted.
  public init(run: String, known: [QuerySession.Exchange] = []) {
    self.run = run
    var counts: [Key: Int] = [:]
    for exchange in known { counts[Self.key(exchange.query), default: 0] += 1 }
    self.counts = Mutex(counts)
  }

  /// Names of a run that is not gone on with.
  public convenience init() { self.init(run: QueryRecord.newRun()) }

  /// The name of a request about rows, which count as asked about from now on.
  func take(_ request: WireRequest, about queries: Matrix) -> String {
    let keys = (0..<queries.rows).map { Self.key(queries.row($0)) }
    let places = counts.withLock { counts in
      keys.map { key in
        defer { counts[key, default: 0] += 1 }
        return counts[key, default: 0]
      }
    }
    return name(request, places)
  }

  /// The name of a request about no row.
  func name(of request: WireRequest) -> String { name(request, []) }

  private func name(_ request: WireRequest, _ places: [Int]) -> String {
    var hash = SHA256()
    for part in [run, request.method, request.url] + request.headers.flatMap({ [$0.name, $0.value] }) {
      hash.update(data: Array("\(part.utf8.count):\(part)".utf8))
    }
    hash.update(data: Array("\(request.body.count):".utf8))
    hash.update(data: request.body)
    hash.update(data: Array(places.map(String.init).joined(separator: ",").utf8))
    return hash.finalize().prefix(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// Takes the rows of a request back that got no answer.
  func giveBack(_ queries: Matrix) {
    let keys = (0..<queries.rows).map { Self.key(queries.row($0)) }
    counts.withLock { counts in
      for key in keys { counts[key, default: 1] -= 1 }
    }
  }

  /// What tells a row from all others.
  private static func key(_ row: [Double]) -> Key {
    var hash = SHA256()
    row.withUnsafeBytes { hash.update(bufferPointer: $0) }
    return Array(hash.finalize().prefix(16))
  }
}
