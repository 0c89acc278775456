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
  /// A claim as an entry of a report; `form` writes its numbers, by default in four digits with the unit, a
  /// share in percent.
  public init(_ claim: Claim, form: ((Double) -> String)? = nil) {
    let form = form ?? claim.standardForm
    let spread = claim.spread.map { " ± \(form($0))" } ?? ""
    let seeds = claim.seeds == 1 ? "1 seed" : "\(claim.seeds) seeds"
    self.init(
      statement: claim.statement, source: claim.source,
      published: claim.published.map(form) ?? "in words only",
      measured: claim.measured.map { "\(form($0))\(spread) (\(seeds))" } ?? "not measured",
      verdict: claim.verdict.rawValue, tone: claim.verdict.tone, note: claim.note ?? "")
  }
}

extension Claim {
  /// Four significant digits with the unit; a share in percent.
  var standardForm: @Sendable (Double) -> String {
    let unit = unit
    return { value in
      switch unit {
      case "share": value.percent(1)
      case "": value.significant()
      default: "\(value.significant()) \(unit)"
      }
    }
  }
}

extension Verdict {
  /// How the word is meant: good, bad, or to be read with care.
  public var tone: TextTable.Tone {
    switch self {
    case .reproduced, .exceeded: .good
    case .short: .warning
    case .contradicted: .bad
    case .unconfirmed: .muted
    }
  }
}

extension TextTable {
  /// The claims as a table for a terminal.
  public init(claims: [Claim]) {
    self.init(
      title: "Published and measured",
      columns: [.init("claim"), .number("published"), .number("measured"), .init("verdict")])
    for claim in claims {
      let entry = Report.ClaimEntry(claim)
      append([
        .init(claim.id), .init(entry.published), .init(entry.measured),
        .init(entry.verdict, tone: entry.tone),
      ])
    }
  }
}
