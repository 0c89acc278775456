import Experiments

extension InversionStatements {
  private static let balle =
    "Balle, Cherubin, Hayes, Reconstructing Training Data with Informed Adversaries, IEEE S&P 2022"
  private static let bertran =
    "Bertran et al., Reconstruction Attacks on Machine Unlearning, NeurIPS 2024"

  /// Statements on rows that can be read off parameters.
  @Sendable static func reconstruction(_ seeds: [UInt64]) -> [InversionStatement] {
    informed(seeds) + deleted(seeds) + updated(seeds)
  }

  /// Row 16: the one unknown row.
  private static func informed(_ seeds: [UInt64]) -> [InversionStatement] {
    [(true, 100), (true, 3614), (false, 100), (false, 3614)].map { isLogistic, count in
      InversionStatement(
        row: 16, id: "informed-\(isLogistic ? "logistic" : "ridge")-\(count)",
        "\(isLogistic ? "Logistic" : "Ridge") regression on \(count) patients: the unknown one is exact (relative error)",
        reference: Reference(.ownAim, 1e-8, "aim of this project: exact but for rounding"), unit: "",
        judging: .by(
          Expectation(0...1e-8, stronger: .lower, noEffect: 0.1),
          null: .measured(
            "the mean of the known patients", StatementMeasure.metric("relative_error_of_mean")),
          on: .worstRepetition),
        note:
          "\(balle), show that the solution is closed; they print no number for it. In NumPy the errors were 5e-15 to 2e-12.",
        work: seeds.map { InformedReconstruction(isLogistic: isLogistic, count: count, seed: $0) },
        measure: StatementMeasure.metric("relative_error"))
    }
  }

  /// Row 17: a patient who was deleted.
  private static func deleted(_ seeds: [UInt64]) -> [InversionStatement] {
    let work = seeds.map { DeletionReconstruction(seed: $0) }
    let note =
      "20 deletions a seed from 3,619 patients; 1,200 other patients are public. \(bertran), call the attack nearly "
      + "perfect on other data."
    return [
      InversionStatement(
        row: 17, id: "deletion-cosine",
        "Least squares before and after a deletion: the deleted patient (median cosine)",
        reference: Reference(.ownAim, 0.99, "aim of this project: nearly perfect is read as .99"),
        unit: "cosine",
        judging: .by(
          Expectation(0.99...1, stronger: .higher, noEffect: 0.5),
          null: .measured("the mean of the public patients", StatementMeasure.metric("median_cosine_of_mean"))
        ),
        note: "\(note) NumPy has .997 on 200 deletions.",
        work: work, measure: StatementMeasure.metric("median_cosine")),
      InversionStatement(
        row: 17, id: "deletion-genotype", "The same: VKORC1 of the deleted patient",
        reference: Reference(
          .ownAim, 0.95, "aim of this project: one wrong genotype among the 20 of a seed"), unit: "share",
        judging: .by(
          Expectation(0.95...1, stronger: .higher, noEffect: 0.38),
          null: .measured(
            "the most frequent genotype of the public patients",
            StatementMeasure.metric("mode_genotype_right"))),
        note: "\(note) NumPy has 200 of 200.",
        work: work, measure: StatementMeasure.metric("genotype_right")),
    ]
  }

  /// Row 25: the classes of an update.
  private static func updated(_ seeds: [UInt64]) -> [InversionStatement] {
    [
      InversionStatement(
        row: 25, id: "update-labels",
        "Softmax on digits before and after an update: shares of the digits in the batch of 40 (distance, "
          + "in units of that of a blind guess)",
        reference: Reference(.ownAim, 0.9, "aim of this project: a tenth better than a blind guess"),
        unit: "ratio",
        judging: .by(
          Expectation(0...0.9, stronger: .lower, noEffect: 1),
          null: .measured("the answers of another batch", overGuess("other_batch_total_variation"))),
        note:
          "Total variation, 20 updates a seed; ridge regression learns from 60 updates of the attacker's own. The "
          + "question is that of Salem et al., Updates-Leak, USENIX Security 2020, on images and other models.",
        work: seeds.prefix(5).map { UpdateReconstruction(seed: $0) },
        measure: overGuess("total_variation"))
    ]
  }

  /// A distance over that of a blind guess.
  private static func overGuess(_ metric: MetricKey) -> Measure {
    StatementMeasure.each([metric, "guess_total_variation"]) { outcome in
      outcome.metrics[metric].flatMap { found in
        outcome.metrics["guess_total_variation"].map { found / $0 }
      }
    }
  }
}
