import Experiments
import Reporting

/// The accuracy of private models, beside what attacks learn from them.
extension InversionReport {
  /// The tables and the diagram of private models; empty if there are none.
  static func utility(_ outcomes: [Outcome]) -> (tables: [TextTable], figures: [Figure]) {
    let doses = outcomes.filter { $0.metrics["within_20_percent"] != nil }
    let incomes = outcomes.filter { $0.metrics["auc"] != nil && $0.metrics["baseline_accuracy"] != nil }
    var (tables, figures) = ([TextTable](), [Figure]())
    if !doses.isEmpty {
      tables.append(
        table(
          doses, title: "Private dosage models: patients and the genotype",
          columns: [
            ("within 20 %", "within_20_percent"), ("over 1.2 times", "overdosed"),
            ("under 0.8 times", "underdosed"), ("VKORC1, members", "genotype_members"),
            ("others", "genotype_others"),
          ], extra: ("mean error, mg/week", "mean_absolute_error_mg")))
      figures.append(curves(doses))
    }
    if !incomes.isEmpty {
      tables.append(
        table(
          incomes, title: "Private income models",
          columns: [("accuracy", "accuracy"), ("most frequent class", "baseline_accuracy")],
          extra: ("area under the curve", "auc")))
    }
    return (tables, figures)
  }

  /// A row for each mechanism and budget.
  private static func table(
    _ outcomes: [Outcome], title: String, columns: [(title: String, metric: MetricKey)],
    extra: (title: String, metric: MetricKey)
  ) -> TextTable {
    var table = TextTable(
      title: title,
      columns: [.init("mechanism"), .number("epsilon"), .number("models")]
        + columns.map { .number($0.title) } + [.number(extra.title)],
      note:
        "Mean ± standard deviation over models, each with a split and noise of its own; patients or people that were "
        + "not in the training data, but for members.")
    for name in outcomes.distinct(\.defence) {
      let own = outcomes.matching(defence: name)
      for epsilon in own.distinct({ $0.metrics["epsilon"] }).sorted(by: { ($0 ?? 0) < ($1 ?? 0) }) {
        let cell = own.filter { $0.metrics["epsilon"] == epsilon }
        table.append(
          [.init(name), .init(epsilon.map { $0.significant(4) } ?? "–"), .init("\(cell.count)")]
            + columns.map { .init(cell.summary(of: $0.metric)?.text { $0.percent(1) } ?? "–") }
            + [.init(cell.summary(of: extra.metric)?.text { $0.significant(4) } ?? "–")])
      }
    }
    return table
  }

  /// Doses within 20 % and genotypes that are told right, over the budget, of mechanisms with at least three budgets.
  private static func curves(_ outcomes: [Outcome]) -> Figure {
    let names = outcomes.distinct(\.defence).filter { name in
      outcomes.matching(defence: name).distinct { $0.metrics["epsilon"] }.count >= 3
    }
    let measures: [(String, MetricKey)] = [
      ("doses within 20 %", "within_20_percent"),
      ("VKORC1 told right", "genotype_members"),
    ]
    let series = names.flatMap { name in
      measures.compactMap { words, metric -> Figure.Series? in
        let points = outcomes.matching(defence: name).distinct { $0.metrics["epsilon"] ?? 0 }.sorted()
          .compactMap { epsilon -> Figure.Point? in
            let cell = outcomes.matching(defence: name).filter { $0.metrics["epsilon"] == epsilon }
            guard let found = cell.summary(of: metric) else { return nil }
            let half = found.halfWidth() ?? 0
            return Figure.Point(
              x: epsilon, y: found.mean, lower: found.mean - half, upper: found.mean + half)
          }
        return points.isEmpty ? nil : Figure.Series("\(name): \(words)", points)
      }
    }
    return Figure(
      id: "private-doses", title: "What a budget buys patients, and an attacker",
      caption:
        "Share of patients with a dose within 20 % of the true one, and of members whose genotype the most probable one "
        + "tells; bars are 95 % confidence intervals of the mean.", form: .lines,
      x: .init("epsilon", isLogarithmic: true), y: .init("share"), series: series)
  }
}
