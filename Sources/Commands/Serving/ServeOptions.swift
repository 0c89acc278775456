import ArgumentParser
import Querying

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

  @Option(help: ArgumentHelp("Rows that one client may ask about in all.", valueName: "rows[/key]"))
  var budget: RowBudget?

  @Option(help: ArgumentHelp("Rows that one client may ask about per second.", valueName: "rows[/s]"))
  var rate: RowRate?

  @Option(
    help: ArgumentHelp(
      "File with one 'name key' per line; clients send a key as 'Authorization: Bearer' or 'X-API-Key'.",
      valueName: "file"))
  var apiKeyFile: String?

  @Option(
    help: ArgumentHelp("Time that every row takes longer than it needs, such as 100ms.", valueName: "time"))
  var latency = TimeSpan(.zero)

  @Option(help: ArgumentHelp("SQLite file with the rows that every client asked about.", valueName: "file"))
  var ledger: String?

  @Option(help: ArgumentHelp("Largest body of a request, such as 64kB.", valueName: "bytes"))
  var maxBody = ByteCount(4 << 20)

  @Option(
    help: ArgumentHelp(
      "Bodies that are held at the same time; requests with more get 503.", valueName: "bytes"))
  var maxBuffered = ByteCount(256 << 20)

  @Option(help: ArgumentHelp("Most rows of a request.", valueName: "rows"))
  var maxBatch = 10_000

  @Option(
    help: ArgumentHelp("Requests that are worked on at the same time; more get 503.", valueName: "count"))
  var maxConcurrent = 256

  @Option(
    help: ArgumentHelp(
      "Connections of one address (IPv6: of one network) at the same time; more are closed.",
      valueName: "count"))
  var maxConnectionsPerAddress = 1024

  @Option(help: ArgumentHelp("File to which a line of JSON is added for every request.", valueName: "file"))
  var accessLog: String?

  @Option(
    help: ArgumentHelp(
      "Time for a client to send a whole request, and for the server to read and answer it; a service behind it has --upstream-timeout.",
      valueName: "time"))
  var timeout = TimeSpan(.seconds(30))

  @OptionGroup(title: UpstreamOptions.title) var upstream: UpstreamOptions

  @OptionGroup(title: TableFormat.title) var format: TableFormat

  /// - Throws: `ValidationError`.
  func check() throws {
    try upstream.check(self)
    guard (0...65_535).contains(port) else {
      throw ValidationError("--port must be from 0 to 65535, not \(port)")
    }
    guard maxBatch > 0, maxConcurrent > 0, maxConnectionsPerAddress > 0, timeout.duration > .zero else {
      throw ValidationError(
        "--max-batch, --max-concurrent, --max-connections-per-address and --timeout must be more than 0")
    }
    try usage { _ = try AnswerDetails(names: details) }
    for (option, value, known) in [
      (
        "--content", content,
        ["label", "confidence", "probabilities"] + (upstream.upstream == nil ? [] : ["number"])
      ),
      ("--inputs", inputs, ["columns", "encoded"]),
    ] {
      if let value, !known.contains(value) {
        throw ValidationError("\(option) must be one of \(known.joined(separator: ", ")), not '\(value)'")
      }
    }
  }
}
