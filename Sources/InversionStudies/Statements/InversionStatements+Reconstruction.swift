import Experiments

extension InversionStatements {
  private static let balle =
    "Balle, Cherubin, Hayes, Reconstructing Training Data with Informed Adversaries, IEEE S&P 2022, section 4"
  private static let bertran =
    "Bertran et al., Reconstruction Attacks on Machine Unlearning, NeurIPS 2024, abstract"

  /// Statements on rows that can be read off parameters.
  @Sendable static func reconstruction(_ seeds: [UInt64]) -> [InversionStatement] {
    let informed = [(true, 100), (true, 3614), (false, 100), (false, 3614)].map { isLogistic, count in
      InversionStatement(
        row: 16, id: "informed-\(isLogistic ? "logistic" : "ridge")-\(count)",
        statement:
          "\(isLogistic ? "Logistic" : "Ridge") regression on \(count) patients: the unknown one is exact (relative error)",
        source: "\(balle) (no figure needed: the solution is closed)", published: 0, unit: "",
        expectation: Expectation(0...1e-8, stronger: .lower, noEffect: 1),
        work: seeds.map { InformedReconstruction(isLogistic: isLogistic, count: count, seed: $0) },
        measure: StatementMeasure.metric("relative_error"))
    }
    let deletions = seeds.map { DeletionReconstruction(seed: $0) }
    let updates = seeds.prefix(3).map { UpdateReconstruction(seed: $0) }
    return informed + [
      InversionStatement(
        row: 17, id: "deletion-cosine",
        statement: "Least squares before and after a deletion: the deleted patient (median cosine)",
        source: "\(bertran): nearly perfect", published: nil, unit: "cosine",
        expectation: Expectation(0.99...1, stronger: .higher, noEffect: 0.5),
        note: "20 deletions a seed from 3,619 patients; 1,200 other patients are public.",
        work: deletions, measure: StatementMeasure.metric("median_cosine")),
      InversionStatement(
        row: 17, id: "deletion-genotype", statement: "The same: VKORC1 of the deleted patient",
        source: bertran,
        published: nil, unit: "share", expectation: Expectation(0.95...1, stronger: .higher, noEffect: 0.36),
        work: deletions, measure: StatementMeasure.metric("genotype_right")),
      InversionStatement(
        row: 25, id: "update-labels",
        statement:
          "Softmax on digits before and after an update: shares of the digits in the batch of 40 (distance, "
          + "in units of that of a blind guess)",
        source: "Salem et al., Updates-Leak, USENIX Security 2020 (other models, no figure at hand)",
        published: nil,
        unit: "ratio", expectation: Expectation(0...0.9, stronger: .lower, noEffect: 1),
        note:
          "Total variation, 20 updates a seed; ridge regression learns from 60 updates of the attacker's own.",
        work: updates,
        measure: StatementMeasure.perSeed { outcomes in
          guard let metrics = outcomes.first?.metrics, let found = metrics["total_variation"],
            let guess = metrics["guess_total_variation"]
          else { return nil }
          return found / guess
        }),
    ]
  }
}
