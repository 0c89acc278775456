public import Querying

/// A copy beside its model on rows that it was not made from.
///
/// Two answers differ if their labels do, if the total variation of their probabilities is above the tolerance, or if
/// two numbers are further apart than the tolerance times the spread of the model's numbers in the check, outliers left
/// out.
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
    /// Total variation of probabilities, or difference of numbers in units of their spread without outliers.
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

  /// Compares answers to the same rows, those that were given and those that were drawn apart, as their numbers may
  /// be of different sizes; few of one kind have the scale of all.
  init(model: [Answer], copy: [Answer], isReal: [Bool], tolerance: Tolerance) {
    func part(_ wanted: Bool) -> HeldOutCheck {
      let rows = isReal.indices.filter { isReal[$0] == wanted }
      return HeldOutCheck(
        model: rows.map { model[$0] }, copy: rows.map { copy[$0] }, realRows: wanted ? rows.count : 0,
        tolerance: tolerance)
    }
    let real = isReal.count { $0 }
    guard min(real, isReal.count - real) >= AnswerScale.leastRows else {
      self.init(model: model, copy: copy, realRows: real, tolerance: tolerance)
      return
    }
    self = part(true).joined(with: part(false))
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
    let scale = AnswerScale(map { $0.number ?? 0 })
    return indices.map { row in
      let (answer, other) = (self[row], others[row])
      guard answer.label == other.label else { return false }
      guard let number = answer.number else {
        return Self.difference(answer, other) <= tolerance.relative
      }
      guard let copied = other.number else { return false }
      let allowed = tolerance.relative * scale.units[row] + tolerance.absolute * scale.factor
      return scale.distance(number, copied) <= allowed
    }
  }

  /// How far every answer is from another: total variation of probabilities, difference of numbers in units of the
  /// spread of these here, or 1 for a different label. No difference is infinite.
  func differences(to others: [Answer]) -> [Double] {
    let scale = AnswerScale(compactMap(\.number))
    return zip(self, others).map { answer, other in
      guard let number = answer.number else { return Self.difference(answer, other) }
      let difference = other.number.map { scale.distance(number, $0) / scale.spread } ?? .infinity
      return difference < AnswerScale.most ? difference : AnswerScale.most
    }
  }

  /// The total variation of probabilities, or whether labels differ.
  private static func difference(_ answer: Answer, _ other: Answer) -> Double {
    answer.variation(to: other) ?? (answer.label == other.label ? 0 : 1)
  }
}

extension Answer {
  /// The total variation of its probabilities and another's, 1 where that has other classes; nil if it has none.
  func variation(to other: Answer) -> Double? {
    guard !probabilities.isEmpty else { return nil }
    guard probabilities.count == other.probabilities.count else { return 1 }
    return totalVariation(probabilities, other.probabilities)
  }

  /// The magnitude of the difference of its number and another's, the largest double where that has none or is further
  /// away; nil if it has none itself.
  func distance(to other: Answer) -> Double? {
    number.map { number in
      other.number.map { min(abs(number - $0), .greatestFiniteMagnitude) } ?? .greatestFiniteMagnitude
    }
  }
}
