import Learning
import LinearAlgebra
public import Methods
import Querying

/// SEAT: an extraction asks about points that lie close to points asked about before.
///
/// A query whose mean distance to its `neighbours` nearest among the last `memory` queries is below a threshold is a
/// hit; `hits` of them raise the alarm. Features are standardised by honest queries in place of the paper's trained
/// encoder. The threshold is `closeness` times the least such distance among honest queries in random order, so honest
/// users make hardly any hits. The score is the number of hits in units of `hits`. Memory: `memory` queries a client.
///
/// - Source: Zhang, Chen, Wagner, "SEAT: Similarity Encoder by Adversarial Training for Detecting Model Extraction
///   Attack Queries", AISec 2021: 50 hits close an account.
public struct Seat: QueryDetector {
  public static let card = MethodCard(
    id: "seat", family: .queryDetector, title: "SEAT",
    summary: "An alarm if many queries lie close to earlier ones.",
    citation:
      "Zhang, Chen, Wagner, SEAT: Similarity Encoder by Adversarial Training for Detecting Model Extraction "
      + "Attack Queries, AISec 2021", needs: "at least 20 queries of honest users", taxonomy: .queryDetection)

  public static let settings: [Setting<Self>] = [
    .init("neighbours", \.neighbours, "nearest earlier queries", in: 1...),
    .init("hits", \.hits, "close queries that raise the alarm", in: 1...),
    .init(
      "closeness", \.closeness, "share of the least distance between honest queries that counts as close",
      in: .above(0)),
    .init("memory", \.memory, "earlier queries that are kept", in: 10...),
  ]

  /// Nearest earlier queries.
  public var neighbours = 1
  /// Close queries that raise the alarm.
  public var hits = 50
  /// Part of the least honest distance that is close.
  public var closeness = 0.9
  /// Earlier queries that are kept.
  public var memory = 1000

  public init() {}

  public func prepared(for context: ServiceContext) throws -> any PreparedDetector {
    try context.requireBenign(Self.card, atLeast: 20)
    let features = StreamFeatures(context.schema)
    let rows = features(context.benign)
    let scales = (0..<rows.columns).map { column -> Double in
      let deviation = rows.column(column).deviation
      return deviation > 0 ? 1 / deviation : 1
    }
    var random = RandomStream(seed: 0).child("seat")
    var recent = RecentQueries(limit: memory)
    var least = Double.infinity
    for row in random.permutation(rows.rows).prefix(2000) {
      let point = zip(rows.row(row), scales).map { $0 * $1 }
      if let distance = recent.observe(point, neighbours: neighbours), distance > 0 {
        least = min(least, distance)
      }
    }
    guard least.isFinite else {
      throw GuardingError.notApplicable(method: Self.card.id, reason: "all honest queries are equal")
    }
    return StreamDetector(
      Monitor(
        features: features, scales: scales, threshold: closeness * least, limit: hits, neighbours: neighbours,
        recent: RecentQueries(limit: memory)))
  }

  private struct Monitor: QueryMonitor {
    let features: StreamFeatures
    let scales: [Double]
    let threshold: Double
    let limit: Int
    let neighbours: Int
    var recent: RecentQueries
    var count = 0

    init(
      features: StreamFeatures, scales: [Double], threshold: Double, limit: Int, neighbours: Int,
      recent: RecentQueries
    ) {
      self.features = features
      self.scales = scales
      self.threshold = threshold
      self.limit = limit
      self.neighbours = neighbours
      self.recent = recent
    }

    mutating func observe(_ query: [Double], _ answer: Answer) -> DetectorReading {
      let point = zip(features(query), scales).map { $0 * $1 }
      // An equal query teaches a thief nothing.
      if let distance = recent.observe(point, neighbours: neighbours), distance > 0, distance < threshold {
        count += 1
      }
      return DetectorReading(score: Double(count) / Double(limit), isAlarm: count >= limit)
    }
  }
}

/// The last queries of a stream.
private struct RecentQueries: Sendable {
  private let limit: Int
  private var points: [[Double]] = []
  private var next = 0

  init(limit: Int) { self.limit = limit }

  /// The mean distance to the nearest points that are kept, nil while there are too few; then the point is kept too.
  mutating func observe(_ point: [Double], neighbours: Int) -> Double? {
    let squares = points.map { $0.squaredDistance(to: point) }
    if points.count < limit {
      points.append(point)
    } else {
      points[next] = point
      next = (next + 1) % limit
    }
    guard squares.count >= neighbours else { return nil }
    guard neighbours > 1 else { return squares.min().map { $0.squareRoot() } }
    return squares.sorted().prefix(neighbours).map { $0.squareRoot() }.mean
  }
}
