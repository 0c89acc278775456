import ArgumentParser

#if HTTP
  import PredictionAPI
#endif

/// How a service is reached and asked, the same for every command that attacks one.
struct ConnectionOptions: ParsableArguments {
  /// Title of the group in help.
  static let title: String = "Connection to a service"

  @Option(
    help: ArgumentHelp(
      """
      Body that asks a service of no known dialect about a row, with {name} where the value of a column goes, {#2} for \
      the second column, {*} for all values, {**} for all with their names. Places in the address make it a GET.
      """, valueName: "json"))
  var request: String?

  @Option(
    help: ArgumentHelp(
      "Body about several rows, with {rows} where the requests about each go, such as [{rows}].",
      valueName: "json"))
  var batchRequest: String?

  @Option(
    help: ArgumentHelp(
      """
      Where the answer stands, such as $.probability, $.scores[*] or $.result.label; may be repeated for a label and \
      scores. With --batch-request the first [*] goes over the rows.
      """, valueName: "path"))
  var answer: [String] = []

  @Option(
    help: ArgumentHelp(
      "File with the key for a service: the key alone, or 'name key' as in the file of 'bezoar serve'.",
      valueName: "file"))
  var apiKeyFile: String?

  @Option(
    help: ArgumentHelp("PEM file with certificates of authorities to trust besides.", valueName: "file"))
  var cacert: String?

  @Flag(help: "Trust any certificate.")
  var insecure = false

  @Option(help: ArgumentHelp("Time that a service gets for a request, such as 90s.", valueName: "time"))
  var timeout = TimeSpan(.seconds(60))

  @Option(
    help: ArgumentHelp(
      "Most rows in a request to a service. (default: as many as it takes in half of the timeout)",
      valueName: "rows"))
  var batch: Int?

  /// The options that were given, a header of requests among those of tables included.
  func given(_ format: TableFormat) -> [String] {
    [
      (request != nil, "--request"), (batchRequest != nil, "--batch-request"), (!answer.isEmpty, "--answer"),
      (!format.requestHeaders.isEmpty, "--header"), (apiKeyFile != nil, "--api-key-file"),
      (cacert != nil, "--cacert"),
      (insecure, "--insecure"), (batch != nil, "--batch"),
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
    guard batchRequest == nil || request != nil else {
      throw ValidationError("--batch-request needs --request, which says how one row is written")
    }
    #if HTTP
      try usage { _ = try template() }
    #endif
  }

  #if HTTP
    /// How to ask; nil to find out.
    func template() throws -> ServiceTemplate? {
      guard request != nil || !answer.isEmpty else { return nil }
      return try ServiceTemplate(request: request, batch: batchRequest, answers: answer)
    }

    /// Headers, keys and trust.
    func connection(headers: [String]) throws -> HTTPConnection {
      var connection = HTTPConnection()
      for text in headers { try connection.add(header: text) }
      connection.key = try apiKeyFile.map { try HTTPConnection.key(path: $0) }
      (connection.certificateFile, connection.isInsecure) = (cacert, insecure)
      return connection
    }
  #endif
}
