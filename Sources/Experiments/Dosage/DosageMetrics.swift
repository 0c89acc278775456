import Learning
import Poisoning

/// How the doses of patients change when the model behind them was poisoned.
///
/// Everything is computed on patients that neither the victim nor the attacker has seen. The change of a dose
/// is relative to the dose that the clean model gives the same patient: `|d − d_clean| / d_clean`, in mg per
/// week. Its mean is reported and never a headline, because it explodes where a clean dose is close to zero.
struct DosageMetrics {
  /// The change of the dose that is quoted for half of the patients: 75.06 % (Microsoft, Failure Modes in Machine
  /// Learning, 2019).
  static let quotedChange = 0.7506

  /// Named values.
  private(set) var values: Metrics

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
      "clean_test_mse": cleanError, "test_mse": error, "mse_ratio": error / cleanError,
      "clean_mae_mg": meanAbsolute(before, truth), "mae_mg": meanAbsolute(after, truth),
      "dose_change_mean": mean(changes), "dose_change_median_mg": quantile(absolute, 0.50),
      "clean_within_20": within20(before, truth), "within_20": within20(after, truth),
    ]
    for (name, probability) in [("q10", 0.10), ("q25", 0.25), ("median", 0.50), ("q75", 0.75), ("q90", 0.90)]
    {
      values["dose_change_\(name)"] = quantile(sorted, probability)
    }
    for (name, limit) in [("10", 0.10), ("20", 0.20), ("50", 0.50), ("75", Self.quotedChange)] {
      values["share_changed_\(name)"] = share(changes, above: limit)
    }
    for (prefix, doses) in [("clean_", before), ("", after)] {
      let ratios = zip(doses, truth).map { $0 / $1 }
      values["\(prefix)overdosed"] = share(ratios, above: 1.2)
      values["\(prefix)underdosed"] = share(ratios.map { -$0 }, above: -0.8)
    }
    let predictions = model.predict(test.features)
    values["outside_range"] = share(predictions.map { abs($0 - 0.5) }, above: 0.5)
  }

  /// Adds what a defence rejected.
  mutating func add(score: DefenceScore, rejected: Int, estimatedRate: Double?) {
    values["rejected"] = Double(rejected)
    values["precision"] = score.precision
    values["recall"] = score.recall
    values["poison_kept"] = score.poisonKept
    values["estimated_rate"] = estimatedRate
  }

  /// Adds how much the poisoned model agrees with the clean one on which features matter.
  mutating func add(agreement: FeatureAgreement) {
    values["feature_jaccard"] = agreement.jaccard
    values["feature_jaccard_by_chance"] = agreement.byChance
  }
}

private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

private func share(_ values: [Double], above limit: Double) -> Double {
  Double(values.count { $0 > limit }) / Double(values.count)
}

private func meanAbsolute(_ doses: [Double], _ truth: [Double]) -> Double {
  mean(zip(doses, truth).map { abs($0 - $1) })
}

private func within20(_ doses: [Double], _ truth: [Double]) -> Double {
  Double(zip(doses, truth).count { abs($0 - $1) <= 0.2 * $1 }) / Double(truth.count)
}
