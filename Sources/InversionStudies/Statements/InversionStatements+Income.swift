import Experiments

extension InversionStatements {
  /// Rows 12 and 13: who is married?
  @Sendable static func income(_ seeds: [UInt64]) -> [InversionStatement] {
    let used = seeds.prefix(5)
    let network = used.map { IncomeInversion(model: .network, seed: $0) }
    let logistic = used.map { IncomeInversion(model: .logistic, seed: $0) }
    // Share of the married among the people of this copy.
    let married = 0.467
    let figures: [(String, String, published: Double, among: Double, rule: Double, guess: Double)] = [
      ("precision", "member_precision", 0.862, 8100, 0.854, married),
      ("recall", "member_recall", 0.44, 16_500, 0.455, 0),
      ("accuracy", "member_accuracy", 0.699, 35_222, 0.709, 1 - married),
    ]
    return figures.flatMap { words, metric, published, among, rule, guess in
      let null: Null =
        words == "recall"
        ? .value(0, "nobody is named")
        : .value(guess, words == "precision" ? "everybody is named" : "nobody is named")
      return [
        InversionStatement(
          row: 12, id: "adult-csmia-\(words)", "CSMIA on Adult finds the married: \(words)",
          reference: Reference(
            .digitised, published,
            "Mehnaz et al., Are Your Sensitive Attributes Private?, USENIX Security 2022, bar chart"),
          unit: "share",
          judging: .by(
            .about(
              published, tolerance: 0.005 + InversionSource.sampling(published, among: among),
              noEffect: guess), null: null),
          setting: "30,162 complete rows of another copy of the data; the source has 35,222",
          note:
            "The range is the reading of the chart (half a point) and what chance gives a share of so many people "
            + "(95 %).",
          work: network, measure: StatementMeasure.metric(metric, attack: "csmia")),
        InversionStatement(
          row: 12, id: "adult-rule-\(words)", "The rule “married if rich”: \(words), without a model",
          reference: Reference(.ownReference, rule, "the rule on the same rows in pandas"), unit: "share",
          judging: .by(.about(rule, tolerance: 0.005, noEffect: guess), null: null),
          note: "Beside CSMIA. The range is that of three quarters of the rows, rounded up.",
          work: network, measure: StatementMeasure.metric(metric, attack: "income rule")),
      ]
    } + [
      InversionStatement(
        row: 13, id: "adult-imputation",
        "Imputation with a tenth of the data knows more of the married than CSMIA (difference of MCC)",
        reference: Reference(
          .ownReference, 0.058,
          "\(InversionSource.ownRun): .499 against .441 on the 35,222 rows of Mehnaz et al."),
        unit: "MCC",
        judging: .by(
          Expectation(Double.leastNonzeroMagnitude...0.116, stronger: .higher, noEffect: 0),
          null: .measured("imputation that learned nothing", difference(between: nil, and: "csmia"))),
        note:
          "Any difference above none, as the reference is of other rows. The question is that of Jayaraman and Evans, Are "
          + "Attribute Inference Attacks Just Imputation?, CCS 2022, on other data. Mean of a logistic model and a network.",
        work: logistic + network,
        measure: difference(between: "imputation with response", and: "csmia"))
    ]
  }

  /// The mean correlation on others of one guess, less that of an attack on the same models; a guess that is nil knows
  /// nothing.
  private static func difference(
    between guess: String?, and attack: String
  ) -> @Sendable ([Outcome]) -> [Double] {
    StatementMeasure.perSeed { outcomes in
      func mean(_ name: String) -> Double? {
        let values = outcomes.matching(attack: name).map { $0.metrics["other_mcc"] ?? .nan }
        return values.count == 2 ? (values[0] + values[1]) / 2 : nil
      }
      guard let other = mean(attack) else { return nil }
      guard let guess else { return -other }
      return mean(guess).map { $0 - other }
    }
  }
}
