import Experiments
import Learning
import LinearAlgebra
import Querying
import Reporting
import Stealing
import StealingStudies

/// What a theft took, what it cost, and how good the copy is.
struct TheftResult {
  let attack: String
  let victim: StealTarget.Victim
  let ledger: QueryLedger
  let stolen: StolenModel
  /// Nil for a replay, whose model is not there to compare with.
  let comparison: FidelityReport?
  let seed: UInt64

  /// The numbers, without times.
  var metrics: Metrics {
    var metrics: Metrics = [
      "queries": Double(ledger.queries), "asked": Double(ledger.asked), "cached": Double(ledger.cached),
      "requests": Double(ledger.requests), "probed": Double(victim.probedRows),
      "unknowns": stolen.unknowns.map { Double($0) },
      "complete": stolen.isComplete ? 1 : 0,
    ]
    if let comparison { metrics.merge(Metrics(comparison)) }
    return metrics
  }

  /// The numbers as a table.
  func table(price: Double) -> TextTable {
    var table = TextTable(
      title: "\(attack) on \(victim.name)", columns: [.init("number"), .number("value")],
      note: "Fidelity compares the copy with the model, not with the truth.")
    let bill = ledger.price(perQuery: price)
    table.append([.init("bill at \(price.significant(2)) a query"), .init(bill.significant(3))])
    for name in metrics.names {
      table.append([.init(name), .init(metrics[name].map(Self.text) ?? "–")])
    }
    return table
  }

  /// A count without digits behind the point, any other number with four significant ones.
  private static func text(_ value: Double) -> String {
    Int(exactly: value).map { String($0) } ?? value.significant()
  }

  /// The page.
  func report(price: Double) -> Report {
    var report = Report(
      title: "Theft of \(victim.name)", subtitle: "Attack: \(attack).",
      colophon: "bezoar \(Bezoar.version), seed \(seed)")
    report.append(.keyFigures(keyFigures))
    report.append(.table(table(price: price)))
    if !stolen.notes.isEmpty { report.append(.list(stolen.notes)) }
    if !victim.guards.isEmpty {
      report.append(.paragraph("Guards before the model: \(victim.guards.joined(separator: ", "))."))
    }
    report.append(
      .methods(ExtractionCatalogue.all.map { $0.card }.filter { $0.id == attack }.map { .init($0) }))
    return report
  }

  private var keyFigures: [Report.KeyFigure] {
    var figures = [Report.KeyFigure("\(ledger.queries)", "queries")]
    if let fidelity = comparison?.uniform.fidelity {
      figures.append(.init(fidelity.percent(2), "of uniform rows get the same label", tone: .bad))
    }
    if let fidelity = comparison?.test?.fidelity {
      figures.append(.init(fidelity.percent(2), "of the given rows get the same label", tone: .bad))
    }
    return figures
  }

  /// The numbers as a document.
  func document(settings: [String]) -> ResultsDocument {
    ResultsDocument(
      tool: .init(version: Bezoar.version, blas: BLASRuntime.coreName),
      parameters: [
        "command": "steal", "target": .text(victim.name), "attack": .text(attack),
        "settings": .list(settings.map { .text($0) }), "seed": .integer(Int(clamping: seed)),
      ],
      methods: ExtractionCatalogue.all.map { $0.card }.filter { $0.id == attack },
      outcomes: [
        Outcome(
          dataset: victim.name, model: "served", attack: attack,
          defence: victim.guards.isEmpty ? "none" : victim.guards.joined(separator: "+"), rate: 0, seed: seed,
          metrics: metrics)
      ],
      claims: [])
  }
}
