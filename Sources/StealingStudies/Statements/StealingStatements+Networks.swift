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
      reference: Reference(.published, nil, "\(StealingSource.tramer), section 4.1.3 and figure 2"),
      unit: "times chance",
      judging: .by(
        Expectation(0...1.0.nextDown, stronger: .lower, noEffect: 1),
        null: .value(1, "rows drawn at random")),
      note:
        "Mean distance of matched representers over that of rows drawn at random; the paper shows pictures and no "
        + "number, so any closeness counts.",
      work: kernel,
      measure: StatementMeasure.each { outcome in
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
    return [4, 6, 8].flatMap { hidden -> [StealingStatement] in
      func thefts(_ decimals: Int?) -> StealingWork {
        { _ in
          seeds.map {
            ExtractionCell(
              .digits, .network(hidden: hidden, activation: .tanh), attack: "svd", decimals: decimals,
              seed: $0)
          }
        }
      }
      let width = Double(hidden)
      return [
        StealingStatement(
          row: 20, id: "svd-width-\(hidden)",
          "singular values show that the last hidden layer has \(hidden) units",
          reference: Reference(.ownAim, width, aim), unit: "units",
          judging: .by(
            Expectation(width...width, contradictedBy: 2), null: .value(9, "the rank of ten classes"),
            on: .worstRepetition),
          note: "Digits has ten classes, so widths up to eight show. Too wide is as wrong as too narrow.",
          work: thefts(nil), measure: StatementMeasure.metric("hidden_width")),
        StealingStatement(
          row: 20, id: "svd-layer-\(hidden)",
          "probabilities give the last layer of \(hidden) units up to a linear map",
          reference: Reference(.ownAim, 1e-6, aim), unit: "root mean square",
          judging: .by(
            Expectation(0...1e-6, stronger: .lower, noEffect: 0.01),
            null: .measured(
              "a layer of normal numbers", StatementMeasure.metric("layer_rms_by_chance"))),
          work: thefts(nil), measure: StatementMeasure.metric("layer_rms")),
        StealingStatement(
          row: 20, id: "svd-rounded-\(hidden)", "four decimals hide the width of \(hidden) units",
          reference: Reference(
            .peerRun, 0,
            "networks of scikit-learn 1.9.1, run by this project, whose singular values with four decimals show no drop"
          ),
          unit: "share found",
          judging: .by(
            Expectation(0...0, stronger: .lower, noEffect: 1),
            null: .value(1, "answers with all decimals"), on: .worstRepetition),
          note:
            "One where the singular values show a drop, be the width that it tells right or wrong. They do where rounding at "
            + "1e-4 is below the smallest singular value of the layer, as for narrow layers.",
          work: thefts(4), measure: StatementMeasure.metric("hidden_width_found")),
      ]
    }
  }
}
