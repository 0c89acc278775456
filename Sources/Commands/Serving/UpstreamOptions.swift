import ArgumentParser
import Workbench

/// The options of a service that stays where it is, behind the guards of this one.
struct UpstreamOptions: ParsableArguments {
  /// Title of the group in help.
  static let title: String = "A service behind this one (instead of --model)"

  @Option(
    help: ArgumentHelp(
      "Address of a prediction service to guard where it is; clients ask here as they asked there.",
      valueName: "url"))
  var upstream: String?

  @OptionGroup(title: UpstreamOptions.title) var asking: AskingOptions

  @Option(
    help: ArgumentHelp(
      "Rows as the service's users have them, for columns, ranges and categories that it does not tell.",
      valueName: "file|id"))
  var data: String?

  @Option(
    help: ArgumentHelp(
      "Range of the numbers whose range is not known, or a JSON file with the inputs.",
      valueName: "low:high|file"))
  var ranges: String?

  @Option(
    name: .customLong("pass"),
    help: ArgumentHelp(
      "Path that is sent on for GET and HEAD, such as /health; may be repeated. (default: none but predictions)",
      valueName: "path"))
  var passes: [String] = []

  @Option(
    name: .customLong("pass-header"),
    help: ArgumentHelp(
      "Header of clients that is sent on, such as Authorization; may be repeated.", valueName: "name"))
  var passedHeaders: [String] = []

  @Option(
    name: .customLong("pass-field"),
    help: ArgumentHelp(
      "Member of bodies or item of queries beside those of the request that is sent on, whatever it holds; may be repeated. (default: with guards or detectors none, else single values)",
      valueName: "name"))
  var passedFields: [String] = []

  @Option(
    help: ArgumentHelp("File with the key that this server has for the service behind it.", valueName: "file")
  )
  var upstreamKeyFile: String?

  @Option(
    help: ArgumentHelp(
      "Time that the service behind this one gets for a request. (default: 60.0s)", valueName: "time"))
  var upstreamTimeout: TimeSpan?

  /// Time that the service behind gets where nobody says so.
  static let usualTimeout = TimeSpan(.seconds(60))

  /// The options that were given besides the address.
  private var given: [String] {
    asking.given
      + [
        (data != nil, "--data"), (ranges != nil, "--ranges"), (!passes.isEmpty, "--pass"),
        (!passedHeaders.isEmpty, "--pass-header"), (!passedFields.isEmpty, "--pass-field"),
        (upstreamKeyFile != nil, "--upstream-key-file"), (upstreamTimeout != nil, "--upstream-timeout"),
      ].filter(\.0).map(\.1)
  }

  /// - Throws: `ValidationError` for options that do not go together.
  func check(_ choices: ServeOptions) throws {
    guard upstream != nil else {
      if let option = given.first { throw ValidationError("\(option) goes with --upstream") }
      guard !choices.models.isEmpty else {
        throw ValidationError(
          "--model is missing; 'bezoar train' writes model files, and --upstream URL guards a service")
      }
      return
    }
    let others = [
      (!choices.models.isEmpty, "--model"), (!choices.dialects.isEmpty, "--dialect"),
      (choices.details != nil, "--details"), (choices.inputs != "columns", "--inputs"),
      (choices.undescribed, "--undescribed"),
    ].filter(\.0).map(\.1)
    if let option = others.first { throw ValidationError("\(option) does not go with --upstream") }
    guard (upstreamTimeout ?? Self.usualTimeout).duration > .zero else {
      throw ValidationError("--upstream-timeout must be more than 0")
    }
    try usage { try request(upstream ?? "", choices.format).checkPasses() }
    let keys = ["authorization", "x-api-key"]
    if choices.limits.apiKeyFile != nil,
      let header = passedHeaders.first(where: { keys.contains($0.lowercased()) })
    {
      throw ValidationError(
        "--pass-header \(header) does not go with --api-key-file, whose keys come in that header")
    }
  }

  /// The service behind this one.
  func request(_ address: String, _ format: TableFormat) -> UpstreamRequest {
    var connection = asking.connection(headers: format.requestHeaders, keyFile: upstreamKeyFile)
    connection.timeout = (upstreamTimeout ?? Self.usualTimeout).duration
    var request = UpstreamRequest(address, connection)
    (request.data, request.ranges, request.passedPaths) = (data, ranges, passes)
    (request.passedHeaders, request.passedFields) = (passedHeaders, passedFields)
    return request
  }
}
