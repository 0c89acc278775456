import Learning

/// How well scores tell members from others: the receiver operating characteristic.
public struct MembershipCurve: Sendable, Hashable {
  /// One threshold.
  public struct Point: Sendable, Hashable {
    /// Records with at least this score are called members.
    public let threshold: Double
    /// Share of the others that are called members.
    public let falsePositives: Double
    /// Share of the members that are called members.
    public let truePositives: Double
  }

  /// The points from the highest threshold to the lowest; equal scores are one.
  public let points: [Point]
  /// Number of members.
  public let members: Int
  /// Number of others.
  public let others: Int
  /// Area under the curve.
  public let area: Double

  /// Compares scores with the truth.
  ///
  /// - Throws: ``InversionError/tooFewRows(_:needed:found:)`` without a member or without another record.
  public init(scores: [Double], isMember: [Bool]) throws(InversionError) {
    precondition(scores.count == isMember.count, "\(scores.count) scores, \(isMember.count) records")
    members = isMember.count { $0 }
    others = isMember.count - members
    guard members > 0 else { throw .tooFewRows("members", needed: 1, found: members) }
    guard others > 0 else { throw .tooFewRows("records that are no members", needed: 1, found: others) }
    // A score that is not a number says nothing, so it comes last.
    let clean = scores.map { $0.isNaN ? -Double.infinity : $0 }
    area = ClassificationMetrics.area(scores: clean, isPositive: isMember) ?? 0.5
    let order = clean.indices.sorted { clean[$0] > clean[$1] }
    var (points, right, wrong) = ([Point](), 0, 0)
    for (place, record) in order.enumerated() {
      if isMember[record] { right += 1 } else { wrong += 1 }
      if place + 1 < order.count, clean[order[place + 1]] == clean[record] { continue }
      points.append(
        Point(
          threshold: clean[record], falsePositives: Double(wrong) / Double(others),
          truePositives: Double(right) / Double(members)))
    }
    self.points = points
  }

  /// The largest `1 − (FPR + FNR) / 2` of all thresholds, at least one half.
  public var balancedAccuracy: Double {
    points.reduce(0.5) { max($0, (1 + $1.truePositives - $1.falsePositives) / 2) }
  }

  /// The largest `TPR − FPR` of all thresholds: the membership advantage.
  public var advantage: Double { 2 * balancedAccuracy - 1 }

  /// The share of members found by the lowest threshold that calls fewer than this share of the others members; 0 if
  /// none does.
  public func truePositives(below rate: Double) -> Double {
    points.last { $0.falsePositives < rate }?.truePositives ?? 0
  }

  /// How many false alarms there are at most below a rate, among so many people who are no members, and how large the
  /// rate may then be with a probability of .95 (``ClopperPearson``). Few people cannot show a small rate: below 0.1 %
  /// of 1,000 there is no false alarm at all, and the rate may be 0.30 %.
  public static func falseAlarms(below rate: Double, among others: Int) -> (count: Int, upperBound: Double) {
    var count = max(Int((rate * Double(others)).rounded(.up)), 1)
    while count > 0, Double(count) / Double(max(others, 1)) >= rate { count -= 1 }
    return (count, ClopperPearson(successes: count, trials: max(others, 1), error: 0.05).upper)
  }

  /// The share of the others that have at least as high a score; one for a score that is NaN.
  public func falsePositives(atLeast score: Double) -> Double {
    let score = score.isNaN ? -Double.infinity : score
    // Thresholds fall, so the last one that is not below the score is found by halving.
    var (low, high) = (0, points.count)
    while low < high {
      let middle = (low + high) / 2
      if points[middle].threshold >= score { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? points[low - 1].falsePositives : 0
  }
}
