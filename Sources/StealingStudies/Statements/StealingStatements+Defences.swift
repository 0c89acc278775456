import Experiments
import Learning

extension StealingStatements {
  /// Statements on detectors and guards.
  static func defences(_ seeds: [UInt64]) -> [StealingStatement] {
    prada(seeds) + [hoda(seeds)] + dawn(seeds) + reverseSigmoid(seeds) + proofOfWork(seeds)
  }

  private typealias Thefts = @Sendable (ExtractionStudy) async throws -> [any ReproducibleTheft]

  private static func detected(
    _ data: [VictimData], _ detector: String, _ attacks: [String], _ seeds: [UInt64]
  ) -> Thefts {
    { _ in
      data.flatMap { data in
        seeds.map {
          DetectedThefts(
            data: data, model: .linear(data), detector: detector, attacks: attacks, budget: 600, seed: $0)
        }
      }
    }
  }

  private static func prada(_ seeds: [UInt64]) -> [StealingStatement] {
    let source = "Juuti et al., PRADA: Protecting against DNN Model Stealing Attacks, EuroS&P 2019, abstract"
    let tables: [VictimData] = [.digits, .adultIncome, .mushrooms]
    let searching = ["jacobian", "retrain-line-search"]
    let released = detected(tables, "prada", searching + [DetectedThefts.uniform], seeds)
    let calibrated = detected(tables, "prada-calibrated", searching, seeds)
    let note =
      "Digits, Adult and mushrooms; Jacobian augmentation, line search and uniform queries, 600 each, and 100 "
      + "honest streams. Theirs are pictures; honest rows of a table are less normal than uniform queries."
    return [
      StealingStatement(
        row: 22, id: "prada-detects", statement: "PRADA detects all prior attacks", source: source,
        published: 1, unit: "share", expectation: Expectation(1...1, stronger: .higher, noEffect: 0),
        note: "The threshold of the released code. \(note)", work: released,
        measure: StealingMeasure.mean("detection_rate")),
      StealingStatement(
        row: 22, id: "prada-false-alarms", statement: "PRADA raises no false alarm", source: source,
        published: 0, unit: "share", expectation: Expectation(0...0.01, stronger: .lower, noEffect: 1),
        note: "Share of honest streams with an alarm, threshold of the released code. \(note)",
        work: released, measure: StealingMeasure.mean("false_alarm_rate")),
      StealingStatement(
        row: 22, id: "prada-calibrated-false-alarms",
        statement: "PRADA calibrated on each data set alarms in at most 1 % of honest streams",
        source: "aim of this program", published: nil, unit: "share",
        expectation: Expectation(0...0.02, stronger: .lower, noEffect: 1),
        work: calibrated, measure: StealingMeasure.mean("false_alarm_rate")),
      StealingStatement(
        row: 22, id: "prada-calibrated-latest",
        statement: "PRADA calibrated on each data set sees searching attacks within 300 queries",
        source: "aim of this program", published: nil, unit: "queries",
        expectation: Expectation(0...300, stronger: .lower),
        note: "The latest first alarm over the three data sets; no number where an attack is missed.",
        work: calibrated,
        measure: StatementMeasure.perSeed { outcomes in
          let alarms = outcomes.compactMap { $0.metrics["latest_alarm"] }
          return alarms.count == outcomes.count ? alarms.max() : nil
        }),
    ]
  }

  private static func hoda(_ seeds: [UInt64]) -> StealingStatement {
    StealingStatement(
      row: 23, id: "hoda-detects",
      statement: "HODA detects all attacks from 100 queries with .02 % false alarms",
      source:
        "HODA: Hardness-Oriented Detection of Model Extraction Attacks, submission to ICLR 2022, table 3",
      published: 1, unit: "share", expectation: Expectation(0.95...1, stronger: .higher, noEffect: 0),
      note:
        "A network on digits; detected streams less false alarms (counted ten times), so that alarms at all times would "
        + "count as nothing.",
      work: { _ in
        seeds.map {
          DetectedThefts(
            data: .digits, model: .network(hidden: 32, activation: .relu), detector: "hoda",
            attacks: ["jacobian", "retrain-line-search", "retrain-adaptive", DetectedThefts.uniform],
            budget: 600, seed: $0)
        }
      },
      measure: StatementMeasure.each { outcome in
        outcome.metrics["detection_rate"].flatMap { detected in
          outcome.metrics["false_alarm_rate"].map { detected - 10 * $0 }
        }
      })
  }

  private static func dawn(_ seeds: [UInt64]) -> [StealingStatement] {
    let source =
      "Szyller et al., DAWN: Dynamic Adversarial Watermarking of Neural Networks, ACM Multimedia 2021"
    let thefts: Thefts = { _ in
      seeds.map {
        WatermarkedTheft(
          data: .adultIncome, model: .network(hidden: 20, activation: .tanh), queries: 20_000, seed: $0)
      }
    }
    return [
      StealingStatement(
        row: 24, id: "dawn-rate", statement: "DAWN changes .5 % of the answers", source: source,
        published: 0.005, unit: "share",
        expectation: Expectation(0.004...0.006, stronger: .lower, noEffect: 0), work: thefts,
        measure: StatementMeasure.metric("mark_rate")),
      StealingStatement(
        row: 24, id: "dawn-proof", statement: "DAWN proves a theft with more than 64 bits", source: source,
        published: 64, unit: "bits", expectation: Expectation(64...128, stronger: .higher, noEffect: 0),
        note:
          "A network on Adult, 20,000 uniform queries; the copy is a tree that learned every answer by heart.",
        work: thefts, measure: StatementMeasure.metric("evidence_bits_tree")),
      StealingStatement(
        row: 24, id: "dawn-proof-linear",
        statement: "DAWN proves the theft by a copy too small to learn marks by heart",
        source: "claim of this program's own test, not of the paper", published: nil, unit: "bits",
        expectation: Expectation(64...128, stronger: .higher, noEffect: 0),
        note:
          "A logistic regression of the same answers carries no mark: the proof needs an overfitted copy.",
        work: thefts, measure: StatementMeasure.metric("evidence_bits_logistic")),
    ]
  }

  private static func reverseSigmoid(_ seeds: [UInt64]) -> [StealingStatement] {
    let source =
      "Lee et al., Defending Against Neural Network Model Stealing Attacks Using Deceptive Perturbations, "
      + "DLS 2019"
    func theft(_ guarding: String?, _ attack: String, _ settings: [String]) -> Thefts {
      { _ in
        seeds.map {
          GuardedTheft(
            data: .digits, guarding: guarding, attack: attack, settings: settings, budget: 6500, seed: $0)
        }
      }
    }
    let naive = theft("reverse-sigmoid", "equation", ["queryFactor=10"])
    let labels = theft("reverse-sigmoid", "retrain-adaptive", [])
    return [
      StealingStatement(
        row: 25, id: "reverse-sigmoid-flips", statement: "reverse sigmoid changes no label", source: source,
        published: 0, unit: "share", expectation: Expectation(0...0, stronger: .lower, noEffect: 1),
        note: "β = 1, γ = .1. Settings that change labels are refused unless allowed.", work: naive,
        measure: StatementMeasure.metric("honest_label_flips")),
      StealingStatement(
        row: 25, id: "reverse-sigmoid-naive",
        statement: "reverse sigmoid costs a copy at least 20 % of its accuracy", source: source,
        published: 0.2, unit: "share", expectation: Expectation(0.15...0.3, stronger: .higher, noEffect: 0),
        note:
          "Softmax on digits, 6,500 uniform queries, a thief who believes the probabilities; labels that differ.",
        work: naive,
        measure: StealingMeasure.complement("fidelity_uniform")),
      StealingStatement(
        row: 25, id: "reverse-sigmoid-labels",
        statement: "reverse sigmoid costs a thief who takes labels alone as much",
        source: "question of this program, not of the paper", published: nil, unit: "share",
        expectation: Expectation(0.15...0.3, stronger: .higher, noEffect: 0),
        note: "Adaptive retraining on the labels of 6,500 queries.", work: labels,
        measure: StealingMeasure.complement("fidelity_uniform")),
    ]
  }

  private static func proofOfWork(_ seeds: [UInt64]) -> [StealingStatement] {
    let source =
      "Dziedzic et al., Increasing the Cost of Model Extraction with Calibrated Proof of Work, ICLR 2022, and the "
      + "description of its code"
    let thefts: Thefts = { _ in seeds.map { PricedQueries(data: .digits, queries: 512, seed: $0) } }
    let note = "Digits, 512 queries in requests of 64 rows that take 6.4 s without work."
    return [
      StealingStatement(
        row: 26, id: "work-honest", statement: "proof of work: honest users wait at most twice as long",
        source: source, published: 2, unit: "times", expectation: Expectation(1...2, stronger: .lower),
        note: note, work: thefts, measure: StatementMeasure.metric("honest_factor")),
      StealingStatement(
        row: 26, id: "work-thief", statement: "proof of work: thieves wait up to a hundred times as long",
        source: source, published: 100, unit: "times",
        expectation: Expectation(10...100, stronger: .higher, noEffect: 1), note: note, work: thefts,
        measure: StatementMeasure.metric("thief_factor")),
    ]
  }
}
