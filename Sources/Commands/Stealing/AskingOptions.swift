import ArgumentParser
import Workbench

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
    try usage { try connection(headers: [], keyFile: nil).checkForm() }
  }

  /// How a service is reached and asked.
  func connection(headers: [String], keyFile: String?) -> ServiceConnection {
    var connection = ServiceConnection()
    (connection.request, connection.batchRequest, connection.answers) = (request, batchRequest, answer)
    (connection.certificateFile, connection.isInsecure) = (cacert, insecure)
    (connection.headers, connection.keyFile) = (headers, keyFile)
    return connection
  }
}
