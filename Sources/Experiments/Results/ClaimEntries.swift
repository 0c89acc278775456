import Reporting

extension Report.ClaimEntry {
  /// A claim as an entry of a report: numbers in four digits with the unit, a share in percent with one decimal, and
  /// with three where one would hide a difference from none or from all.
  public init(_ claim: Claim) {
    let unit = claim.unitText.isEmpty ? "" : " \(claim.unitText)"
    var notes: [String] = []
    if let accepted = claim.acceptedText { notes.append("Accepted: \(accepted)\(claim.ruleText).") }
    if let setting = claim.setting { notes.append("Setting: \(setting)") }
    if let null = claim.null {
      notes.append(
        "Without effect (\(null.words)): \(null.value.map { claim.text($0) + unit } ?? "no number").")
    }
    if let note = claim.note { notes.append(note) }
    self.init(
      statement: claim.statement, source: claim.source,
      published: claim.referenceText.map { $0 + unit } ?? claim.aimText ?? "no figure",
      measured: claim.measuredText.map { "\($0)\(unit) (\(claim.seedsText)\(claim.worstText))" }
        ?? "no number",
      verdict: claim.verdict.rawValue, tone: claim.verdict.tone, note: notes.joined(separator: " "),
      label: claim.origin.label)
  }
}

extension Claim {
  private var isShare: Bool { unit == "share" }

  /// The unit beside the numbers; none for a share, which is in percent.
  var unitText: String { isShare ? "" : unit }

  /// How many seeds went in.
  var seedsText: String { seeds == 1 ? "1 seed" : "\(seeds) seeds" }

  /// The number that the measured one stands beside, without its unit; nil if the source gives only words.
  var referenceText: String? { reference.map(text) }

  /// The range and the stronger side, with the unit; nil where nothing is judged.
  var acceptedText: String? {
    guard let accepted else { return nil }
    let unit = unitText.isEmpty ? "" : " \(unitText)"
    if accepted.lower == accepted.upper { return "\(text(accepted.lower))\(unit) alone" }
    let range = "\(bound(accepted.lower)) to \(bound(accepted.upper))\(unit)"
    return accepted.stronger == .neither ? range : "\(range), \(accepted.stronger.rawValue) is stronger"
  }

  /// Why the range is as it is, and what is held against it unless it is the interval.
  fileprivate var ruleText: String {
    guard let accepted else { return "" }
    return "; the range is \(accepted.rule)"
      + (accepted.basis == .interval ? "" : "; judged: \(accepted.basis.rawValue)")
  }

  /// What an aim without a number accepts.
  fileprivate var aimText: String? { origin == .ownAim ? acceptedText : nil }

  /// The worst repetition where that is what is judged.
  fileprivate var worstText: String { worst.map { "; worst \(text($0))" } ?? "" }

  /// An end of a range, which does not belong to it where it is the neighbour of a rounder number.
  private func bound(_ value: Double) -> String {
    func isRound(_ number: Double) -> Bool {
      number == 0 || (number.magnitude >= .leastNormalMagnitude && number.description.count < 10)
    }
    if isRound(value) { return text(value) }
    if isRound(value.nextDown) { return "above \(text(value.nextDown))" }
    return isRound(value.nextUp) ? "below \(text(value.nextUp))" : text(value)
  }

  /// A number of this claim without its unit.
  func text(_ value: Double) -> String { isShare ? value.percent(Self.decimals(value)) : value.significant() }

  private static func decimals(_ share: Double) -> Int {
    let distance = min(abs(share), abs(1 - share))
    return distance > 0 && distance < 0.01 ? 3 : 1
  }

  /// The measured number without its unit, and half of its 95 % interval to the same decimal; nil if it was not measured.
  var measuredText: String? {
    measured.map { value in
      let text = text(value)
      guard let halfWidth else { return text }
      if isShare { return "\(text) ± \(halfWidth.percent(Self.decimals(value)))" }
      guard let point = text.firstIndex(of: "."), !text.contains("e") else {
        return "\(text) ± \(halfWidth.significant(2))"
      }
      return "\(text) ± \(halfWidth.fixed(text.distance(from: point, to: text.endIndex) - 1))"
    }
  }
}

extension Origin {
  /// What stands before the number on cards.
  var label: String {
    switch self {
    case .published: "Published"
    case .digitised: "Published, read off"
    case .peerRun: "Peer, run here"
    case .ownReference: "Our reference"
    case .ownAim: "Our aim"
    }
  }
}

extension Verdict {
  /// How the word is meant: good, bad, or to be read with care.
  public var tone: TextTable.Tone {
    switch self {
    case .reproduced, .exceeded, .strongerMethod, .agrees, .met, .asBefore: .good
    case .short, .differs, .missed, .changed, .undecided: .warning
    case .contradicted, .failed: .bad
    case .singleRun, .anotherSetting, .byConstruction, .unconfirmed, .notMeasured: .muted
    }
  }
}

extension TextTable {
  /// The claims as a table, one row each, beside the rows of the table of statements that they belong to, if any.
  public init(claims: [Claim], rows: [Int]? = nil) {
    precondition(rows.map { $0.count == claims.count } ?? true, "one row per claim")
    self.init(
      title: "Numbers of others and of this project beside measured ones",
      columns: (rows == nil ? [] : [.number("row")]) + [
        .init("statement"), .init("origin"), .number("reference"), .init("accepted"), .number("measured"),
        .init("verdict"), .init("setting"),
      ],
      note:
        "Accepted: the range around the reference; the stronger side of it is met too. Measured: mean ± half of the 95 % "
        + "interval over seeds, and the worst seed where that is judged. Setting: how data or model differ from the "
        + "source's."
    )
    for (place, claim) in claims.enumerated() {
      let entry = Report.ClaimEntry(claim)
      append(
        (rows.map { [.init("\($0[place])")] } ?? []) + [
          .init(claim.statement), .init(claim.origin.rawValue), .init(entry.published),
          .init(claim.acceptedText ?? ""),
          .init(entry.measured), .init(entry.verdict, tone: entry.tone), .init(claim.setting ?? ""),
        ])
    }
  }
}
