import Experiments
import Reporting

extension InversionStatements {
  /// Rows 12 and 13: who is married?
  @Sendable static func income(_ seeds: [UInt64]) -> [InversionStatement] {
    let used = seeds.prefix(5)
    let network = used.map { IncomeInversion(model: .network, seed: $0) }
    let logistic = used.map { IncomeInversion(model: .logistic, seed: $0) }
    let csmia = StatementMeasure.Cells(attack: "csmia")
    // Share of the married among the people of this copy.
    let married = 0.467
    let figures: [(String, MetricKey, published: Double, rule: Double, guess: Double)] = [
      ("precision", "member_precision", 0.862, 0.854, married),
      ("recall", "member_recall", 0.44, 0.455, 0),
      ("accuracy", "member_accuracy", 0.699, 0.709, 1 - married),
    ]
    return figures.flatMap { words, metric, published, rule, guess in
      let null: Null =
        words == "precision"
        ? .measured("everybody is named", StatementMeasure.metric("member_share", attack: "income rule"))
        : .measured("the most frequent answer", StatementMeasure.metric(metric, attack: "mode"))
      return [
        InversionStatement(
          row: 12, id: "adult-csmia-\(words)", "CSMIA on Adult finds the married: \(words)",
          reference: Reference(
            .digitised, published,
            "Mehnaz et al., Are Your Sensitive Attributes Private?, USENIX Security 2022, bar chart"),
          unit: "share", judging: .anotherSetting,
          setting: "30,162 complete rows of another copy of the data; the source has 35,222",
          note:
            "The rule “married if rich”, which needs no model, has \(rule.percent(1)) on these rows, so the number says "
            + "little of the attack.",
          work: network, measure: StatementMeasure.metric(metric, attack: "csmia")),
        InversionStatement(
          row: 12, id: "adult-rule-\(words)", "The rule “married if rich”: \(words), without a model",
          reference: Reference(.ownReference, rule, "the rule on the same rows in pandas"), unit: "share",
          judging: .by(.around(rule, .people(22_622), noEffect: guess), null: null),
          note: "Beside CSMIA, on three quarters of the 30,162 rows.",
          work: network, measure: StatementMeasure.metric(metric, attack: "income rule")),
      ]
    } + [
      InversionStatement(
        row: 13, id: "adult-imputation",
        "Imputation with a tenth of the data knows more of the married than CSMIA (difference of MCC)",
        reference: Reference(.ownAim, nil, "aim of this project: any more"),
        unit: "MCC",
        judging: .by(
          Expectation(Double.leastNonzeroMagnitude...1, stronger: .higher, noEffect: 0),
          null: .measured(
            "imputation that learned nothing",
            StatementMeasure.paired("other_mcc", [csmia]) { -$0[0] })),
        note:
          "scikit-learn has .499 against .441 on the 35,222 rows of Mehnaz et al. The question is that of Jayaraman and "
          + "Evans, Are Attribute Inference Attacks Just Imputation?, CCS 2022, on other data. Mean of a logistic model and a "
          + "network.",
        work: logistic + network,
        measure: StatementMeasure.difference(
          "other_mcc", .init(attack: "imputation with response"), less: csmia))
    ]
  }
}
