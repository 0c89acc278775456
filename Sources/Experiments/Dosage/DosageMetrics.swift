import Learning
import Poisoning

/// How the doses of patients change when the model behind them was poisoned.
///
/// Everything is computed on patients that neither the victim nor the attacker has seen. The change of a dose
/// is relative to the dose that the clean model gives the same patient: `|d − d_clean| / d_clean`, in mg per
/// week. Its mean is reported and never a headline, because it explodes where a clean dose is close to zero.
struct DosageMetrics {
  /// Named values in the order in which they are written.
  private(set) var values: [(name: String, value: Double?)] = []

  init(cohort: DosageCohort, test: RegressionData, clean: LinearModel, model: LinearModel) {
    let truth = cohort.doses(test.target)
    let before = cohort.doses(clean.predict(test.features))
    let after = cohort.doses(model.predict(test.features))
    let cleanError = clean.meanSquaredError(on: test)
    let error = model.meanSquaredError(on: test)
    let changes = zip(before, after).map { abs($1 - $0) / max(abs($0), 1e-9) }
    let sorted = changes.sorted()
    let absolute = zip(before, after).map { abs($1 - $0) }.sorted()
    values = [
      ("clean_test_mse", cleanError), ("test_mse", error), ("mse_ratio", error / cleanError),
      ("clean_mae_mg", meanAbsolute(before, truth)), ("mae_mg", meanAbsolute(after, truth)),
      ("dose_change_q10", quantile(sorted, 0.10)), ("dose_change_q25", quantile(sorted, 0.25)),
      ("dose_change_median", quantile(sorted, 0.50)), ("dose_change_q75", quantile(sorted, 0.75)),
      ("dose_change_q90", quantile(sorted, 0.90)), ("dose_change_mean", mean(changes)),
      ("dose_change_median_mg", quantile(absolute, 0.50)),
      ("share_changed_10", share(changes) { $0 > 0.10 }), ("share_changed_20", share(changes) { $0 > 0.20 }),
      ("share_changed_50", share(changes) { $0 > 0.50 }),
      ("clean_within_20", within20(before, truth)), ("within_20", within20(after, truth)),
      ("clean_overdosed", share(zip(before, truth).map { $0 / $1 }) { $0 > 1.2 }),
      ("overdosed", share(zip(after, truth).map { $0 / $1 }) { $0 > 1.2 }),
      ("clean_underdosed", share(zip(before, truth).map { $0 / $1 }) { $0 < 0.8 }),
      ("underdosed", share(zip(after, truth).map { $0 / $1 }) { $0 < 0.8 }),
      ("outside_range", share(model.predict(test.features)) { $0 < 0 || $0 > 1 }),
    ]
  }

  /// Adds what a defence rejected.
  mutating func add(score: DefenceScore?, rejected: Int, estimatedRate: Double?) {
    values.append(("rejected", Double(rejected)))
    values.append(("precision", score?.precision))
    values.append(("recall", score?.recall))
    values.append(("poison_kept", score?.poisonKept))
    values.append(("estimated_rate", estimatedRate))
  }

  /// Adds how much two LASSO models agree on which features matter.
  mutating func add(selectionAgreement: Double?) {
    values.append(("feature_jaccard", selectionAgreement))
  }
}

private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

private func share(_ values: [Double], where condition: (Double) -> Bool) -> Double {
  Double(values.count(where: condition)) / Double(values.count)
}

private func meanAbsolute(_ doses: [Double], _ truth: [Double]) -> Double {
  mean(zip(doses, truth).map { abs($0 - $1) })
}

private func within20(_ doses: [Double], _ truth: [Double]) -> Double {
  Double(zip(doses, truth).count { abs($0 - $1) <= 0.2 * $1 }) / Double(truth.count)
}
