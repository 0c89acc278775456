public import Statistics
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

  /// The share of members found by the lowest threshold that calls at most this share of the others members; 0 if
  /// none does.
  public func truePositives(atMost rate: Double) -> Double {
    points.last { $0.falsePositives <= rate }?.truePositives ?? 0
  }

  /// What a curve says of the members that are found at a rate of false alarms, and how sure it is.
  public struct Finding: Sendable, Hashable {
    /// Share of the members that are found.
    public let truePositives: Double
    /// Where that share lies with 95 % confidence.
    public let interval: ClopperPearson
    /// False alarms among the others.
    public let falseAlarms: Int
    /// What the rate of false alarms may be as high as, the upper end of its interval of 95 %.
    public let highestFalsePositives: Double
    /// Whether there are enough others for the rate to be seen: at least one false alarm is allowed.
    public let isSeen: Bool
  }

  /// The members found at a rate of false alarms of at most `rate`.
  public func finding(atMost rate: Double) -> Finding {
    let point = points.last { $0.falsePositives <= rate }
    let found = Int(((point?.truePositives ?? 0) * Double(members)).rounded())
    let alarms = Int(((point?.falsePositives ?? 0) * Double(others)).rounded())
    return Finding(
      truePositives: point?.truePositives ?? 0,
      interval: ClopperPearson(successes: found, trials: members, error: 0.025), falseAlarms: alarms,
      highestFalsePositives: ClopperPearson(successes: alarms, trials: others, error: 0.025).upper,
      isSeen: rate * Double(others) >= 1)
  }

  /// The curve for axes that begin at a rate above zero: the members found at `least`, at some rates that the curve must
  /// show, and at every rate at which more are found, at most two hundred evenly spaced on the logarithm.
  ///
  /// Every point is ``truePositives(atMost:)`` of its rate, so that a figure and a table agree.
  public func steps(from least: Double, through rates: [Double]) -> [(rate: Double, truePositives: Double)] {
    precondition(least > 0 && least < 1, "rates from \(least)")
    var wanted = Set(rates.filter { $0 > least && $0 < 1 } + [least, 1])
    var next = least
    for point in points where point.falsePositives > next && point.falsePositives < 1 {
      wanted.insert(point.falsePositives)
      next = point.falsePositives * 1.03
    }
    return wanted.sorted().map { ($0, truePositives(atMost: $0)) }
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
