extension MetricKey {
  /// What models are worth.
  static let models: [MetricKey] = [
    .init("accuracy", unit: "share", better: .higher, "Rows whose class is given right"),
    .init(
      "balanced_accuracy", unit: "share", better: .higher,
      "Mean over the classes of the share that is given right; of membership, mean of members and others at the best threshold"
    ),
    .init(
      "log_loss", unit: "nats", better: .lower,
      "Mean negative logarithm of the probability of the true class"),
    .init(
      "brier", unit: "", better: .lower,
      "Mean squared distance between probabilities and the true class"),
    .init(
      "auc", unit: "share", better: .higher, isOfClasses: true,
      "Area under the curve of true over false positives"),
    .init("macro_precision", unit: "share", better: .higher, "Mean precision over the classes"),
    .init("macro_f1", unit: "share", better: .higher, "Mean F1 over the classes"),
    .init("mcc", unit: "", better: .higher, "Matthews' correlation between true and given classes"),
    .init("g_mean", unit: "share", better: .higher, "Geometric mean of the recalls of the classes"),
    .init(
      "calibration_error", unit: "share", better: .lower,
      "Mean distance between confidence and accuracy over bins of confidence"),
    .init("baseline_accuracy", unit: "share", better: .neither, "Accuracy of the most frequent class"),
    .init("baseline_log_loss", unit: "nats", better: .neither, "Log loss of the shares of the classes"),
    .init(
      "precision", unit: "share", better: .higher, isOfClasses: true,
      "Of what is called so, what is so: rejected rows that are poison, or rows of a class"),
    .init(
      "recall", unit: "share", better: .higher, isOfClasses: true,
      "Of what is so, what is called so: poison that is rejected, or rows of a class"),
    .init(
      "f1", unit: "share", better: .higher, isOfClasses: true,
      "Harmonic mean of precision and recall of a class"),
    .init(
      "count", unit: "rows", better: .neither, isOfClasses: true,
      "Rows of one class that are given another or the same"),
    .init("mse", unit: "squared unit of the target", better: .lower, "Mean squared error"),
    .init("rmse", unit: "unit of the target", better: .lower, "Square root of the mean squared error"),
    .init("mae", unit: "unit of the target", better: .lower, "Mean absolute error"),
    .init("r2", unit: "", better: .higher, "Share of the variance of the target that is explained"),
    .init(
      "within_20", unit: "share", better: .higher,
      "Rows, or patients, with a prediction within 20 % of the truth"),
    .init(
      "baseline_mse", unit: "squared unit of the target", better: .neither,
      "Mean squared error of the mean"),
    .init("baseline_mae", unit: "unit of the target", better: .neither, "Mean absolute error of the mean"),
  ]
}
