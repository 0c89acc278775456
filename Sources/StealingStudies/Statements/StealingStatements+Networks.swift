import Experiments
import Learning
import Reporting

extension StealingStatements {
  /// Statements on what a theft shows besides the function: training rows and inner widths.
  static func leaks(_ seeds: [UInt64]) -> [StealingStatement] {
    let kernel: @Sendable (ExtractionStudy) async throws -> [any ReproducibleTheft] = { _ in
      seeds.map {
        ExtractionCell(.digits, .kernel(representers: 20), attack: "kernel", budget: 5000, seed: $0)
      }
    }
    let representers = StealingStatement(
      row: 18, id: "kernel-representers",
      statement: "kernel logistic regression: 5,000 queries give rows close to its training data",
      source: "\(StealingSource.tramer), section 4.1.3 and figure 2", published: nil, unit: "times chance",
      expectation: Expectation(0...0.9, stronger: .lower, noEffect: 1),
      note:
        "Mean distance of matched representers over that of rows drawn at random; the paper shows pictures.",
      work: kernel,
      measure: StatementMeasure.each { outcome in
        outcome.metrics["representer_l1"].flatMap { found in
          outcome.metrics["representer_l1_by_chance"].map { found / $0 }
        }
      })
    return [representers] + singularValues(seeds)
  }

  private static func singularValues(_ seeds: [UInt64]) -> [StealingStatement] {
    let source =
      "Carlini et al., Stealing Part of a Production Language Model, ICML 2024, on a small classifier"
    return [4, 6, 8].flatMap { hidden -> [StealingStatement] in
      func thefts(_ decimals: Int?) -> @Sendable (ExtractionStudy) async throws -> [any ReproducibleTheft] {
        { _ in
          seeds.map {
            ExtractionCell(
              .digits, .network(hidden: hidden, activation: .tanh), attack: "svd", decimals: decimals,
              seed: $0)
          }
        }
      }
      return [
        StealingStatement(
          row: 20, id: "svd-width-\(hidden)",
          statement: "singular values show that the last hidden layer has \(hidden) units", source: source,
          published: nil, unit: "units",
          expectation: Expectation(Double(hidden)...Double(hidden), stronger: .higher),
          note: "Digits has ten classes, so widths up to eight show.", work: thefts(nil),
          measure: StatementMeasure.metric("hidden_width")),
        StealingStatement(
          row: 20, id: "svd-layer-\(hidden)",
          statement: "logits give the last layer of \(hidden) units up to a linear map",
          source: source, published: 1e-4, unit: "root mean square",
          expectation: Expectation(0...1e-6, stronger: .lower), work: thefts(nil),
          measure: StatementMeasure.metric("layer_rms")),
        StealingStatement(
          row: 20, id: "svd-rounded-\(hidden)", statement: "four decimals hide the width of \(hidden) units",
          source: source,
          published: nil, unit: "share found", expectation: Expectation(0...0, stronger: .lower),
          note:
            "One where rounding at 1e-4 is below the smallest singular value of the layer, as for narrow layers.",
          work: thefts(4),
          measure: StatementMeasure.each { $0.metrics["hidden_width"] == Double(hidden) ? 1 : 0 }),
      ]
    }
  }
}
