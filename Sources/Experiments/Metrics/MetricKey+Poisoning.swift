extension MetricKey {
  /// What poison does and defences save.
  static let poisoning: [MetricKey] = [
    .init(
      "clean_test_mse", unit: "", better: .neither,
      "MSE of the clean model on unseen rows, target in [0, 1]"),
    .init("test_mse", unit: "", better: .lower, "MSE on unseen rows, target in [0, 1]"),
    .init("mse_ratio", unit: "ratio", better: .lower, "MSE over that of the clean model on the same rows"),
    .init("clean_mae_mg", unit: "mg/week", better: .neither, "Mean error of the doses of the clean model"),
    .init("mae_mg", unit: "mg/week", better: .lower, "Mean error of the doses"),
    .init(
      "dose_change_mean", unit: "share", better: .lower,
      "Mean change of a dose, relative to the dose of the clean model"),
    .init(
      "dose_change_median", unit: "share", better: .lower,
      "Median change of a dose, relative to the dose of the clean model"),
    .init("dose_change_median_mg", unit: "mg/week", better: .lower, "Median change of a dose"),
    .init("dose_change_q10", unit: "share", better: .lower, "10 % quantile of the relative change of a dose"),
    .init("dose_change_q25", unit: "share", better: .lower, "25 % quantile of the relative change of a dose"),
    .init("dose_change_q75", unit: "share", better: .lower, "75 % quantile of the relative change of a dose"),
    .init("dose_change_q90", unit: "share", better: .lower, "90 % quantile of the relative change of a dose"),
    .init("share_changed_10", unit: "share", better: .lower, "Patients whose dose changes by more than 10 %"),
    .init("share_changed_20", unit: "share", better: .lower, "Patients whose dose changes by more than 20 %"),
    .init("share_changed_50", unit: "share", better: .lower, "Patients whose dose changes by more than 50 %"),
    .init(
      "share_changed_75", unit: "share", better: .lower,
      "Patients whose dose changes by more than 75.06 %"),
    .init(
      "clean_within_20", unit: "share", better: .neither,
      "Patients whose dose by the clean model is within 20 % of the true one"),
    .init(
      "clean_overdosed", unit: "share", better: .neither,
      "Patients whom the clean model gives more than 1.2 times the true dose"),
    .init(
      "clean_underdosed", unit: "share", better: .neither,
      "Patients whom the clean model gives less than 0.8 times the true dose"),
    .init("overdosed", unit: "share", better: .lower, "Patients who get more than 1.2 times the true dose"),
    .init("underdosed", unit: "share", better: .lower, "Patients who get less than 0.8 times the true dose"),
    .init("outside_range", unit: "share", better: .lower, "Predictions outside the range of targets"),
    .init("rejected", unit: "rows", better: .neither, "Rows that the defence rejects"),
    .init("rejected_share", unit: "share", better: .neither, "Rows that the defence rejects, of all"),
    .init("poison_kept", unit: "share", better: .lower, "Poison that the defence keeps, of all poison"),
    .init(
      "clean_rejected", unit: "share", better: .lower,
      "Clean rows that the defence rejects, of all clean rows"),
    .init("estimated_rate", unit: "share", better: .neither, "Rate of poison that the defence finds"),
    .init(
      "feature_jaccard", unit: "share", better: .higher,
      "Features with a weight in both the clean and the poisoned model, of those in either"),
    .init(
      "feature_jaccard_by_chance", unit: "share", better: .neither,
      "The same for random sets of features of the same sizes"),
    .init(
      "cv_mse_before", unit: "squared unit of the target", better: .neither,
      "Cross-validated MSE on all rows"),
    .init(
      "cv_mse_after", unit: "squared unit of the target", better: .lower,
      "Cross-validated MSE on the rows that are kept"),
    .init("violations", unit: "instances", better: .lower, "Instances that break the bound on TRIM's error"),
  ]
}
