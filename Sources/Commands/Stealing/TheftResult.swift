import Experiments
import Learning
import LinearAlgebra
import Methods
import Querying
import Reporting
import Stealing
import StealingStudies
import Workbench

/// What a theft took, what it cost, and how good the copy is.
struct TheftResult {
  let attack: String
  let victim: StealTarget.Victim
  let ledger: QueryLedger
  let stolen: StolenModel
  /// What was found out of missing values, after the theft.
  let gaps: MissingValues.Result
  /// Nil for a replay, whose model is not there to compare with.
  let comparison: FidelityReport?
  /// Why there is no comparison, where one was wanted.
  let remark: String?
  /// Rows that the comparison asked a service about.
  let checked: Int
  /// Rows in the log that neither the theft nor the comparison had a use for, such as those of finding out how to ask.
  let earlier: Int
  /// What stopped the theft before it had what it wanted; nil if nothing did.
  var stop: String?
  let seed: UInt64

  /// The numbers, without times.
  var metrics: Metrics {
    var metrics: Metrics = [
      "queries": Double(ledger.queries), "asked": Double(ledger.asked), "cached": Double(ledger.cached),
      "billed": Double(ledger.billed), "unique": Double(ledger.unique), "requests": Double(ledger.requests),
      "probed": Double(victim.probedRows), "checked": Double(checked), "earlier": Double(earlier),
      "missing_queries": Double(gaps.queries),
      "missing_values": gaps.outcome == .learned ? 1 : gaps.outcome == .refused ? nil : 0,
      "unknowns": stolen.unknowns.map { Double($0) },
      "complete": stolen.isComplete ? 1 : 0,
    ]
    if victim.isRemote {
      let traffic = victim.oracle.traffic
      metrics["bytes_sent"] = Double(traffic.sent)
      metrics["bytes_received"] = Double(traffic.received)
    }
    if let comparison { metrics.merge(Metrics(comparison)) }
    return metrics
  }

  /// What the attack says, and why there is no comparison.
  var notes: [String] { stolen.notes + [gaps.sentence] + [remark, stop].compactMap { $0 } }

  /// What all rows cost that went to the model, those of the comparison included.
  private func bill(_ price: Double) -> Double {
    price * Double(ledger.queries + gaps.queries + victim.probedRows + checked + earlier)
  }

  /// The numbers as a table.
  func table(price: Double) -> TextTable {
    var table = TextTable(
      title: "\(attack) on \(victim.name)", columns: [.init("number"), .number("value")],
      note:
        "Fidelity compares the copy with the model, not with the truth. Besides the queries of the theft the bill "
        + "counts the rows spent on finding out how to ask (probed), on missing values (missing_queries), on the comparison "
        + "(checked), and those of the log that this run had no use for (earlier).")
    table.append([.init("bill at \(price.significant(2)) a query"), .init(bill(price).significant(3))])
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
    if !notes.isEmpty { report.append(.list(notes)) }
    if !stolen.findings.isEmpty { report.append(.table(findings)) }
    if !victim.guards.isEmpty {
      report.append(.paragraph("Guards before the model: \(victim.guards.joined(separator: ", "))."))
    }
    report.append(
      .methods(MethodRegistry.current.extractionAttacks.entries.filter { $0.id == attack }.map { .init($0) }))
    return report
  }

  /// What was found besides the model.
  private var findings: TextTable {
    TextTable(
      title: "What was found besides", columns: [.init("finding"), .init("meaning"), .number("value")],
      rows: stolen.findings.map { [.init($0.name), .init($0.meaning), .init($0.summary)] },
      note: "The numbers themselves stand in the file of findings beside the model.")
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
      methods: MethodRegistry.current.extractionAttacks.entries.filter { $0.id == attack },
      outcomes: [
        Outcome(
          dataset: victim.name, model: "served", attack: attack,
          defence: victim.guards.isEmpty ? "none" : victim.guards.joined(separator: "+"), rate: 0, seed: seed,
          metrics: metrics)
      ],
      claims: [])
  }
}
