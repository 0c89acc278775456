extension MetricKey {
  /// What a theft costs and how true the copy is.
  static let extraction: [MetricKey] = [
    .init("queries", unit: "queries", better: .lower, "Queries that the attack sends"),
    .init("requests", unit: "requests", better: .neither, "Requests in which queries are sent"),
    .init("asked", unit: "queries", better: .neither, "Queries that reach the model"),
    .init("cached", unit: "queries", better: .neither, "Queries answered from what was asked before"),
    .init("billed", unit: "queries", better: .neither, "Queries that count against the budget"),
    .init("unique", unit: "queries", better: .neither, "Different queries"),
    .init("probed", unit: "queries", better: .neither, "Queries that find out how to ask, before the theft"),
    .init(
      "probed_queries", unit: "queries", better: .neither,
      "Queries that find out how to ask, before the theft"),
    .init("checked", unit: "queries", better: .neither, "Queries that check the copy"),
    .init("earlier", unit: "queries", better: .neither, "Queries of an earlier run, taken from its log"),
    .init("missing_queries", unit: "queries", better: .neither, "Queries with values left out"),
    .init(
      "missing_values", unit: "", better: .neither,
      "1 if the copy learned what the model does with missing values, 0 if it did not ask"),
    .init("incomplete_queries", unit: "queries", better: .neither, "Queries that leave out a column"),
    .init("unknowns", unit: "numbers", better: .neither, "Numbers that the model consists of"),
    .init("complete", unit: "", better: .higher, "1 if the attack has all that it wanted, else 0"),
    .init("copies", unit: "", better: .higher, "1 if the attack made a copy, else 0"),
    .init("bytes_sent", unit: "bytes", better: .neither, "Bytes of requests"),
    .init("bytes_received", unit: "bytes", better: .neither, "Bytes of answers"),
    .init("rows_test", unit: "rows", better: .neither, "Held-out rows that were compared"),
    .init("rows_unif", unit: "rows", better: .neither, "Uniform rows that were compared"),
    .init("r_own", unit: "share", better: .lower, "Rows of the training set on which copy and model differ"),
    .init(
      "r_test", unit: "share", better: .lower,
      "Rows on which the labels of copy and model differ, on held-out rows"),
    .init(
      "r_unif", unit: "share", better: .lower,
      "Rows on which the labels of copy and model differ, on uniform rows"),
    .init(
      "tv_test", unit: "share", better: .lower,
      "Mean total variation distance between the probabilities of copy and model, on held-out rows"),
    .init(
      "tv_unif", unit: "share", better: .lower,
      "Mean total variation distance between the probabilities of copy and model, on uniform rows"),
    .init(
      "difference_test", unit: "unit of the target", better: .lower,
      "Mean distance between the numbers of copy and model, on held-out rows"),
    .init(
      "difference_unif", unit: "unit of the target", better: .lower,
      "Mean distance between the numbers of copy and model, on uniform rows"),
    .init(
      "r_test_constant", unit: "share", better: .neither,
      "r_test of a copy that always gives the commonest class"),
    .init(
      "r_unif_constant", unit: "share", better: .neither,
      "r_unif of a copy that always gives the commonest class"),
    .init(
      "tv_test_flat", unit: "share", better: .neither,
      "tv_test of a copy that holds all classes for equally likely"),
    .init(
      "tv_unif_flat", unit: "share", better: .neither,
      "tv_unif of a copy that holds all classes for equally likely"),
    .init(
      "fidelity_test", unit: "share", better: .higher,
      "Held-out rows on which the labels of copy and model agree"),
    .init(
      "fidelity_uniform", unit: "share", better: .higher,
      "Uniform rows on which the labels of copy and model agree"),
    .init("victim_accuracy", unit: "share", better: .neither, "Accuracy of the stolen model"),
    .init("accuracy_lost", unit: "share", better: .lower, "Accuracy of the model less that of the copy"),
    .init(
      "seconds_at_published_latency", unit: "s", better: .neither,
      "Queries times the latency of the published service"),
    .init(
      "waited_seconds", unit: "s", better: .neither,
      "Seconds that the attack waits behind a limited rate"),
    .init("leaves", unit: "leaves", better: .neither, "Leaves of the stolen trees"),
    .init("leaves_found", unit: "leaves", better: .higher, "Leaves that the attack found"),
    .init("answers", unit: "answers", better: .neither, "Different answers of the leaves"),
    .init("depth", unit: "tests", better: .neither, "Tests on the longest way through the tree"),
    .init("missed_rows", unit: "rows", better: .lower, "Held-out rows that belong to no leaf that was found"),
    .init(
      "missed_uniform", unit: "rows", better: .lower,
      "Uniform rows that belong to no leaf that was found"),
    .init("equivalent", unit: "", better: .higher, "1 if copy and model predict the same everywhere, else 0"),
    .init("regions_found", unit: "regions", better: .neither, "Regions of one label that the attack found"),
    .init("indicators", unit: "columns", better: .neither, "Indicators of bins"),
    .init("hidden_width", unit: "units", better: .neither, "Hidden width that the attack found"),
    .init("hidden_width_found", unit: "", better: .higher, "1 if the attack found a hidden width, else 0"),
    .init(
      "layer_rms", unit: "", better: .lower,
      "Root mean square of the distance between the last layer and what was found of it"),
    .init("layer_rms_by_chance", unit: "", better: .neither, "The same for random numbers"),
    .init(
      "representer_l1", unit: "", better: .lower,
      "Mean distance between stored rows and what was found of them"),
    .init("representer_l1_by_chance", unit: "", better: .neither, "The same for uniform rows"),
  ]
}
