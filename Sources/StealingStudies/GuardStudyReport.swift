public import Experiments
import Learning
public import Methods
public import Reporting
import Guarding

/// What a study of guards on one model says: what honest users pay, and what attacks get all the same.
public struct GuardStudyReport: Sendable {
  /// Name of the metrics of a cell.
  enum Name {
    static let (queries, waited): (MetricKey, MetricKey) = ("queries", "waited_seconds")
    static let (test, uniform): (MetricKey, MetricKey) = ("r_test", "r_unif")
    static let (testDifference, uniformDifference): (MetricKey, MetricKey) = (
      "difference_test", "difference_unif"
    )
    static let (flips, refusals): (MetricKey, MetricKey) = ("honest_label_flips", "honest_refusals")
    static let (variation, numberError): (MetricKey, MetricKey) = ("honest_tv", "honest_difference")
    static let copies: MetricKey = "copies"
  }

  /// Cells, with the model, guard and attack.
  public let outcomes: [Outcome]
  /// Why guards or attacks were left out, and why attacks made no copy, one sentence each.
  public let remarks: [String]

  /// A report on cells of a study.
  ///
  /// - Parameters:
  ///   - dataset: name of the rows.
  ///   - model: name of the model.
  ///   - remarks: what was left out before.
  public init(_ cells: [GuardStudy.Cell], dataset: String, model: String, remarks: [String]) {
    outcomes = cells.map { cell in
      Outcome(
        dataset: dataset, model: model, attack: cell.attack, defence: cell.guards, seed: cell.seed,
        metrics: [
          Name.queries: Double(cell.queries), Name.waited: cell.waitedSeconds,
          Name.copies: cell.failure == nil ? 1 : 0,
          Name.test: cell.testFidelity.map { 1 - $0 }, Name.uniform: cell.uniformFidelity.map { 1 - $0 },
          Name.testDifference: cell.testDifference, Name.uniformDifference: cell.uniformDifference,
          Name.flips: cell.cost.flipRate, Name.refusals: cell.cost.refusalRate,
          Name.variation: cell.cost.meanDistortion.map { $0 / 2 },
          Name.numberError: cell.cost.meanNumberError,
        ])
    }
    var seen = Set<String>()
    self.remarks =
      remarks
      + cells.compactMap { cell in
        cell.failure.map { "\(cell.attack) behind \(cell.guards): \($0)" }
      }.filter { seen.insert($0).inserted }
  }

  /// A mean with the 95 % interval of it over seeds.
  private static func text(_ summary: Summary?, _ form: (Double) -> String) -> String {
    guard let summary else { return "–" }
    guard let half = summary.halfWidth() else { return form(summary.mean) }
    return "\(form(summary.mean)) ± \(form(half))"
  }

  /// What honest users pay, a row per guard.
  public var costs: TextTable {
    let isNumber = outcomes.contains { $0.metrics[Name.numberError] != nil }
    var table = TextTable(
      title: "What honest users pay",
      columns: [.init("guard"), .number("labels changed"), .number("total variation"), .number("refused")]
        + (isNumber ? [.number("difference of numbers")] : []),
      note:
        "On rows that no guard was set up with, asked about one a second. Total variation is the mean over the answers that "
        + "give probabilities. Intervals are of the mean over seeds, 95 %.")
    for id in outcomes.distinct(\.defence) {
      let own = outcomes.matching(defence: id).matching(attack: outcomes[0].attack)
      func cell(_ name: MetricKey, _ form: (Double) -> String) -> TextTable.Cell {
        .init(Self.text(own.summary(of: name), form))
      }
      table.append(
        [
          .init(id), isNumber ? .init("–") : cell(Name.flips) { $0.percent(1) },
          cell(Name.variation) { $0.fixed(4) }, cell(Name.refusals) { $0.percent(1) },
        ] + (isNumber ? [cell(Name.numberError) { $0.significant(3) }] : []))
    }
    return table
  }

  /// What attacks get, a row per guard and attack, beside the same attack without a guard.
  public var thefts: TextTable {
    let isNumber = outcomes.contains { $0.metrics[Name.testDifference] != nil }
    let (test, uniform) =
      isNumber ? (Name.testDifference, Name.uniformDifference) : (Name.test, Name.uniform)
    func form(_ value: Double) -> String { isNumber ? value.significant(3) : value.percent(1) }
    var table = TextTable(
      title: "What attacks get",
      columns: [
        .init("guard"), .init("attack"), .number("queries"), .number(test.id), .number(uniform.id),
        .number("\(test) unguarded"),
      ],
      note: (isNumber
        ? "Mean difference of the numbers" : "Share of rows with another label than the model's")
        + " on held-out rows (test) and uniform ones (unif), with 95 % intervals of the mean over seeds. A dash: no copy. "
        + "Behind a limited rate the attack waits, which is the cost to it.")
    for id in outcomes.distinct(\.defence) {
      for attack in outcomes.distinct(\.attack) {
        let own = outcomes.matching(attack: attack, defence: id)
        let bare = outcomes.matching(attack: attack, defence: "none").summary(of: test)
        let found = own.summary(of: test)
        var queries = own.summary(of: Name.queries)?.mean.fixed(0) ?? "–"
        if let waited = own.summary(of: Name.waited)?.mean, waited > 0 {
          queries += " in \(waited.fixed(0)) s"
        }
        table.append([
          .init(id), .init(attack), .init(queries),
          .init(
            Self.text(found, form),
            tone: !isNumber && (found?.mean ?? 1) <= 0.01 ? .bad : .plain),
          .init(Self.text(own.summary(of: uniform), form)), .init(Self.text(bare, form)),
        ])
      }
    }
    return table
  }

  /// The page.
  ///
  /// - Parameters:
  ///   - methods: the guards and attacks.
  ///   - colophon: who made it.
  public func page(_ methods: [MethodEntry], title: String, colophon: String) -> Report {
    var report = Report(title: title, subtitle: "Guards beside attacks.", colophon: colophon)
    report.append(.table(costs))
    report.append(.table(thefts))
    if !remarks.isEmpty { report.append(.list(remarks)) }
    report.append(.methods(methods.map { .init($0) }))
    return report
  }
}
