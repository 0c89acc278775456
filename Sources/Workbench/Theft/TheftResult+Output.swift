public import Experiments
import Methods
import Querying
public import Reporting
import Stealing

extension TheftResult: PageResult {
  public var text: [JobText] { [.table(table)] + notes.map { .lines("\($0)\n") } }

  public var keepsDocument: Bool { false }

  /// What all rows cost that went to the model, those of the comparison included.
  private var bill: Double {
    request.price * Double(ledger.queries + gaps.queries + victim.probedRows + checked + earlier)
  }

  /// The numbers as a table.
  private var table: TextTable {
    var table = TextTable(
      title: "\(attack) on \(victim.name)", columns: [.init("number"), .number("value")],
      note:
        "Fidelity compares the copy with the model, not with the truth. Besides the queries of the theft the bill "
        + "counts the rows spent on finding out how to ask (probed), on missing values (missing_queries), on the comparison "
        + "(checked), and those of the log that this run had no use for (earlier).")
    table.append([.init("bill at \(request.price.significant(2)) a query"), .init(bill.significant(3))])
    for name in metrics.names {
      table.append([.init(name), .init(metrics[name].map(Self.text) ?? "–")])
    }
    return table
  }

  /// A count without digits behind the point, any other number with four significant ones.
  private static func text(_ value: Double) -> String {
    Int(exactly: value).map { String($0) } ?? value.significant()
  }

  public var page: Report {
    var report = Report(
      title: "Theft of \(victim.name)", subtitle: "Attack: \(attack).",
      colophon: "\(Package.tool), seed \(context.seed)")
    report.append(.keyFigures(keyFigures))
    report.append(.table(table))
    if !notes.isEmpty { report.append(.list(notes)) }
    if !stolen.findings.isEmpty { report.append(.table(findings)) }
    if !victim.guards.isEmpty {
      report.append(.paragraph("Guards before the model: \(victim.guards.joined(separator: ", "))."))
    }
    report.append(
      .methods(context.methods.extractionAttacks.entries.filter { $0.id == attack }.map { .init($0) }))
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

  public var document: ResultsDocument {
    ResultsDocument(
      job: "steal",
      [
        "target": .text(victim.name), "attack": .text(attack),
        "settings": .texts(request.settings), "seed": .seed(context.seed),
      ],
      methods: context.methods.extractionAttacks.entries.filter { $0.id == attack },
      outcomes: [
        Outcome(
          dataset: victim.name, model: "served", attack: attack,
          defence: victim.guards.isEmpty ? "none" : victim.guards.joined(separator: "+"),
          seed: context.seed, metrics: metrics)
      ])
  }
}
