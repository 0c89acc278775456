import ArgumentParser

/// The options of `bezoar serve`.
struct ServeOptions: ParsableArguments {
  @Option(
    name: .customLong("model"),
    help: ArgumentHelp(
      "Model file, with the name to serve it under if that is not the file's; may be repeated.",
      valueName: "[name=]file"))
  var models: [ModelChoice] = []

  @Option(help: "Port to listen on; 0 for any that is free.")
  var port = 8080

  @Option(help: "Address to listen on; 0.0.0.0 for all of this machine.")
  var host = "127.0.0.1"

  @Option(
    name: .customLong("dialect"),
    help:
      "Protocol to speak; may be repeated. (values: v2, kserve-v1, tfserving, mlflow, bigml, amazon; default: v2)"
  )
  var dialects: [String] = []

  @Option(
    help:
      "Most that answers hold: label, confidence or probabilities; with --upstream what they are, number among it. (default: all that the model has)"
  )
  var content: String?

  @Option(help: "What clients may ask for besides: nodes, gradients, counterfactuals, with commas between.")
  var details: String?

  @Option(
    help:
      "What queries consist of: the columns of the user's table (columns) or the model's own numbers (encoded)."
  )
  var inputs = "columns"

  @Flag(help: "Do not tell clients the names, bounds and categories of the inputs.")
  var undescribed = false

  @Option(
    name: .customLong("guard"),
    help: ArgumentHelp("Guard that answers pass; may be repeated.", valueName: "id[:name=value,…]"))
  var guards: [String] = []

  @Option(
    name: .customLong("detector"),
    help: ArgumentHelp(
      "Detector that watches queries, or exec:PROGRAM; may be repeated.",
      valueName: "id[:name=value,…]"))
  var detectors: [String] = []

  @Option(
    help: ArgumentHelp(
      "Table of queries as honest users make them, for guards and detectors.", valueName: "file|id"))
  var benign: String?

  @Option(
    help: ArgumentHelp("Table of training rows, for guards that hide who is in it.", valueName: "file|id"))
  var members: String?

  @Option(
    help: ArgumentHelp(
      "File whose bytes are the secret of guards that need one. (default: a new one)", valueName: "file"))
  var secretFile: String?

  @OptionGroup var limits: ServeLimits

  @OptionGroup(title: UpstreamOptions.title) var upstream: UpstreamOptions

  @OptionGroup(title: TableFormat.title) var format: TableFormat
}
