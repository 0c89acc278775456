public import Querying

/// A copy beside its model on rows that it was not made from.
///
/// Two answers differ if their labels do, if the total variation of their probabilities is above the tolerance, or if
/// two numbers are further apart than the tolerance times the spread of the model's numbers in the check.
public struct HeldOutCheck: Sendable, Hashable, Codable {
  /// Rows that both were asked about.
  public let rows: Int
  /// Of them those that came as the model's users have them; the others were drawn.
  public let realRows: Int
  /// Rows with different answers.
  public let differing: Int
  /// Mean over the rows of the total variation, of the difference of numbers in units of their spread, or of whether
  /// the labels differ.
  public let meanDifference: Double
  /// The largest of these.
  public let largestDifference: Double

  /// What two answers may differ by and still count as the same.
  public struct Tolerance: Sendable, Hashable, Codable {
    /// Total variation of probabilities, or difference of numbers in units of their spread.
    public var relative: Double
    /// Difference of numbers in their own unit, on top.
    public var absolute: Double

    /// A tolerance; solving loses about 1e-5 of answers that are given with all their digits.
    public init(relative: Double = 1e-5, absolute: Double = 0) {
      (self.relative, self.absolute) = (relative, absolute)
    }

    /// The tolerance for answers with this interface. Rounded ones cannot be met better than to half a unit of their
    /// last place in every class.
    public init(_ schema: QuerySchema, _ capabilities: OracleCapabilities, relative: Double = 1e-5) {
      self.init(relative: relative)
      guard let decimals = capabilities.decimals else { return }
      let unit = (0..<decimals).reduce(1.0) { value, _ in value / 10 }
      if schema.classCount > 0 {
        self.relative = max(relative, unit * Double(schema.classCount) / 2)
      } else {
        absolute = unit
      }
    }
  }

  /// Compares answers to the same rows.
  ///
  /// - Parameter realRows: how many of the rows came as the model's users have them.
  public init(
    model: [Answer], copy: [Answer], realRows: Int = 0, tolerance: Tolerance = Tolerance()
  ) {
    precondition(model.count == copy.count, "\(model.count) and \(copy.count) answers")
    let differences = model.differences(to: copy)
    let isSame = model.agreements(with: copy, tolerance)
    rows = model.count
    self.realRows = min(realRows, model.count)
    differing = isSame.count { !$0 }
    meanDifference = differences.reduce(0, +) / Double(max(model.count, 1))
    largestDifference = differences.reduce(0) { max($0, $1) }
  }

  private init(
    rows: Int, realRows: Int, differing: Int, meanDifference: Double, largestDifference: Double
  ) {
    (self.rows, self.realRows, self.differing) = (rows, realRows, differing)
    (self.meanDifference, self.largestDifference) = (meanDifference, largestDifference)
  }

  /// The two checks as one.
  public func joined(with other: HeldOutCheck) -> HeldOutCheck {
    let all = rows + other.rows
    let sum = meanDifference * Double(rows) + other.meanDifference * Double(other.rows)
    return HeldOutCheck(
      rows: all, realRows: realRows + other.realRows, differing: differing + other.differing,
      meanDifference: sum / Double(max(all, 1)),
      largestDifference: max(largestDifference, other.largestDifference))
  }

  /// The rows in words.
  var subject: String {
    let drawn = rows - realRows
    if realRows == 0 { return "\(rows) rows held out" }
    return drawn == 0 ? "\(rows) given rows" : "\(rows) rows held out (\(realRows) given, \(drawn) drawn)"
  }
}

/// What is known of whether a copy is its model. It can only be made from a check.
public struct Completeness: Sendable, Hashable {
  /// The copy beside the model on rows that were held out.
  public let check: HeldOutCheck
  /// What the attack itself knows to be missing, one sentence each.
  public let gaps: [String]

  init(_ check: HeldOutCheck, gaps: [String]) {
    (self.check, self.gaps) = (check, gaps)
  }

  /// Whether the attack left nothing open and no row that was held out showed a difference.
  public var isComplete: Bool { gaps.isEmpty && check.rows > 0 && check.differing == 0 }

  /// What was checked and found.
  public var sentence: String {
    guard check.rows > 0 else { return "no row was held out, so the copy is not known to be complete" }
    guard check.differing > 0 else {
      return isComplete
        ? "copied exactly, as far as checked: no difference in \(check.subject)"
        : "no difference in \(check.subject), but the attack left something open"
    }
    return "an approximation: \(check.differing) of \(check.subject) differ, by "
      + "\(Self.short(check.meanDifference)) on average"
  }

  /// A number with three significant digits.
  private static func short(_ value: Double) -> String {
    guard value.isFinite, value > 0 else { return "\(value)" }
    var (unit, scaled) = (1.0, value)
    while scaled < 100 { (unit, scaled) = (unit * 10, scaled * 10) }
    return "\(scaled.rounded() / unit)"
  }
}

extension [Answer] {
  /// Which answers are the same as another up to a tolerance.
  func agreements(with others: [Answer], _ tolerance: HeldOutCheck.Tolerance) -> [Bool] {
    let scale = spread
    return zip(differences(to: others), zip(self, others)).map { difference, pair in
      let allowed = pair.0.number == nil ? 0 : tolerance.absolute / scale
      return difference <= tolerance.relative + allowed && pair.0.label == pair.1.label
    }
  }

  /// The spread of the numbers; those that hardly vary are compared by their size.
  private var spread: Double {
    let own = compactMap(\.number)
    let (least, most) = (own.min() ?? 0, own.max() ?? 0)
    return Swift.max(most - least, 1e-10 * Swift.max(abs(least), abs(most)), .leastNormalMagnitude)
  }

  /// How far every answer is from another: total variation of probabilities, difference of numbers in units of the
  /// spread of these here, or 1 for a different label.
  func differences(to others: [Answer]) -> [Double] {
    let scale = spread
    return zip(self, others).map { answer, other in
      if let number = answer.number {
        return abs(number - (other.number ?? .infinity)) / scale
      }
      if !answer.probabilities.isEmpty {
        guard answer.probabilities.count == other.probabilities.count else { return 1 }
        return totalVariation(answer.probabilities, other.probabilities)
      }
      return answer.label == other.label ? 0 : 1
    }
  }
}
