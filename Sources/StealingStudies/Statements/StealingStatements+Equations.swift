import Experiments
import Learning
import Reporting

extension StealingStatements {
  /// Statements on the theft of linear models and networks by their probabilities.
  static func equations(_ seeds: [UInt64]) -> [StealingStatement] {
    binary(seeds) + digits(seeds) + adultRace(seeds) + network(seeds)
  }

  private static func binary(_ seeds: [UInt64]) -> [StealingStatement] {
    let thefts: @Sendable (ExtractionStudy) async throws -> [any ReproducibleTheft] = { _ in
      seeds.flatMap { seed in VictimData.binary.map { ExtractionCell($0, attack: "equation", seed: seed) } }
    }
    let source = "\(StealingSource.tramer), section 4.1.1"
    return [
      StealingStatement(
        row: 1, id: "binary-error", statement: "d + 1 queries steal a binary logistic model without error",
        source: source, published: 0, unit: "share", expectation: Expectation(0...0, stronger: .lower),
        note: "The largest share of different labels on test or uniform rows over six data sets.",
        work: thefts, measure: StealingMeasure.worst("r_test", "r_unif")),
      StealingStatement(
        row: 1, id: "binary-variation", statement: "binary logistic: total variation below 1e-9",
        source: source,
        published: 1e-9,
        unit: "", expectation: Expectation(0...1e-9, stronger: .lower),
        note: "The largest over six data sets.",
        work: thefts, measure: StealingMeasure.worst("tv_test", "tv_unif")),
      StealingStatement(
        row: 1, id: "binary-queries", statement: "binary logistic: one query for each of the d + 1 unknowns",
        source: source,
        published: 1, unit: "queries per unknown", expectation: Expectation(1...1, stronger: .lower),
        work: thefts,
        measure: StatementMeasure.perSeed { outcomes in
          outcomes.compactMap { outcome in
            outcome.metrics["unknowns"].flatMap { unknowns in
              outcome.metrics["queries"].map { $0 / unknowns }
            }
          }.max()
        }),
    ]
  }

  private static func digits(_ seeds: [UInt64]) -> [StealingStatement] {
    func thefts(_ attack: String) -> @Sendable (ExtractionStudy) async throws -> [any ReproducibleTheft] {
      { _ in seeds.map { ExtractionCell(.digits, attack: attack, seed: $0) } }
    }
    let table = "\(StealingSource.tramer), tables 1 and 7"
    let ours = "no publication known: the logarithms of softmax probabilities are linear in the weights"
    return [
      StealingStatement(
        row: 2, id: "digits-queries", statement: "Amazon, softmax on Digits: 650 queries", source: table,
        published: 650, unit: "queries", expectation: Expectation(650...650, stronger: .lower),
        work: thefts("equation"), measure: StatementMeasure.metric("queries")),
      StealingStatement(
        row: 2, id: "digits-error", statement: "Amazon, softmax on Digits: the copy agrees everywhere",
        source: table, published: 0,
        unit: "share", expectation: Expectation(0...0, stronger: .lower), work: thefts("equation"),
        measure: StealingMeasure.worst("r_test", "r_unif")),
      StealingStatement(
        row: 2, id: "digits-time", statement: "Amazon, softmax on Digits: 70 s at 100 ms a query",
        source: table,
        published: 70, unit: "s", expectation: Expectation(65...75, stronger: .lower),
        note:
          "Queries times the latency of 100 ms that the paper names; 'bezoar serve --latency 100ms' really waits.",
        work: thefts("equation"), measure: StatementMeasure.each { $0.metrics["queries"].map { $0 * 0.1 } }),
      StealingStatement(
        row: 3, id: "digits-log-ratio-queries", statement: "softmax on Digits falls to d + 1 = 65 queries",
        source: ours, published: nil, unit: "queries", expectation: Expectation(65...65, stronger: .lower),
        work: thefts("log-ratio"), measure: StatementMeasure.metric("queries")),
      StealingStatement(
        row: 3, id: "digits-log-ratio-error",
        statement: "softmax on Digits by 65 queries: the copy agrees everywhere", source: ours,
        published: nil, unit: "share", expectation: Expectation(0...0, stronger: .lower),
        work: thefts("log-ratio"), measure: StealingMeasure.worst("r_test", "r_unif")),
      StealingStatement(
        row: 3, id: "digits-log-ratio-variation",
        statement: "softmax on Digits by 65 queries: total variation at most 1e-12",
        source: ours, published: nil, unit: "", expectation: Expectation(0...1e-12, stronger: .lower),
        work: thefts("log-ratio"), measure: StealingMeasure.worst("tv_unif")),
    ]
  }

  private static func adultRace(_ seeds: [UInt64]) -> [StealingStatement] {
    let published: [(VictimModel, link: String, title: String, queries: Int, test: Double, uniform: Double)] =
      [
        (.softmax(strength: 1), "softmax", "softmax", 265, 0.9996, 0.9975),
        (.softmax(strength: 1), "softmax", "softmax", 530, 1, 1),
        (.oneVsRest, "one-vs-rest", "one-versus-rest", 265, 0.9998, 0.9998),
        (.oneVsRest, "one-vs-rest", "one-versus-rest", 530, 1, 1),
      ]
    return published.flatMap { one in
      agreement(
        row: 4, id: "adult-race-\(one.link)-\(one.queries)", title: "\(one.title) on Adult-Race",
        queries: one.queries, test: one.test, uniform: one.uniform, slack: one.queries < 530 ? 0.001 : 0
      ) { _ in
        seeds.map {
          ExtractionCell(
            .adultRace, one.0, attack: "equation", settings: ["link=\(one.link)"], budget: one.queries,
            seed: $0)
        }
      }
    }
  }

  private static func network(_ seeds: [UInt64]) -> [StealingStatement] {
    let published = [
      (1112, 0.9817, 0.9432), (2225, 0.9868, 0.9723), (4450, 0.9989, 0.9982), (11_125, 0.9996, 0.9999),
    ]
    return published.flatMap { queries, test, uniform in
      agreement(
        row: 5, id: "adult-race-mlp-\(queries)", title: "network of 20 units on Adult-Race", queries: queries,
        test: test, uniform: uniform, slack: queries < 4450 ? 0.005 : 0
      ) { _ in
        seeds.map {
          ExtractionCell(
            .adultRace, .network(hidden: 20, activation: .tanh), attack: "mlp", settings: ["queryFactor=5"],
            budget: queries, seed: $0)
        }
      }
    }
  }

  /// Agreement on test and on uniform rows of table 4.
  private static func agreement(
    row: Int, id: String, title: String, queries: Int, test: Double, uniform: Double, slack: Double,
    work: @escaping @Sendable (ExtractionStudy) async throws -> [any ReproducibleTheft]
  ) -> [StealingStatement] {
    [("test", "test rows", "r_test", test), ("uniform", "uniform rows", "r_unif", uniform)].map {
      part, words, metric, value in
      StealingStatement(
        row: row, id: "\(id)-\(part)",
        statement: "\(title), \(queries) queries: \((100 * value).fixed(2)) % agreement on \(words)",
        source: "\(StealingSource.tramer), table 4", published: value, unit: "share",
        expectation: Expectation(value - slack...1, stronger: .higher), work: work,
        measure: StealingMeasure.complement(metric))
    }
  }
}
