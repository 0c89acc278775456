import Learning
import LinearAlgebra
public import Methods
import Querying

/// PRADA with thresholds from honest queries, on both sides: an alarm if the distances are less normal, or more normal,
/// than those of honest queries.
///
/// The statistic falls as the growing sets fill up, so it is taken in blocks of `block` queries, each of which begins
/// with empty sets. Honest queries in random order give `streams` blocks; the thresholds lie `deviations` standard
/// deviations outside the mean of their least and largest statistics. The score is the distance of W from the middle of
/// the two thresholds, in units of half their width, so that 1 is the alarm. Memory: `block` queries and distances a
/// client.
///
/// - Source: Juuti, Szyller, Marchal, Asokan, "PRADA", EuroS&P 2019, which sets delta by data set; both sides and blocks
///   are ours, because uniform queries on tables are more normal than honest ones.
public struct CalibratedPrada: QueryDetector {
  public static let card = MethodCard(
    id: "prada-calibrated", family: .queryDetector, title: "PRADA, calibrated",
    summary: "An alarm if distances between queries are less or more normal than those of honest users.",
    citation:
      "Juuti, Szyller, Marchal, Asokan, PRADA: Protecting Against DNN Model Stealing Attacks, EuroS&P 2019",
    needs: "at least `block` queries of honest users", taxonomy: .queryDetection)

  public static let settings: [Setting<Self>] = [
    .init("block", \.block, "queries of a block", in: 30...),
    .init("minimum", \.minimum, "a test needs more distances than this", in: 5...),
    .init("streams", \.streams, "blocks of honest queries to calibrate on", in: 2...),
    .init("deviations", \.deviations, "standard deviations from honest queries to the alarm", in: 0...),
  ]

  /// Queries of a block.
  public var block = 200
  /// Distances that a test needs more than.
  public var minimum = 50
  /// Blocks of honest queries to calibrate on.
  public var streams = 100
  /// Standard deviations from honest queries to the alarm.
  public var deviations = 5.0

  public init() {}

  public func prepared(for context: ServiceContext) throws -> any PreparedDetector {
    let labels = try context.benignAnswers(Self.card, atLeast: block).labels
    let features = StreamFeatures(context.schema)
    let rows = features(context.benign)
    var (least, largest) = ([Double](), [Double]())
    for stream in 0..<streams {
      var random = RandomStream(seed: 0).child("prada-calibrated").child(stream)
      var statistic = PradaStatistic(limit: block, minimum: minimum)
      let values = random.permutation(rows.rows).prefix(block).compactMap {
        statistic.observe(rows.row($0), label: max(labels[$0], 0))
      }
      guard let low = values.min(), let high = values.max() else { continue }
      least.append(low)
      largest.append(high)
    }
    guard least.count >= 2 else {
      throw GuardingError.notApplicable(
        method: Self.card.id,
        reason:
          "a block of \(block) honest queries gives too few distances to test; raise block or lower minimum")
    }
    let low = least.mean - deviations * least.deviation
    let high = largest.mean + deviations * largest.deviation
    return StreamDetector(
      Monitor(features: features, low: low, high: high, block: block, minimum: minimum))
  }

  private struct Monitor: QueryMonitor {
    let features: StreamFeatures
    let low: Double
    let high: Double
    let block: Int
    let minimum: Int
    var statistic: PradaStatistic
    var last: Double?

    init(features: StreamFeatures, low: Double, high: Double, block: Int, minimum: Int) {
      self.features = features
      self.low = low
      self.high = high
      self.block = block
      self.minimum = minimum
      statistic = PradaStatistic(limit: block, minimum: minimum)
    }

    mutating func observe(_ query: [Double], _ answer: Answer) -> DetectorReading {
      if statistic.queries == block { statistic = PradaStatistic(limit: block, minimum: minimum) }
      last = statistic.observe(features(query), label: max(answer.label ?? 0, 0)) ?? last
      let half = max((high - low) / 2, .leastNormalMagnitude)
      let score = last.map { abs($0 - (low + high) / 2) / half }
      return DetectorReading(score: score, isAlarm: last.map { $0 < low || $0 > high } ?? false)
    }
  }
}
