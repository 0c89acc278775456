extension MetricKey {
  /// What mechanisms cost and accounts and audits say.
  static let privacy: [MetricKey] = [
    .init("epsilon", unit: "epsilon", better: .neither, "Privacy budget, or what an accountant gives"),
    .init("is_bound", unit: "", better: .neither, "1 if the figure is an upper bound, else 0"),
    .init("value", unit: "", better: .neither, "Figure of an accountant or of an audit formula"),
    .init("epsilon_lower_bound", unit: "epsilon", better: .higher, "Lower bound on epsilon by an audit"),
    .init(
      "epsilon_clopper_pearson", unit: "epsilon", better: .higher,
      "Lower bound on epsilon by exact intervals of both counts"),
    .init("epsilon_one_run", unit: "epsilon", better: .higher, "Lower bound on epsilon by one run"),
    .init(
      "epsilon_gaussian", unit: "epsilon", better: .higher,
      "Lower bound on epsilon if the mechanism is Gaussian"),
    .init("mu_gaussian", unit: "", better: .higher, "Lower bound on mu if the mechanism is Gaussian"),
    .init("hits", unit: "runs", better: .neither, "Runs with the row in which the event occurs"),
    .init("false_alarms", unit: "runs", better: .neither, "Runs without the row in which the event occurs"),
    .init("runs_with", unit: "runs", better: .neither, "Runs with the row"),
    .init("runs_without", unit: "runs", better: .neither, "Runs without the row"),
    .init(
      "within_20_percent", unit: "share", better: .higher,
      "Patients whose private dose is within 20 % of the true one"),
    .init(
      "within_20_of_another", unit: "share", better: .neither,
      "The same for the true dose of another patient"),
    .init("mean_absolute_error_mg", unit: "mg/week", better: .lower, "Mean error of private doses"),
    .init(
      "r_squared", unit: "", better: .higher,
      "Share of the variance of the standardised dose that is explained"),
    .init(
      "genotype_members", unit: "share", better: .higher,
      "Genotypes guessed right, on patients in the training data"),
    .init("genotype_others", unit: "share", better: .higher, "Genotypes guessed right, on other patients"),
    .init("genotype_mode", unit: "share", better: .neither, "Share of the most frequent genotype"),
  ]
}
