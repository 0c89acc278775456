import Experiments
import Reporting

extension StealingReport {
  /// How true the copies of trees are on the rows that the trees were grown on, on others and on uniform ones.
  static func trees(_ outcomes: [Outcome]) -> TextTable {
    let own = outcomes.filter { $0.metrics.names.contains("r_own") }
    var table = TextTable(
      title: "Copies of trees and of models with bins: agreement by the kind of rows",
      columns: [
        .init("data"), .init("victim"), .init("attack"), .init("guard"), .number("leaves"),
        .number("answers"), .number("queries"),
        .number("own rows"), .number("held-out rows"), .number("uniform rows"), .number("seeds"),
      ],
      note:
        "Answers: different pairs of label and confidence that the leaves have. Own rows are those that the victim was "
        + "trained on, held-out rows the other 30 %. Means over seeds.")
    for data in own.distinct(\.dataset) {
      for model in own.matching(dataset: data).distinct(\.model) {
        for attack in own.matching(dataset: data, model: model).distinct(\.attack) {
          let thefts = own.matching(dataset: data, model: model, attack: attack)
          for defence in thefts.distinct(\.defence) {
            table.append(row(thefts.matching(defence: defence), [data, model, attack, defence]))
          }
        }
      }
    }
    return table
  }

  private static func row(_ thefts: [Outcome], _ names: [String]) -> [TextTable.Cell] {
    func mean(_ metric: MetricKey, _ text: (Double) -> String) -> TextTable.Cell {
      .init(thefts.summary(of: metric).map { text($0.mean) } ?? "–")
    }
    func agreement(_ metric: MetricKey) -> TextTable.Cell { mean(metric) { (1 - $0).percent(2) } }
    return names.map { TextTable.Cell($0) } + [
      mean("leaves") { $0.fixed(0) }, mean("answers") { $0.fixed(0) }, mean("queries") { $0.fixed(0) },
      agreement("r_own"),
      agreement("r_test"), agreement("r_unif"), .init("\(thefts.distinct(\.seed).count)"),
    ]
  }

  /// Queries of the theft through incomplete queries by the number of bins, which the paper does not give.
  static func bins(_ outcomes: [Outcome]) -> TextTable {
    let thefts = outcomes.filter { $0.attack == "amazon" }
    let counts = thefts.distinct(\.model).compactMap { Int($0.dropFirst("bins-".count)) }.sorted()
    var table = TextTable(
      title: "Queries by the number of bins of the victim",
      columns: [.init("data"), .number("published")] + counts.map { .number("\($0) bins") },
      note: "The paper does not say how many bins its victims had. A dash: not tried on these data.")
    let published = ["adult": "1,485", "iris-fisher": "644", "circles": "278"]
    for data in thefts.distinct(\.dataset) {
      table.append(
        [.init(data), .init(published[data] ?? "–")]
          + counts.map { count in
            let queries = thefts.matching(dataset: data, model: "bins-\(count)").summary(of: "queries")
            return .init(queries.map { $0.mean.fixed(0) } ?? "–")
          })
    }
    return table
  }

  /// What proof of work costs both kinds of clients by the time that a row takes without it.
  static func work(_ outcomes: [Outcome]) -> TextTable {
    let priced = outcomes.matching(defence: "proof-of-work")
    var table = TextTable(
      title: "Proof of work: time with it over time without",
      columns: [.init("time of a row without work"), .number("honest user"), .number("thief")],
      note: "The work adds the same time whatever a row takes; the paper claims at most 2 and up to 100.")
    for milliseconds in PricedQueries.millisecondsOfRow where !priced.isEmpty {
      table.append(
        [.init("\(milliseconds) ms")]
          + ["honest", "thief"].map { client in
            let factor = priced.summary(of: PricedQueries.factor(client, milliseconds))
            return .init(factor.map { $0.mean.significant(3) } ?? "–")
          })
    }
    return table
  }

  /// The tables on what the statements leave open: rows, bins and times. Those without thefts are left out.
  public static func details(_ run: StealingReproduction.Run) -> [TextTable] {
    [trees(run.outcomes), bins(run.outcomes), work(run.outcomes)].filter { !$0.rows.isEmpty }
  }
}
