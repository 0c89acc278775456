import Experiments
import Learning
import Reporting

extension StealingStatements {
  /// Statements on the theft of linear models and networks by their probabilities.
  static func equations(_ seeds: [UInt64]) -> [StealingStatement] {
    binary(seeds) + digits(seeds) + adultRace(seeds) + network(seeds)
  }

  private static func binary(_ seeds: [UInt64]) -> [StealingStatement] {
    func thefts(_ seeds: [UInt64]) -> StealingWork {
      { _ in
        seeds.flatMap { seed in
          VictimData.binary.map { ExtractionCell($0, attack: "equation", seed: seed) }
        }
      }
    }
    let source = StealingSource.tramer
    return [
      StealingStatement(
        row: 1, id: "binary-error", "d + 1 queries steal a binary logistic model without error",
        reference: Reference(.published, 0, source), unit: "share",
        judging: .by(
          Expectation(0...0, stronger: .lower, noEffect: 0.5),
          null: .constant(StealingMeasure.worst("r_test_constant", "r_unif_constant")),
          on: .worstRepetition),
        note:
          "The largest share of different labels on test or uniform rows over six data sets; the source says none.",
        work: thefts(seeds), measure: StealingMeasure.worst("r_test", "r_unif")),
      StealingStatement(
        row: 1, id: "binary-variation", "binary logistic: total variation below 1e-9",
        reference: Reference(.published, 1e-9, source), unit: "",
        judging: .by(
          Expectation(0...1e-9, stronger: .lower, noEffect: 0.1),
          null: .measured(
            "a copy that holds both classes for equally likely",
            StealingMeasure.worst("tv_test_flat", "tv_unif_flat")), on: .worstRepetition),
        note: "The largest over six data sets.",
        work: thefts(seeds), measure: StealingMeasure.worst("tv_test", "tv_unif")),
      StealingStatement(
        row: 1, id: "binary-queries", "binary logistic: one query for each of the d + 1 unknowns",
        reference: Reference(.published, 1, source), unit: "queries per unknown", judging: .byConstruction,
        work: thefts([seeds[0]]),
        measure: StatementMeasure.perSeed(["queries", "unknowns"]) { outcomes in
          outcomes.map { ($0.metrics["queries"] ?? .nan) / ($0.metrics["unknowns"] ?? .nan) }.max()
        }),
    ]
  }

  private static func digits(_ seeds: [UInt64]) -> [StealingStatement] {
    func thefts(_ attack: String, _ seeds: [UInt64]) -> StealingWork {
      { _ in seeds.map { ExtractionCell(.digits, attack: attack, seed: $0) } }
    }
    let table = "\(StealingSource.tramer), tables 1 and 7"
    let ours =
      "\(StealingSource.own): the logarithms of softmax probabilities are linear in the weights"
    let blind = Null.constant(StealingMeasure.worst("r_test_constant", "r_unif_constant"))
    let first = [seeds[0]]
    return [
      StealingStatement(
        row: 2, id: "digits-queries", "Amazon, softmax on Digits: 650 queries",
        reference: Reference(.published, 650, table), unit: "queries", judging: .byConstruction,
        note: "One query for each unknown.", work: thefts("equation", first),
        measure: StatementMeasure.metric("queries")),
      StealingStatement(
        row: 2, id: "digits-error", "Amazon, softmax on Digits: the copy agrees everywhere",
        reference: Reference(.published, 0, table), unit: "share",
        judging: .by(.printedAsNone(guess: 0.9), null: blind, on: .worstRepetition),
        work: thefts("equation", seeds), measure: StealingMeasure.worst("r_test", "r_unif")),
      StealingStatement(
        row: 2, id: "digits-time", "Amazon, softmax on Digits: 70 s at about 100 ms a query",
        reference: Reference(.published, 70, table), unit: "s", judging: .byConstruction,
        note:
          "Queries times the latency of 100 ms that the paper names (70 s for 650 queries are 108 ms each); 'bezoar serve "
          + "--latency 100ms' really waits.",
        work: thefts("equation", first),
        measure: StatementMeasure.each(["queries"]) { $0.metrics["queries"].map { $0 * 0.1 } }),
      StealingStatement(
        row: 3, id: "digits-log-ratio-queries", "softmax on Digits falls to d + 1 = 65 queries",
        reference: Reference(.ownAim, 65, ours), unit: "queries", judging: .byConstruction,
        note: "No publication of it is known to this project.", work: thefts("log-ratio", first),
        measure: StatementMeasure.metric("queries")),
      StealingStatement(
        row: 3, id: "digits-log-ratio-error",
        "softmax on Digits by 65 queries: the copy agrees everywhere",
        reference: Reference(.ownAim, 0, ours), unit: "share",
        judging: .by(Expectation(0...0, stronger: .lower, noEffect: 0.9), null: blind, on: .worstRepetition),
        work: thefts("log-ratio", seeds), measure: StealingMeasure.worst("r_test", "r_unif")),
      StealingStatement(
        row: 3, id: "digits-log-ratio-variation",
        "softmax on Digits by 65 queries: total variation at most 1e-12",
        reference: Reference(.ownAim, 1e-12, ours), unit: "",
        judging: .by(
          Expectation(0...1e-12, stronger: .lower, noEffect: 0.1),
          null: .measured(
            "a copy that holds all classes for equally likely", StealingMeasure.worst("tv_unif_flat")),
          on: .worstRepetition),
        work: thefts("log-ratio", seeds), measure: StealingMeasure.worst("tv_unif")),
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
        queries: one.queries, test: one.test, uniform: one.uniform,
        setting: one.queries == 265
          ? StealingSource.penalty : "penalty 1; the paper does not name its own, which more equations bear",
        isOurMethod: false, isJudged: one.queries == 530
      ) { _ in
        seeds.map {
          ExtractionCell(
            .adultRace, one.0, attack: "equation", settings: ["link=\(one.link)"], budget: one.queries,
            seed: $0)
        }
      }
    }
  }

  private static func network(_ all: [UInt64]) -> [StealingStatement] {
    // A theft takes long.
    let seeds = Array(all.prefix(3))
    let published = [
      (1112, 0.9817, 0.9432), (2225, 0.9868, 0.9723), (4450, 0.9989, 0.9982), (11_125, 0.9996, 0.9999),
    ]
    return published.flatMap { queries, test, uniform in
      agreement(
        row: 5, id: "adult-race-mlp-\(queries)", title: "network of 20 units on Adult-Race", queries: queries,
        test: test, uniform: uniform,
        setting: "the network is trained by Adam, the paper's by 1,000 passes of gradient descent",
        isOurMethod: true, isJudged: false
      ) { _ in
        seeds.map {
          ExtractionCell(
            .adultRace, .network(hidden: 20, activation: .tanh), attack: "mlp", settings: ["queryFactor=5"],
            budget: queries, seed: $0)
        }
      }
    }
  }

  /// Agreement on test and on uniform rows of table 4; an agreement printed as 100.00 % is said of all rows.
  ///
  /// - Parameter isJudged: whether the number hangs on nothing that differs: not on a penalty that the source does not name,
  ///   as where there are as many equations as unknowns, nor on how a network was trained.
  private static func agreement(
    row: Int, id: String, title: String, queries: Int, test: Double, uniform: Double, setting: String,
    isOurMethod: Bool, isJudged: Bool, work: @escaping StealingWork
  ) -> [StealingStatement] {
    [("test", "test rows", "r_test", test), ("uniform", "uniform rows", "r_unif", uniform)].map {
      part, words, metric, value in
      StealingStatement(
        row: row, id: "\(id)-\(part)",
        "\(title), \(queries) queries: \((100 * value).fixed(2)) % agreement on \(words)",
        reference: Reference(.published, value, "\(StealingSource.tramer), table 4"), unit: "share",
        judging: isJudged
          ? .by(
            .printedAgreement(value, guess: 0.2),
            null: .constant(StealingMeasure.complement(MetricKey("\(metric)_constant"))),
            on: value == 1 ? .worstRepetition : .interval) : .anotherSetting,
        setting: setting, isOurMethod: isOurMethod,
        note: isOurMethod
          ? "The attack is a quasi-Newton method on all rows; the paper's is stochastic. Three seeds at most."
          : nil,
        work: work, measure: StealingMeasure.complement(metric))
    }
  }
}
