public import Methods
import Reporting

extension Report.MethodEntry {
  /// A method as an entry of a report.
  public init(_ entry: Methods.MethodEntry) {
    let card = entry.card
    var facts = [Fact("Source", card.citation), Fact("Needs", card.needs)]
    if let taxonomy = card.taxonomy {
      for (name, ids) in [
        ("MITRE ATLAS", taxonomy.atlas), ("OWASP ML", taxonomy.owasp), ("NIST AI 100-2", taxonomy.nist),
      ] where !ids.isEmpty {
        facts.append(Fact(name, ids.joined(separator: ", ")))
      }
    }
    if let program = entry.program {
      facts.append(Fact("Origin", "external method: \(program.command.joined(separator: " "))"))
      for file in program.files { facts.append(Fact("SHA-256 of \(file.name)", file.sha256)) }
    }
    var parameters = TextTable(
      title: "Parameters of \(card.id)",
      columns: [.init("Parameter"), .init("Meaning"), .init("Range"), .init("Default")])
    for one in entry.parameters {
      parameters.append([
        .init(one.name), .init(one.meaning), .init(one.allowed.description),
        .init(one.defaultValue ?? Methods.MethodEntry.Parameter.required),
      ])
    }
    self.init(
      id: card.id, title: card.title, kind: card.family.rawValue, summary: card.summary, facts: facts,
      parameters: entry.parameters.isEmpty ? nil : parameters)
  }
}
