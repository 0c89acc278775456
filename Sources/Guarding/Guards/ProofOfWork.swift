import Learning
public import LinearAlgebra
public import Methods
public import Querying

/// Proof of work: who asks other queries than honest users must compute more and more for every answer.
///
/// The cost of a query is the distance to the nearest honest query less what honest queries have, in units of their
/// standard deviation, plus one (never below zero), so an honest query costs about one; ``WorkSchedule`` turns the cost of a
/// client into seconds and bits of a ``Hashcash`` challenge. The server reads the queries, shows the challenge in a header
/// and answers when it is solved; ``PreparedProofOfWork`` keeps the costs and says how many bits are due.
///
/// The paper's cost is that of private aggregation of an ensemble of teachers (PATE), which a single model does not
/// have; it names the distance to training data (private kNN) as the alternative that is taken here.
///
/// - Source: Dziedzic, Kaleem, Lu, Papernot, "Increasing the Cost of Model Extraction with Calibrated Proof of Work",
///   ICLR 2022.
public struct ProofOfWork: ResponseGuard {
  public static let card = MethodCard(
    id: "proof-of-work", family: .guard, title: "Proof of work",
    summary: "Unusual queries must be paid for with computing time.",
    citation:
      "Dziedzic, Kaleem, Lu, Papernot, Increasing the Cost of Model Extraction with Calibrated Proof of Work, "
      + "ICLR 2022", needs: "a server that shows challenges; at least 40 queries of honest users",
    taxonomy: .queryRestriction)

  public static let settings: [Setting<Self>] = [
    .init("base", \.base, "growth of the time for each unit of cost", in: 1...),
    .init("leastSeconds", \.leastSeconds, "least time of a request", in: .above(0)),
  ]

  /// Growth of the time for each unit of cost.
  public var base = 1.0075
  /// Least time of a request.
  public var leastSeconds = 0.1

  public init() {}

  public func prepared(for context: ServiceContext) throws -> any PreparedGuard { try work(for: context) }

  /// The prepared guard with its challenges.
  ///
  /// - Throws: ``GuardingError/notApplicable(method:reason:)`` with too few honest queries.
  public func work(for context: ServiceContext) throws -> PreparedProofOfWork {
    try context.requireBenign(Self.card, atLeast: 40)
    let features = StreamFeatures(context.schema)
    var random = RandomStream(seed: 0).child("proof-of-work")
    let order = random.permutation(context.benign.rows)
    let known = order.prefix(min(order.count / 2, 1000))
    let novelty = Novelty(
      known: features(context.benign.rows(at: Array(known))),
      held: features(context.benign.rows(at: Array(order.dropFirst(known.count).prefix(1000)))))
    return PreparedProofOfWork(
      features: features, novelty: novelty,
      schedule: WorkSchedule(base: base, expectedCost: novelty.expected, leastSeconds: leastSeconds))
  }
}

/// How far a query lies from honest ones.
private struct Novelty: Sendable {
  private let known: [[Double]]
  private let mean: Double
  private let deviation: Double
  /// The mean cost of honest queries.
  let expected: Double

  init(known: Matrix, held: Matrix) {
    let points = (0..<known.rows).map { known.row($0) }
    let distances = (0..<held.rows).map { Self.nearest(held.row($0), points) }
    let (mean, spread) = (distances.mean, distances.deviation)
    let deviation = spread > 0 ? spread : 1
    self.known = points
    self.mean = mean
    self.deviation = deviation
    expected = distances.map { max(1 + ($0 - mean) / deviation, 0) }.mean
  }

  private static func nearest(_ point: [Double], _ known: [[Double]]) -> Double {
    known.reduce(Double.infinity) { min($0, $1.squaredDistance(to: point)) }.squareRoot()
  }

  func cost(_ point: [Double]) -> Double {
    max(1 + (Self.nearest(point, known) - mean) / deviation, 0)
  }
}

/// The costs of all clients, and the work that is due.
public struct PreparedProofOfWork: PreparedGuard {
  private struct Account: Sendable {
    var cost = 0.0
    var queries = 0
  }

  private let features: StreamFeatures
  private let novelty: Novelty
  /// How cost becomes work.
  public let schedule: WorkSchedule
  private let accounts = ClientTable(start: Account())

  fileprivate init(features: StreamFeatures, novelty: Novelty, schedule: WorkSchedule) {
    self.features = features
    self.novelty = novelty
    self.schedule = schedule
  }

  public func capabilities(_ offered: OracleCapabilities) -> OracleCapabilities { offered }

  /// Books the cost of the queries; the answers stay as they are.
  public func guarded(_ answers: [Answer], to queries: Matrix, client: String) throws -> [Answer] {
    let rows = features(queries)
    let cost = (0..<rows.rows).reduce(0.0) { $0 + novelty.cost(rows.row($1)) }
    let count = queries.rows
    try accounts.update(client) { account in
      account.cost += cost
      account.queries += count
    }
    return answers
  }

  /// Rows of a request in the source; a request of more is priced as several.
  static let rowsOfRequest = 64

  /// Seconds of work that a request about `queries` costs, by what the client asked before and by these queries: as much
  /// as requests of 64 rows one after another, so that nothing is saved by asking for more at once.
  public func seconds(client: String, for queries: Matrix) -> Double {
    var account = (try? accounts.update(client) { $0 }) ?? Account()
    let rows = features(queries)
    var seconds = 0.0
    for row in 0..<rows.rows {
      account.cost += novelty.cost(rows.row(row))
      account.queries += 1
      guard (row + 1).isMultiple(of: Self.rowsOfRequest) || row == rows.rows - 1 else { continue }
      seconds += schedule.seconds(cost: account.cost, queries: account.queries)
    }
    return seconds
  }

  /// The challenge before a request about `queries`.
  ///
  /// - Parameter salt: a text that was not used before.
  public func challenge(client: String, for queries: Matrix, salt: String) -> Hashcash {
    Hashcash(
      bits: schedule.bits(seconds: seconds(client: client, for: queries)), resource: client, salt: salt)
  }
}
