import Learning
import LinearAlgebra
public import Methods
import Querying

/// Answers every client at a limited rate: a bucket of `burst` tokens that fills with `perSecond`.
///
/// Time comes from the clock of the context. A request that finds too few tokens is refused and takes none.
///
/// - Source: the token bucket of Turner, "New Directions in Communications", IEEE Communications 24 (1986).
public struct RateLimit: ResponseGuard {
  public static let card = MethodCard(
    id: "rate-limit", family: .guard, title: "Rate of a client",
    summary: "A client is answered at a limited rate.",
    citation:
      "Turner, New Directions in Communications (or Which Way to the Information Age?), IEEE Comm. 1986",
    needs: "a clock, and clients that cannot take a new name", taxonomy: .queryRestriction)

  public static let settings: [Setting<Self>] = [
    .init("perSecond", \.perSecond, "answers a second in the long run", in: .above(0)),
    .init("burst", \.burst, "answers that may be had at once", in: 1...),
  ]

  /// Answers a second in the long run.
  public var perSecond = 10.0
  /// Answers that may be had at once.
  public var burst = 100.0

  public init() {}

  public func prepared(for context: ServiceContext) throws -> any PreparedGuard {
    guard let clock = context.clock else {
      throw GuardingError.notApplicable(method: Self.card.id, reason: "the service has no clock")
    }
    return PreparedRateLimit(perSecond: perSecond, burst: burst, clock: clock)
  }
}

private struct PreparedRateLimit: PreparedGuard {
  struct Bucket: Sendable {
    var tokens: Double
    var time: Double?
  }

  private let perSecond: Double
  private let burst: Double
  private let clock: @Sendable () -> Double
  private let buckets: ClientTable<Bucket>

  init(perSecond: Double, burst: Double, clock: @escaping @Sendable () -> Double) {
    self.perSecond = perSecond
    self.burst = burst
    self.clock = clock
    buckets = ClientTable(start: Bucket(tokens: burst))
  }

  func capabilities(_ offered: OracleCapabilities) -> OracleCapabilities {
    var result = offered
    result.batchLimit = max(min(offered.batchLimit, Int(min(burst, 1e9))), 1)
    return result
  }

  func guarded(_ answers: [Answer], to queries: Matrix, client: String) throws -> [Answer] {
    let (now, rows, perSecond, burst) = (clock(), Double(queries.rows), perSecond, burst)
    try buckets.update(client) { bucket in
      bucket.tokens = min(burst, bucket.tokens + perSecond * max(now - (bucket.time ?? now), 0))
      bucket.time = now
      guard rows <= bucket.tokens else {
        throw QueryError.refused(
          "the rate of \(perSecond) queries a second is exceeded; wait \((rows - bucket.tokens) / perSecond) s"
        )
      }
      bucket.tokens -= rows
    }
    return answers
  }
}
