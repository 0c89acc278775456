import Learning
import Reporting

extension Report.MethodEntry {
  /// A method card as an entry of a report.
  public init(_ card: MethodCard) {
    var facts = [Fact("Source", card.citation), Fact("Needs", card.needs)]
    if let taxonomy = card.taxonomy {
      for (name, ids) in [
        ("MITRE ATLAS", taxonomy.atlas), ("OWASP ML", taxonomy.owasp), ("NIST AI 100-2", taxonomy.nist),
      ] where !ids.isEmpty {
        facts.append(Fact(name, ids.joined(separator: ", ")))
      }
    }
    var parameters = TextTable(
      title: "Parameters of \(card.id)",
      columns: [.init("Parameter"), .init("Meaning"), .init("Range"), .init("Default")])
    for one in card.parameters {
      parameters.append([
        .init(one.name), .init(one.meaning), .init(one.range), .init(one.defaultValue),
      ])
    }
    self.init(
      id: card.id, title: card.title, kind: card.kind.rawValue, summary: card.summary, facts: facts,
      parameters: card.parameters.isEmpty ? nil : parameters)
  }
}

extension Report.ClaimEntry {
  /// A claim as an entry of a report: numbers in four digits with the unit, a share in percent with one decimal, and
  /// with three where one would hide a difference from none or from all.
  public init(_ claim: Claim) {
    let unit = claim.unitText.isEmpty ? "" : " \(claim.unitText)"
    let seeds = claim.seeds == 1 ? "1 seed" : "\(claim.seeds) seeds"
    self.init(
      statement: claim.statement, source: claim.source,
      published: claim.publishedText.map { $0 + unit } ?? "no figure",
      measured: claim.measuredText.map { "\($0)\(unit) (\(seeds))" } ?? "not measured",
      verdict: claim.verdict.rawValue, tone: claim.verdict.tone, note: claim.note ?? "",
      label: claim.origin.label)
  }
}

extension Claim {
  private var isShare: Bool { unit == "share" }

  /// The unit beside the numbers; none for a share, which is in percent.
  var unitText: String { isShare ? "" : unit }

  /// The published number without its unit; nil if the source gives only words.
  var publishedText: String? { published.map { isShare ? $0.percent(Self.decimals($0)) : $0.significant() } }

  private static func decimals(_ share: Double) -> Int {
    let distance = min(abs(share), abs(1 - share))
    return distance > 0 && distance < 0.01 ? 3 : 1
  }

  /// The measured number without its unit, and its spread to the same decimal; nil if it was not measured.
  var measuredText: String? {
    measured.map { value in
      let text = isShare ? value.percent(Self.decimals(value)) : value.significant()
      guard let spread else { return text }
      if isShare { return "\(text) ± \(spread.percent(Self.decimals(value)))" }
      guard let point = text.firstIndex(of: "."), !text.contains("e") else {
        return "\(text) ± \(spread.significant(2))"
      }
      return "\(text) ± \(spread.fixed(text.distance(from: point, to: text.endIndex) - 1))"
    }
  }
}

extension Verdict {
  /// How the word is meant: good, bad, or to be read with care.
  public var tone: TextTable.Tone {
    switch self {
    case .reproduced, .exceeded: .good
    case .short: .warning
    case .contradicted, .failed: .bad
    case .unconfirmed: .muted
    }
  }
}

extension TextTable {
  /// The claims as a table, one row each.
  public init(claims: [Claim]) {
    self.init(
      title: "Published and measured",
      columns: [
        .init("claim"), .number("published"), .number("measured"), .init("unit"), .number("seeds"),
        .init("verdict"),
      ],
      note: "Measured: mean ± standard deviation over seeds."
        + (claims.contains { $0.origin != .published } ? " \(Self.originNote)" : ""))
    for claim in claims {
      append([
        .init(claim.id), .init(claim.publishedText.map { $0 + claim.origin.mark } ?? "–"),
        .init(claim.measuredText ?? "–"),
        .init(claim.unitText), .init("\(claim.seeds)"),
        .init(claim.verdict.rawValue, tone: claim.verdict.tone),
      ])
    }
  }

  /// The claims beside the rows of the table of statements that they belong to.
  public init(claims: [Claim], rows: [Int]) {
    precondition(claims.count == rows.count, "one row per claim")
    self.init(
      title: "Published and measured",
      columns: [
        .number("row"), .init("statement"), .number("published"), .number("measured"), .init("verdict"),
      ],
      note: claims.contains { $0.origin != .published } ? Self.originNote : "")
    for (row, claim) in zip(rows, claims) {
      let entry = Report.ClaimEntry(claim)
      append([
        .init("\(row)"), .init(claim.statement),
        .init(entry.published + (claim.published == nil ? "" : claim.origin.mark)),
        .init(entry.measured),
        .init(entry.verdict, tone: entry.tone),
      ])
    }
  }
}

extension TextTable {
  fileprivate static let originNote =
    "(r): a reference computed by this project; (q): an aim or question of this project; neither is published."
}

extension Claim.Origin {
  /// What stands behind the number in tables.
  fileprivate var mark: String {
    switch self {
    case .published: ""
    case .ownReference: " (r)"
    case .ownQuestion: " (q)"
    }
  }

  /// What stands before the number on cards.
  fileprivate var label: String {
    switch self {
    case .published: "Published"
    case .ownReference: "Our reference"
    case .ownQuestion: "Our own question"
    }
  }
}

extension Report.KeyFigure {
  /// How many of the claims are reproduced or exceeded, beside those that could not be judged. A claim that was tested
  /// without a number counts as not met.
  public init(met claims: [Claim]) {
    let judged = claims.filter { $0.verdict != .unconfirmed }
    let met = judged.count { $0.verdict == .reproduced || $0.verdict == .exceeded }
    let rest = claims.count - judged.count
    self.init(
      "\(met) of \(judged.count)",
      "statements reproduced or exceeded" + (rest > 0 ? "; \(rest) more could not be judged" : ""),
      tone: met == judged.count ? .good : .warning)
  }
}
