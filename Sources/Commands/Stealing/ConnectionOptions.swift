import ArgumentParser

#if HTTP
  import PredictionAPI
#endif

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
  func check(_ format: TableFormat) throws {
    #if HTTP
      try usage {
        var connection = HTTPConnection()
        for text in format.requestHeaders { try connection.add(header: text) }
      }
    #endif
  }

  func validate() throws {
    guard batch ?? 1 > 0, timeout.duration > .zero else {
      throw ValidationError("--batch and --timeout must be more than 0")
    }
  }

  #if HTTP
    /// How to ask; nil to find out.
    func template() throws -> ServiceTemplate? { try asking.template() }

    /// Headers, keys and trust.
    func connection(headers: [String]) throws -> HTTPConnection {
      try asking.connection(headers: headers, keyFile: apiKeyFile)
    }
  #endif
}
