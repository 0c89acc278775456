import ArgumentParser

#if HTTP
  import PredictionAPI
#endif

/// How a service of no known dialect is asked, and whose certificates are trusted.
struct AskingOptions: ParsableArguments {
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
    help: ArgumentHelp("PEM file with certificates of authorities to trust besides.", valueName: "file"))
  var cacert: String?

  @Flag(help: "Trust any certificate.")
  var insecure = false

  /// The options that were given.
  var given: [String] {
    [
      (request != nil, "--request"), (batchRequest != nil, "--batch-request"), (!answer.isEmpty, "--answer"),
      (cacert != nil, "--cacert"), (insecure, "--insecure"),
    ].filter(\.0).map(\.1)
  }

  func validate() throws {
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

    /// Headers, a key and trust.
    func connection(headers: [String], keyFile: String?) throws -> HTTPConnection {
      var connection = HTTPConnection()
      for text in headers { try connection.add(header: text) }
      connection.key = try keyFile.map { try HTTPConnection.key(path: $0) }
      (connection.certificateFile, connection.isInsecure) = (cacert, insecure)
      return connection
    }
  #endif
}
