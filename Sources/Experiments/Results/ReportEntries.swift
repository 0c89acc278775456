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
