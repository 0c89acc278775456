import Experiments
import Learning
import Reporting

extension StealingStatements {
  /// Statements on what a theft shows besides the function: training rows and inner widths.
  static func leaks(_ seeds: [UInt64]) -> [StealingStatement] {
    let kernel: StealingWork = { _ in
      seeds.map {
        ExtractionCell(.digits, .kernel(representers: 20), attack: "kernel", budget: 5000, seed: $0)
      }
    }
    let representers = StealingStatement(
      row: 18, id: "kernel-representers",
      "kernel logistic regression: 5,000 queries give rows close to its training data",
      reference: Reference(.published, nil, "\(StealingSource.tramer)"),
      unit: "times chance",
      judging: .by(
        Expectation(0...1.0.nextDown, stronger: .lower, noEffect: 1),
        null: .measured(
          "rows drawn at random in place of those found, over them",
          StatementMeasure.each(["representer_l1", "representer_l1_by_chance"]) { outcome in
            outcome.metrics["representer_l1_by_chance"].flatMap { chance in
              outcome.metrics["representer_l1"].map { chance / $0 }
            }
          })),
      note:
        "Mean distance of matched representers over that of rows drawn at random; the paper shows pictures and no "
        + "number, so any closeness counts.",
      work: kernel,
      measure: StatementMeasure.each(["representer_l1", "representer_l1_by_chance"]) { outcome in
        outcome.metrics["representer_l1"].flatMap { found in
          outcome.metrics["representer_l1_by_chance"].map { found / $0 }
        }
      })
    return [representers] + singularValues(seeds)
  }

  private static func singularValues(_ seeds: [UInt64]) -> [StealingStatement] {
    let aim =
      "\(StealingSource.own), after Carlini et al., Stealing Part of a Production Language Model, ICML 2024, who steal "
      + "language models"
    @Sendable func model(_ hidden: Int) -> VictimModel { .network(hidden: hidden, activation: .tanh) }
    @Sendable func thefts(_ hidden: Int, decimals: Int? = nil) -> [any ReproducibleTheft] {
      seeds.map { ExtractionCell(.digits, model(hidden), attack: "svd", decimals: decimals, seed: $0) }
    }
    return [(4, 6), (6, 8), (8, 4)].flatMap { hidden, other -> [StealingStatement] in
      let width = Double(hidden)
      func found(_ metric: MetricKey, _ hidden: Int, defence: String = "none")
        -> Measure
      {
        StatementMeasure.metric(metric, model: model(hidden).id, defence: defence)
      }
      return [
        StealingStatement(
          row: 20, id: "svd-width-\(hidden)",
          "singular values show that the last hidden layer has \(hidden) units",
          reference: Reference(.ownAim, width, aim), unit: "units",
          judging: .by(
            Expectation(width...width, contradictedBy: 2),
            null: .measured("a network of \(other) units", found("hidden_width", other)),
            on: .worstRepetition),
          note: "Digits has ten classes, so widths up to eight show. Too wide is as wrong as too narrow.",
          work: { _ in thefts(hidden) + thefts(other) }, measure: found("hidden_width", hidden)),
        StealingStatement(
          row: 20, id: "svd-layer-\(hidden)",
          "probabilities give the last layer of \(hidden) units up to a linear map",
          reference: Reference(.ownAim, 1e-6, aim), unit: "root mean square",
          judging: .by(
            Expectation(0...1e-6, stronger: .lower, noEffect: 0.01),
            null: .measured(
              "a layer of normal numbers", StatementMeasure.metric("layer_rms_by_chance"))),
          work: { _ in thefts(hidden) }, measure: StatementMeasure.metric("layer_rms")),
        StealingStatement(
          row: 20, id: "svd-rounded-\(hidden)", "four decimals hide the width of \(hidden) units",
          reference: Reference(
            .peerRun, 0,
            "networks of scikit-learn 1.9.1, run by this project, whose singular values with four decimals show no drop"
          ),
          unit: "share found",
          judging: .by(
            Expectation(0...0, stronger: .lower, noEffect: 1),
            null: .measured("answers with all decimals", found("hidden_width_found", hidden)),
            on: .worstRepetition),
          note:
            "One where the singular values show a drop, be the width that it tells right or wrong. They do where rounding at "
            + "1e-4 is below the smallest singular value of the layer, as for narrow layers.",
          work: { _ in thefts(hidden, decimals: 4) + thefts(hidden) },
          measure: found("hidden_width_found", hidden, defence: "rounding-4")),
      ]
    }
  }
}
