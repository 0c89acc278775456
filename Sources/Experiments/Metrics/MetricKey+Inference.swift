extension MetricKey {
  /// What attacks tell of people.
  static let inference: [MetricKey] = [
    .init(
      "member_absolute_error", unit: "unit of the column", better: .lower,
      "Mean distance between the attribute and its guess, on people in the training data"),
    .init(
      "member_rms_error", unit: "unit of the column", better: .lower,
      "Root mean square of the distance between the attribute and its guess, on people in the training data"),
    .init(
      "member_accuracy", unit: "share", better: .higher,
      "Attributes that are guessed right, on people in the training data"),
    .init(
      "member_auc", unit: "share", better: .higher,
      "Area under the curve of the weights of the guesses, on people in the training data"),
    .init(
      "member_balanced_accuracy", unit: "share", better: .higher,
      "Mean over the values of the share that is guessed right, on people in the training data"),
    .init(
      "member_mcc", unit: "", better: .higher,
      "Matthews' correlation between attribute and guess, on people in the training data"),
    .init(
      "member_precision", unit: "share", better: .higher,
      "Of those who are said to have the value, those who have it, on people in the training data"),
    .init(
      "member_recall", unit: "share", better: .higher,
      "Of those who have the value, those who are said to, on people in the training data"),
    .init(
      "other_absolute_error", unit: "unit of the column", better: .lower,
      "Mean distance between the attribute and its guess, on people who are not in the training data"),
    .init(
      "other_rms_error", unit: "unit of the column", better: .lower,
      "Root mean square of the distance between the attribute and its guess, on people who are not in the training data"
    ),
    .init(
      "other_accuracy", unit: "share", better: .higher,
      "Attributes that are guessed right, on people who are not in the training data"),
    .init(
      "other_auc", unit: "share", better: .higher,
      "Area under the curve of the weights of the guesses, on people who are not in the training data"),
    .init(
      "other_balanced_accuracy", unit: "share", better: .higher,
      "Mean over the values of the share that is guessed right, on people who are not in the training data"),
    .init(
      "other_mcc", unit: "", better: .higher,
      "Matthews' correlation between attribute and guess, on people who are not in the training data"),
    .init(
      "other_precision", unit: "share", better: .higher,
      "Of those who are said to have the value, those who have it, on people who are not in the training data"
    ),
    .init(
      "other_recall", unit: "share", better: .higher,
      "Of those who have the value, those who are said to, on people who are not in the training data"),
    .init("member_share", unit: "share", better: .neither, "People in the training data who have the value"),
    .init(
      "other_rarest", unit: "share", better: .neither,
      "Share of the rarest value, on people who are not in the training data"),
    .init("utility", unit: "share", better: .higher, "Accuracy of the defended model on unseen people"),
    .init("patients", unit: "people", better: .neither, "Patients"),
    .init("dose", unit: "mg/week", better: .neither, "Dose of a worked patient"),
    .init("gap", unit: "share", better: .neither, "Accuracy on members less that on others"),
    .init("members", unit: "rows", better: .neither, "Members"),
    .init("others", unit: "rows", better: .neither, "Rows that are no members"),
    .init("auc_by_chance", unit: "share", better: .neither, "Area under the curve of random scores"),
    .init("accuracy_members", unit: "share", better: .neither, "Accuracy of the attacked model on members"),
    .init(
      "accuracy_others", unit: "share", better: .neither,
      "Accuracy of the attacked model on rows that are no members"),
    .init(
      "accuracy_members_unguarded", unit: "share", better: .neither,
      "The same on members without the guard"),
    .init(
      "accuracy_others_unguarded", unit: "share", better: .neither,
      "The same on others without the guard"),
    .init("tpr_at_1", unit: "share", better: .higher, "Members found at no more than 1 % false alarms"),
    .init("tpr_at_1_low", unit: "share", better: .neither, "Lower end of its 95 % interval"),
    .init("tpr_at_1_high", unit: "share", better: .neither, "Upper end of its 95 % interval"),
    .init(
      "false_alarms_at_1", unit: "rows", better: .neither,
      "Others that are taken for members at no more than 1 % false alarms"),
    .init(
      "fpr_at_1_high", unit: "share", better: .neither,
      "Upper end of the 95 % interval of the share of false alarms"),
    .init("tpr_at_01", unit: "share", better: .higher, "Members found at no more than 0.1 % false alarms"),
    .init("tpr_at_01_low", unit: "share", better: .neither, "Lower end of its 95 % interval"),
    .init("tpr_at_01_high", unit: "share", better: .neither, "Upper end of its 95 % interval"),
    .init(
      "false_alarms_at_01", unit: "rows", better: .neither,
      "Others that are taken for members at no more than 0.1 % false alarms"),
    .init(
      "fpr_at_01_high", unit: "share", better: .neither,
      "Upper end of the 95 % interval of the share of false alarms"),
    .init(
      "advantage", unit: "share", better: .higher,
      "Advantage in membership of an attacker who does not know the deviation of errors"),
    .init(
      "advantage_known", unit: "share", better: .higher,
      "Advantage in membership of an attacker who knows both deviations of errors"),
    .init(
      "advantage_of_strangers", unit: "share", better: .neither,
      "The same between two halves of people whom the model has not seen"),
    .init(
      "theory", unit: "share", better: .neither,
      "Advantage that normal errors of these deviations give without knowing them"),
    .init(
      "theory_known", unit: "share", better: .neither,
      "Advantage that normal errors of these deviations give"),
    .init("known", unit: "share", better: .neither, "Advantage with both deviations known, by the formula"),
    .init("unknown", unit: "share", better: .neither, "Advantage with the deviation unknown, by the formula"),
    .init("ratio", unit: "ratio", better: .neither, "Deviation of errors on others over that on members"),
    .init("accuracy_cost", unit: "share", better: .lower, "Accuracy that the defence costs honest users"),
    .init(
      "constant_cost", unit: "share", better: .neither,
      "Accuracy that a model costs that always says the most frequent class"),
    .init(
      "chance_cost", unit: "share", better: .neither,
      "Area under the curve that a ranking by chance costs"),
    .init(
      "classifier_auc", unit: "share", better: .higher,
      "Area under the curve of the defended model on people who are no members"),
    .init(
      "classifier_auc_cost", unit: "share", better: .lower,
      "Area under its curve that the defence costs honest users"),
    .init(
      "attack_accuracy", unit: "share", better: .higher,
      "Memberships that the attack on confidences gets right"),
    .init(
      "attack_accuracy_logarithms", unit: "share", better: .higher,
      "The same by the logarithms of confidences"),
    .init(
      "mean_distortion", unit: "", better: .lower,
      "Mean L1 distance between probabilities with and without the guard"),
    .init("labels_changed", unit: "rows", better: .lower, "Rows whose label the guard changes"),
    .init("averaging_gain", unit: "", better: .higher, "What asking the same rows again tells"),
    .init("budget", unit: "", better: .neither, "Mean L1 distance that the guard may make"),
    .init("identified", unit: "share", better: .higher, "Rebuilt classes that the judge names right"),
    .init("identified_noise", unit: "share", better: .neither, "The same for noise"),
    .init("not_empty", unit: "share", better: .higher, "Rebuilt classes that are not empty"),
    .init("confidence", unit: "share", better: .higher, "Confidence of the model in the rebuilt class"),
    .init(
      "similarity", unit: "", better: .higher,
      "Cosine between the rebuilt class and the mean of its rows"),
    .init("judge_accuracy", unit: "share", better: .neither, "Accuracy of the judge"),
    .init("taken", unit: "", better: .higher, "1 if the model gives the rebuilt point its class, else 0"),
    .init("steps", unit: "steps", better: .neither, "Steps of the search"),
    .init("left_start", unit: "", better: .neither, "1 if the search left its start, else 0"),
    .init("start", unit: "", better: .neither, "Number of the start that did best"),
    .init(
      "relative_error", unit: "", better: .lower,
      "Distance between the rebuilt row and the true one over the length of the true one"),
    .init("relative_error_of_mean", unit: "", better: .neither, "The same for the mean of the known rows"),
    .init(
      "target_error", unit: "unit of the target", better: .lower,
      "Distance between the rebuilt target and the true one"),
    .init("residual", unit: "", better: .neither, "What is left of the equations of the training"),
    .init("median_cosine", unit: "", better: .higher, "Median cosine between rebuilt and true rows"),
    .init("median_cosine_of_mean", unit: "", better: .neither, "The same for the mean of public rows"),
    .init("genotype_right", unit: "share", better: .higher, "Rebuilt rows with the right genotype"),
    .init("mode_genotype_right", unit: "share", better: .neither, "The same for the most frequent genotype"),
    .init("public_rows", unit: "rows", better: .neither, "Public rows that the attacker has"),
    .init(
      "total_variation", unit: "share", better: .lower,
      "Mean distance between the found and the true shares of classes in a batch"),
    .init("guess_total_variation", unit: "share", better: .neither, "The same for equal shares"),
    .init(
      "other_batch_total_variation", unit: "share", better: .neither,
      "The same by the answers to another batch"),
  ]
}
