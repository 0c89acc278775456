import Experiments
import Learning

extension StealingStatements {
  /// Statements on detectors and guards.
  static func defences(_ seeds: [UInt64]) -> [StealingStatement] {
    prada(seeds) + hoda(seeds) + dawn(seeds) + reverseSigmoid(seeds) + proofOfWork(seeds)
  }

  // MARK: Detectors

  private static func detected(
    _ data: [VictimData], _ detector: String, _ attacks: [String], _ seeds: [UInt64]
  ) -> StealingWork {
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
    let setting =
      "linear models of Digits, Adult and mushrooms; the abstract names no data, the paper's are pictures"
    let tables: [VictimData] = [.digits, .adultIncome, .mushrooms]
    let searching = ["jacobian", "retrain-line-search"]
    let released = detected(tables, "prada", searching + [DetectedThefts.uniform], seeds)
    let calibrated = detected(tables, "prada-calibrated", searching, seeds)
    let note =
      "Threshold of the released code; Jacobian augmentation, line search and uniform queries, 600 each, and 100 honest "
      + "streams on each data set. Honest rows of a table are less normal than uniform queries."
    return [
      StealingStatement(
        row: 22, id: "prada-detects", "PRADA detects all prior attacks",
        reference: Reference(.published, 1, source), unit: "share", judging: .anotherSetting,
        setting: setting, note: note, work: released, measure: StealingMeasure.mean("detection_rate")),
      StealingStatement(
        row: 22, id: "prada-false-alarms", "PRADA raises no false alarm",
        reference: Reference(.published, 0, source), unit: "share", judging: .anotherSetting,
        setting: setting,
        note: "Share of honest streams with an alarm. \(note)", work: released,
        measure: StealingMeasure.mean("false_alarm_rate")),
      StealingStatement(
        row: 22, id: "prada-calibrated-false-alarms",
        "PRADA calibrated on each data set alarms in at most 1 % of honest streams",
        reference: Reference(.ownAim, 0.01, StealingSource.own), unit: "share",
        judging: .by(
          Expectation(0...0.01, stronger: .lower, noEffect: 0.5),
          null: .measured(
            "a detector that takes honest users for thieves", StealingMeasure.mean("detection_rate"))),
        work: calibrated, measure: StealingMeasure.mean("false_alarm_rate")),
      StealingStatement(
        row: 22, id: "prada-calibrated-latest",
        "PRADA calibrated on each data set sees searching attacks within 300 queries",
        reference: Reference(.ownAim, 300, StealingSource.own), unit: "queries",
        judging: .by(
          Expectation(0...300, stronger: .lower, noEffect: 600),
          null: .measured(
            "honest streams in place of thefts; one without an alarm counts as 600",
            StealingMeasure.worst("latest_honest_alarm"))),
        note:
          "The latest first alarm over the three data sets; a failure where an attack is missed. Where half of the honest "
          + "streams alarm too, an alarm says nothing and counts as none.",
        work: calibrated, measure: latestAlarm),
    ]
  }

  /// The latest alarm over the data sets of a seed, and the last query where alarms tell thieves from nobody.
  private static let latestAlarm = StatementMeasure.perSeed(["latest_alarm", "false_alarm_rate"]) {
    outcomes in
    let latest = outcomes.map { $0.metrics["latest_alarm"] ?? .nan }
    guard latest.allSatisfy(\.isFinite), let alarms = StealingMeasure.average("false_alarm_rate", outcomes)
    else { return nil }
    return alarms < 0.5 ? latest.max() : 600
  }

  private static func hoda(_ seeds: [UInt64]) -> [StealingStatement] {
    let source =
      "HODA: Hardness-Oriented Detection of Model Extraction Attacks, submission to ICLR 2022, table 3"
    let setting = "a network of 32 units on Digits; the paper's are deep networks on CIFAR-10"
    let thefts: StealingWork = { _ in
      seeds.map {
        DetectedThefts(
          data: .digits, model: .network(hidden: 32, activation: .relu), detector: "hoda",
          attacks: ["jacobian", "retrain-line-search", "retrain-adaptive", DetectedThefts.uniform],
          budget: 600, seed: $0)
      }
    }
    return [
      StealingStatement(
        row: 23, id: "hoda-detects", "HODA detects all attacks by 100 queries",
        reference: Reference(.published, 1, source), unit: "share", judging: .anotherSetting,
        setting: setting, note: "Share of the attacks with an alarm at the hundredth query.", work: thefts,
        measure: StatementMeasure.metric("detected_by_100")),
      StealingStatement(
        row: 23, id: "hoda-false-alarms", "HODA raises .02 % of false alarms on 100 honest queries",
        reference: Reference(.published, 0.0002, source), unit: "share", judging: .anotherSetting,
        setting: setting,
        note:
          "Of 100 honest streams for each seed. None with an alarm would bound the rate at 3 %, not at .02 %.",
        work: thefts, measure: StatementMeasure.metric("false_alarms_by_100")),
    ]
  }

  // MARK: Guards

  private static func dawn(_ seeds: [UInt64]) -> [StealingStatement] {
    let source =
      "Szyller et al., DAWN: Dynamic Adversarial Watermarking of Neural Networks, ACM Multimedia 2021"
    func thefts(_ seeds: [UInt64]) -> StealingWork {
      { _ in
        seeds.map {
          WatermarkedTheft(
            data: .adultIncome, model: .network(hidden: 20, activation: .tanh), queries: 20_000, seed: $0)
        }
      }
    }
    let setting = "a network of 20 units on Adult; the paper's are deep networks on pictures"
    return [
      StealingStatement(
        row: 24, id: "dawn-rate", "DAWN changes .5 % of the answers",
        reference: Reference(.published, 0.005, "\(source), and its released code"), unit: "share",
        judging: .byConstruction, setting: setting, note: "The rate is a parameter.",
        work: thefts([seeds[0]]), measure: StatementMeasure.metric("mark_rate")),
      StealingStatement(
        row: 24, id: "dawn-proof", "DAWN proves a theft with more than 64 bits",
        reference: Reference(.published, 64, source), unit: "bits", judging: .byConstruction,
        setting: setting,
        note:
          "20,000 uniform queries; the copy is a tree that learned every answer by heart, so it gives every mark away.",
        work: thefts([seeds[0]]), measure: StatementMeasure.metric("evidence_bits_tree")),
      StealingStatement(
        row: 24, id: "dawn-proof-linear",
        "DAWN proves the theft by a copy too small to learn marks by heart",
        reference: Reference(.ownAim, 64, "\(StealingSource.own), not a claim of the paper"), unit: "bits",
        judging: .by(
          Expectation(64...1024, stronger: .higher, noEffect: 1),
          null: .measured(
            "the model itself, which bears no mark", StatementMeasure.metric("evidence_bits_unmarked"))),
        note:
          "A logistic regression of the same 20,000 answers. It carries no mark: the proof needs an overfitted copy.",
        work: thefts(seeds), measure: StatementMeasure.metric("evidence_bits_logistic")),
    ]
  }

  private static func reverseSigmoid(_ seeds: [UInt64]) -> [StealingStatement] {
    let source =
      "Lee et al., Defending Against Neural Network Model Stealing Attacks Using Deceptive Perturbations, "
      + "DLS 2019"
    func thefts(
      _ attack: String, _ settings: [String] = [], guarding: [String?] = ["reverse-sigmoid"]
    ) -> StealingWork {
      { _ in
        guarding.flatMap { guarding in
          seeds.map {
            GuardedTheft(
              data: .digits, guarding: guarding, attack: attack, settings: settings, budget: 6500, seed: $0)
          }
        }
      }
    }
    let naive = thefts("equation", ["queryFactor=10"])
    let labels = thefts("retrain-adaptive", guarding: ["reverse-sigmoid", nil])
    return [
      StealingStatement(
        row: 25, id: "reverse-sigmoid-flips", "reverse sigmoid changes no label",
        reference: Reference(.ownAim, 0, "\(StealingSource.own): a guard that keeps labels keeps them all"),
        unit: "share",
        judging: .by(
          Expectation(0...0, stronger: .lower, noEffect: 0.9),
          null: .measured(
            "γ = 1, where all ten classes get the same", StatementMeasure.metric("honest_label_flips_steep")),
          on: .worstRepetition),
        note: "β = 1, γ = .1, held-out rows. Settings that change labels are refused unless allowed.",
        work: naive, measure: StatementMeasure.metric("honest_label_flips")),
      StealingStatement(
        row: 25, id: "reverse-sigmoid-naive",
        "reverse sigmoid costs a copy at least 20 percentage points of accuracy",
        reference: Reference(.published, 0.2, source), unit: "share", judging: .anotherSetting,
        setting: "softmax on Digits; the paper's are deep networks on MNIST and CIFAR-10",
        note:
          "6,500 uniform queries, a thief who believes the probabilities. Accuracy of the model less that of the copy on "
          + "held-out rows. The source says “20 % accuracy loss”.",
        work: naive, measure: StatementMeasure.metric("accuracy_lost")),
      StealingStatement(
        row: 25, id: "reverse-sigmoid-labels",
        "reverse sigmoid costs a thief who takes labels alone 20 percentage points too",
        reference: Reference(
          .ownAim, 0.2, "\(StealingSource.own): a guard should hold against a thief who knows it"),
        unit: "share",
        judging: .by(
          Expectation(0.2...1, stronger: .higher, noEffect: 0.02),
          null: .measured("no guard", StatementMeasure.metric("accuracy_lost", defence: "none"))),
        note:
          "Adaptive retraining on the labels of 6,500 queries. Accuracy of the model less that of the copy on held-out "
          + "rows.",
        work: labels, measure: StatementMeasure.metric("accuracy_lost", defence: "reverse-sigmoid")),
    ]
  }

  private static func proofOfWork(_ seeds: [UInt64]) -> [StealingStatement] {
    let source =
      "Dziedzic et al., Increasing the Cost of Model Extraction with Calibrated Proof of Work, ICLR 2022, and the "
      + "description of its code"
    let thefts: StealingWork = { _ in seeds.map { PricedQueries(data: .digits, queries: 512, seed: $0) } }
    let note =
      "512 queries in requests of 64 rows. The factor is the time that the work adds, over a time for each row that is an "
      + "assumption; a table shows it for other times."
    return [(100, ""), (10, "-10ms")].flatMap { milliseconds, suffix in
      let setting =
        "Digits, \(milliseconds) ms a row without work, cost by the distance to honest queries; the paper's cost is that "
        + "of PATE"
      return [
        StealingStatement(
          row: 26, id: "work-honest\(suffix)", "proof of work: honest users wait at most twice as long",
          reference: Reference(.published, 2, source), unit: "times", judging: .anotherSetting,
          setting: setting, note: note, work: thefts,
          measure: StatementMeasure.metric(PricedQueries.factor("honest", milliseconds))),
        StealingStatement(
          row: 26, id: "work-thief\(suffix)",
          "proof of work: thieves wait up to a hundred times as long",
          reference: Reference(.published, 100, source), unit: "times", judging: .anotherSetting,
          setting: setting, note: note, work: thefts,
          measure: StatementMeasure.metric(PricedQueries.factor("thief", milliseconds))),
      ]
    }
  }
}
