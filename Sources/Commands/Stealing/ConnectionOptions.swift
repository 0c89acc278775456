import ArgumentParser
import Workbench

/// How a service is reached and asked, the same for every command that attacks one.
struct ConnectionOptions: ParsableArguments {
  /// Title of the group in help.
  static let title: String = "Connection to a service"

  @OptionGroup(title: ConnectionOptions.title) var asking: AskingOptions

  @Option(
    help: ArgumentHelp(
      "File with the key for a service: the key alone, or 'name key' as in the file of 'bezoar serve'.",
      valueName: "file"))
  var apiKeyFile: String?

  @Option(help: ArgumentHelp("Time that a service gets for a request, such as 90s.", valueName: "time"))
  var timeout = TimeSpan(.seconds(60))

  @Option(
    help: ArgumentHelp(
      "Most rows in a request to a service. (default: as many as it takes in half of the timeout)",
      valueName: "rows"))
  var batch: Int?

  /// The options that were given, a header of requests among those of tables included.
  func given(_ format: TableFormat) -> [String] {
    asking.given
      + [
        (!format.requestHeaders.isEmpty, "--header"), (apiKeyFile != nil, "--api-key-file"),
        (batch != nil, "--batch"),
      ].filter(\.0).map(\.1)
  }

  /// Looks at the headers of requests among the options of tables.
  ///
  /// - Throws: `ValidationError`.
  func check(_ format: TableFormat) throws { try usage { try connection(format).checkHeaders() } }

  func validate() throws {
    guard batch ?? 1 > 0, timeout.duration > .zero else {
      throw ValidationError("--batch and --timeout must be more than 0")
    }
  }

  /// How a service is reached and asked.
  func connection(_ format: TableFormat) -> ServiceConnection {
    var connection = asking.connection(headers: format.requestHeaders, keyFile: apiKeyFile)
    (connection.timeout, connection.batch) = (timeout.duration, batch)
    return connection
  }
}
