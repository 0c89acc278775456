import Experiments
import Privacy

extension PrivacyStatements {
  /// Statements on audits of a faulty mechanism and of the right one.
  static func audits(_ seeds: [UInt64]) -> [PrivacyRow] {
    [0.5, 1, 2].flatMap { epsilon in
      let work: [PrivacyExperiment] = seeds.prefix(5).flatMap { seed in
        [.faultyRegression, .regression].map { .audit($0, epsilon: epsilon, seed: seed) }
      }
      func found(_ mechanism: AuditedMechanism) -> Measure {
        PrivacyMeasure.metric("epsilon_lower_bound", mechanism.rawValue, at: epsilon)
      }
      return [
        PrivacyRow(
          row: 23, id: "audit-faulty-\(epsilon)",
          "an audit finds the fault that takes the sensitivity for 0 at nominal epsilon \(epsilon)",
          reference: Reference(
            .ownReference, 4.9056,
            "the most that 500 trials a side can show, by the formula of Jagielski, Ullman, Oprea, NeurIPS 2020, in SciPy by "
              + "this project"),
          unit: "epsilon", judging: .byConstruction,
          setting: "the fault of diffprivlib (its issue 105) is made anew in this project's mechanism",
          note:
            "Outputs of the faulty mechanism do not overlap, so every audit of it ends at the ceiling. 500 trials a side "
            + "choose the test, 500 are counted. Neighbours differ by a row that is there or not.",
          work: work,
          measure: found(.faultyRegression)),
        PrivacyRow(
          row: 23, id: "audit-right-\(epsilon)",
          "the same audit stays below nominal epsilon \(epsilon) for the right mechanism",
          reference: Reference(.ownAim, epsilon, "aim of this project: no false alarm"), unit: "epsilon",
          judging: .by(
            Expectation(0...epsilon, stronger: .lower, noEffect: 4.9),
            null: .measured("the faulty mechanism", found(.faultyRegression))), work: work,
          measure: found(.regression)),
      ]
    }
  }

  /// Budgets of the published table of MemGuard.
  static let distortions = [0, 0.1, 0.3, 0.5, 0.7, 1]

  /// Statements on MemGuard.
  static func memGuard(_ seeds: [UInt64]) -> [PrivacyRow] {
    let paper = "Jia et al., MemGuard, CCS 2019"
    let source = "\(paper), description of its released code, on Location"
    let work = seeds.prefix(5).map { PrivacyExperiment.memGuard(seed: $0) }
    let other = "thirty synthetic classes in place of Location, which is not at hand"
    let logarithms =
      "The classifier sees logarithms of confidences, the stronger choice without noise, and is turned around where it "
      + "is mostly wrong."
    func at(_ budget: Double, _ name: MetricKey) -> Measure {
      StatementMeasure.metric(name, defence: "memguard-\(budget)")
    }
    let rise = PrivacyMeasure.rises(
      "attack_accuracy_logarithms", along: "budget", isFalling: true, most: 0.01, noEffect: 0.1)
    return [
      PrivacyRow(
        row: 24, id: "memguard-none", "without noise a classifier of members is right in 73 % of the cases",
        reference: Reference(.published, 0.73, source), unit: "share", judging: .anotherSetting,
        setting: other, note: logarithms, work: work, measure: at(0, "attack_accuracy_logarithms")),
      PrivacyRow(
        row: 24, id: "memguard-full", "at a budget of 1 it can only guess",
        reference: Reference(.published, 0.50, source), unit: "share", judging: .anotherSetting,
        setting: other, note: logarithms, work: work, measure: at(1, "attack_accuracy_logarithms")),
      PrivacyRow(
        row: 24, id: "memguard-turned",
        "at a budget of 1 a classifier of plain confidences that is turned around where it is wrong can only guess",
        reference: Reference(.ownAim, 0.53, "aim of this project: three percentage points over one half"),
        unit: "share",
        judging: .by(
          Expectation(0.45...0.53, stronger: .lower, noEffect: 0.6),
          null: .measured("no noise", at(0, "attack_accuracy"))),
        note: "The measure of \(paper), does not turn it around.", work: work,
        measure: at(1, "attack_accuracy")),
      PrivacyRow(
        row: 24, id: "memguard-falls", "more budget, less attack: largest rise of the mean",
        reference: Reference(
          .ownAim, 0.01,
          "aim of this project: no rise by more than a percentage point; the published table has none"),
        unit: "share", judging: rise.judging, note: logarithms, work: work,
        measure: rise.measure),
      PrivacyRow(
        row: 24, id: "memguard-averaging", "the mean of repeated answers says nothing new",
        reference: Reference(.published, nil, paper), unit: "probability", judging: .byConstruction,
        note: "The noise follows from the question and a key.", work: work, measure: at(1, "averaging_gain")),
      PrivacyRow(
        row: 24, id: "memguard-labels", "no class changes", reference: Reference(.published, nil, paper),
        unit: "answers", judging: .byConstruction, note: "Noise that would change the class is not given.",
        work: work, measure: at(1, "labels_changed")),
    ]
  }
}
