extension MetricKey {
  /// What guards and detectors cost and stop.
  static let guarding: [MetricKey] = [
    .init(
      "honest_label_flips", unit: "share", better: .lower,
      "Honest users' rows whose label the guard changes"),
    .init(
      "honest_label_flips_steep", unit: "share", better: .lower,
      "The same for a guard so steep that all classes get the same"),
    .init("honest_refusals", unit: "share", better: .lower, "Honest users' rows that are refused"),
    .init(
      "honest_distortion", unit: "", better: .lower,
      "Mean L1 distance between probabilities with and without the guard, on honest users' rows"),
    .init(
      "honest_tv", unit: "share", better: .lower,
      "Mean total variation distance that the guard makes on honest users' rows"),
    .init(
      "honest_difference", unit: "unit of the target", better: .lower,
      "Mean distance between numbers with and without the guard, on honest users' rows"),
    .init("attack_streams", unit: "streams", better: .neither, "Query streams of attacks"),
    .init("honest_streams", unit: "streams", better: .neither, "Query streams of honest users"),
    .init("theft_queries", unit: "queries", better: .neither, "Queries that a theft takes"),
    .init("detected_after", unit: "queries", better: .lower, "Queries until the alarm, over thefts with one"),
    .init("detected_by_100", unit: "share", better: .higher, "Thefts with an alarm within 100 queries"),
    .init(
      "false_alarms_by_100", unit: "share", better: .lower,
      "Honest streams with an alarm within 100 queries"),
    .init("detection_rate", unit: "share", better: .higher, "Thefts with an alarm"),
    .init("caught_in_time", unit: "share", better: .higher, "Thefts with an alarm before they are complete"),
    .init("false_alarm_rate", unit: "share", better: .lower, "Honest streams with an alarm"),
    .init("false_alarms_per_1000", unit: "alarms", better: .lower, "False alarms per 1,000 honest queries"),
    .init("latest_alarm", unit: "queries", better: .lower, "Queries until the latest alarm of a theft"),
    .init(
      "latest_honest_alarm", unit: "queries", better: .neither,
      "What the latest alarm would be if honest streams were thefts"),
    .init("marks", unit: "answers", better: .neither, "Answers that carry the watermark"),
    .init("mark_rate", unit: "share", better: .neither, "Answers that carry the watermark, of all"),
    .init(
      "evidence_bits_tree", unit: "bits", better: .higher,
      "Evidence of the watermark in a tree that learned every answer"),
    .init(
      "evidence_bits_logistic", unit: "bits", better: .higher,
      "Evidence of the watermark in a logistic regression"),
    .init(
      "evidence_bits_unmarked", unit: "bits", better: .neither,
      "Evidence of the watermark in the model without it"),
    .init("honest_seconds_per_row", unit: "s", better: .lower, "Seconds of work that an honest row costs"),
    .init("thief_seconds_per_row", unit: "s", better: .higher, "Seconds of work that a uniform row costs"),
    .init(
      "honest_factor_1ms", unit: "ratio", better: .lower,
      "Time of an honest row with work over that without, where a row takes 1 ms"),
    .init(
      "honest_factor_10ms", unit: "ratio", better: .lower,
      "Time of an honest row with work over that without, where a row takes 10 ms"),
    .init(
      "honest_factor_100ms", unit: "ratio", better: .lower,
      "Time of an honest row with work over that without, where a row takes 100 ms"),
    .init(
      "honest_factor_1000ms", unit: "ratio", better: .lower,
      "Time of an honest row with work over that without, where a row takes 1000 ms"),
    .init(
      "thief_factor_1ms", unit: "ratio", better: .higher,
      "Time of a uniform row with work over that without, where a row takes 1 ms"),
    .init(
      "thief_factor_10ms", unit: "ratio", better: .higher,
      "Time of a uniform row with work over that without, where a row takes 10 ms"),
    .init(
      "thief_factor_100ms", unit: "ratio", better: .higher,
      "Time of a uniform row with work over that without, where a row takes 100 ms"),
    .init(
      "thief_factor_1000ms", unit: "ratio", better: .higher,
      "Time of a uniform row with work over that without, where a row takes 1000 ms"),
  ]
}
