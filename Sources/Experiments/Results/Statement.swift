/// A statement, the work that tests it, and how the outcomes of the work are judged.
///
/// What work is differs from one reproduction to another: thefts, experiments, private models.
public struct Statement<Work: Sendable>: Sendable {
  /// Row of the table of statements.
  public let row: Int
  /// Stable lower-case name.
  public let id: String
  /// The statement in words.
  public let words: String
  /// The number beside which the measured one stands, with its origin.
  public let reference: Reference
  /// Unit of the numbers.
  public let unit: String
  /// Whether and how the number is judged.
  public let judging: Judging
  /// How the data or the model differ from the source's; nil where they do not.
  public let setting: String?
  /// Whether a stronger method of this project stands in place of the published one.
  public let isOurMethod: Bool
  /// A remark; nil for none.
  public let note: String?
  /// What has to be done.
  public let work: Work
  /// The measured numbers, one for each repetition; NaN where a repetition has none.
  public let measure: Measure

  /// A statement with all that is needed to judge it.
  public init(
    row: Int, id: String, _ words: String, reference: Reference, unit: String, judging: Judging,
    setting: String? = nil, isOurMethod: Bool = false, note: String? = nil, work: Work,
    measure: Measure
  ) {
    if case .anotherSetting = judging {
      precondition(setting != nil, "\(id) does not say which other setting")
    }
    self.row = row
    self.id = id
    self.words = words
    self.reference = reference
    self.unit = unit
    self.judging = judging
    self.setting = setting
    self.isOurMethod = isOurMethod
    self.note = note
    self.work = work
    self.measure = measure
  }

  /// The metrics that the statement and its null read, each once.
  public var read: [MetricKey] {
    var all = measure.keys
    if case .by(_, let null, _) = judging { all += null.measure.keys }
    return all.distinct { $0 }
  }

  /// The claim that the outcomes of the work make; nil for work whose data are not here.
  ///
  /// - Parameter remark: why there are no outcomes.
  public func claim(_ outcomes: [Outcome]?, remark: String? = nil) -> Claim {
    claim(
      outcomes.flatMap { Estimate($0, measure) }, null: outcomes.flatMap(null), isMeasured: outcomes != nil,
      remark: remark)
  }

  /// The claim of work that failed for a reason.
  public func claim(failedFor reason: String) -> Claim {
    claim(nil, null: nil, isMeasured: true, remark: "Failed: \(reason).")
  }

  private func claim(_ estimate: Estimate?, null: Claim.Null?, isMeasured: Bool, remark: String?) -> Claim {
    let remarks = [note, remark].compactMap { $0 }
    return Claim(
      id: id, statement: words, reference: reference, unit: unit, estimate: estimate, null: null,
      verdict: verdict(on: estimate, isMeasured: isMeasured), accepted: accepted, worst: worst(estimate),
      isOurMethod: isOurMethod, setting: setting, note: remarks.isEmpty ? nil : remarks.joined(separator: " ")
    )
  }

  /// The verdict on what the null gives in these outcomes; nil for a statement that is not judged. A null may be a single
  /// number.
  public func verdictOnNull(_ outcomes: [Outcome]) -> Verdict? {
    guard case .by(let expectation, let null, let basis) = judging else { return nil }
    return Estimate(outcomes, null.measure).map { verdict(on: $0, by: expectation, basis) } ?? .failed
  }

  /// Why the range is as it is, in words.
  func rule(of expectation: Expectation) -> String {
    if let rule = expectation.rule { return rule.words }
    return reference.origin == .ownAim ? "the aim" : "the wording of the statement"
  }

  private var accepted: Claim.Accepted? {
    guard case .by(let expectation, _, let basis) = judging else { return nil }
    return Claim.Accepted(expectation, basis: basis, rule: rule(of: expectation))
  }

  private func worst(_ estimate: Estimate?) -> Double? {
    guard case .by(let expectation, _, .worstRepetition) = judging else { return nil }
    return estimate.flatMap { expectation.worst(of: $0.repetitions) }
  }

  private func null(_ outcomes: [Outcome]) -> Claim.Null? {
    guard case .by(_, let null, _) = judging else { return nil }
    return Claim.Null(
      words: null.words, value: Estimate(outcomes, null.measure)?.value, verdict: verdictOnNull(outcomes))
  }

  private func verdict(on estimate: Estimate?, isMeasured: Bool) -> Verdict {
    switch judging {
    case .unconfirmed: return .unconfirmed
    case _ where !isMeasured: return .notMeasured
    case _ where estimate == nil: return .failed
    case .anotherSetting: return .anotherSetting
    case .byConstruction: return .byConstruction
    case .by(let expectation, _, let basis):
      guard let estimate else { return .failed }
      if basis != .arithmetic, estimate.isSingle { return .singleRun }
      return verdict(on: estimate, by: expectation, basis)
    }
  }

  private func verdict(on estimate: Estimate, by expectation: Expectation, _ basis: Basis) -> Verdict {
    let worst = basis == .worstRepetition ? expectation.worst(of: estimate.repetitions) : nil
    return Verdict(
      expectation.position(of: worst.map { $0...$0 } ?? estimate.interval), beside: reference.origin,
      direction: expectation.direction, isOurs: isOurMethod)
  }

  /// The same statement on other work.
  public func map<Other>(_ change: (Work) throws -> Other) rethrows -> Statement<Other> {
    Statement<Other>(
      row: row, id: id, words, reference: reference, unit: unit, judging: judging, setting: setting,
      isOurMethod: isOurMethod, note: note, work: try change(work), measure: measure)
  }
}

extension Array {
  /// The statements in the order of their rows, those of a row as they stand.
  public func inRowOrder<Work>() -> [Element] where Element == Statement<Work> {
    enumerated().sorted { ($0.element.row, $0.offset) < ($1.element.row, $1.offset) }.map(\.element)
  }
}

extension Statement {
  /// What is unsound about the statement itself, whatever is measured: a metric that is not in the list, a range without
  /// the number that it is about or
  /// drawn by hand around it, a null that is not measured or by arithmetic meets it, a source that is missing. Empty for
  /// a sound one.
  public var faults: [String] {
    var faults: [String] = []
    if reference.source.isEmpty { faults.append("\(id): no source") }
    if measure.keys.isEmpty { faults.append("\(id): it names no metric that it reads") }
    for key in read where !key.isListed { faults.append("\(id): there is no metric \(key)") }
    guard case .by(let expectation, let null, let basis) = judging else { return faults }
    if let number = reference.number, !expectation.range.contains(number) {
      faults.append("\(id): the range \(expectation.range) does not hold the number \(number) it is about")
    }
    if let number = reference.number, expectation.rule == nil,
      number != expectation.range.lowerBound, number != expectation.range.upperBound
    {
      faults.append("\(id): no rule makes the range \(expectation.range) around \(number)")
    }
    if reference.origin != .ownAim, reference.number == nil, !reference.origin.isPublished {
      faults.append("\(id): a \(reference.origin.rawValue) needs a number")
    }
    if basis != .arithmetic, !null.isMeasured {
      faults.append("\(id): the null (\(null.words)) is not measured")
    }
    if let verdict = Estimate([], null.measure).map({ self.verdict(on: $0, by: expectation, basis) }),
      verdict.isMet
    {
      faults.append("\(id): the null (\(null.words)) meets it")
    }
    return faults
  }
}
