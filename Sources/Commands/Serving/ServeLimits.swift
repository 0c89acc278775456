import ArgumentParser
import Workbench

/// What clients of a server may do, and what is written of them.
struct ServeLimits: ParsableArguments {
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

  /// - Throws: `ValidationError`.
  func check() throws {
    guard maxBatch > 0, maxConcurrent > 0, maxConnectionsPerAddress > 0, timeout.duration > .zero else {
      throw ValidationError(
        "--max-batch, --max-concurrent, --max-connections-per-address and --timeout must be more than 0")
    }
  }

  /// What clients may do.
  var limits: ServingRequest.Limits {
    var limits = ServingRequest.Limits()
    (limits.budget, limits.rate, limits.keyFile) = (budget?.rows, rate?.perSecond, apiKeyFile)
    (limits.latency, limits.timeout) = (latency.duration, timeout.duration)
    (limits.maxBody, limits.maxBuffered) = (maxBody.bytes, maxBuffered.bytes)
    (limits.maxBatch, limits.maxConcurrent) = (maxBatch, maxConcurrent)
    limits.maxConnectionsPerAddress = maxConnectionsPerAddress
    return limits
  }
}
