import ArgumentParser
import Querying
import Workbench

/// The other model that a model is measured beside, instead of the truth.
struct ComparisonOptions: ParsableArguments {
  /// Title of the group in help.
  static let title: String = "Beside another model"

  @Option(
    help: ArgumentHelp(
      "Address of a service or a model file to measure the model beside, instead of the true answers.",
      valueName: "url|file"))
  var against: String?

  @Option(
    help: ArgumentHelp(
      "Uniform rows to compare the two models on besides those of --data. (default: 10000, over HTTP 200)",
      valueName: "rows"))
  var check: Int?

  @Option(
    help: ArgumentHelp(
      "Most rows that may be sent to the service, for whatever reason. (default: \(TheftAllowance.usual))",
      valueName: "rows"))
  var budget: Int?

  @Option(
    help: ArgumentHelp(
      "Range of the numbers whose range is not known, or a JSON file with the inputs. (default: that of --data)",
      valueName: "low:high|file"))
  var ranges: String?

  @Option(help: "What the answers of the service are: label, confidence, probabilities or number.")
  var content: AnswerContent?

  @OptionGroup(title: ConnectionOptions.title) var connection: ConnectionOptions

  /// Most rows of a comparison.
  private static let mostChecks = 10_000_000

  /// Whether the other model is asked over the network.
  var asksService: Bool { against.map(ServiceConnection.isAddress) ?? false }

  /// - Throws: `ValidationError` for options that do not go together.
  func validate(with format: TableFormat) throws {
    try connection.check(format)
    let given =
      [(check != nil, "--check"), (ranges != nil, "--ranges")].filter(\.0).map(\.1)
    let remote =
      [(budget != nil, "--budget"), (content != nil, "--content")].filter(\.0).map(\.1)
      + connection.given(format)
    if against == nil, let option = (given + remote).first {
      throw ValidationError("\(option) goes with --against")
    }
    if against != nil, !asksService, let option = remote.first {
      throw ValidationError(
        "\(option) goes with the address of a service in --against (http://… or https://…)")
    }
    if let check, !(1...Self.mostChecks).contains(check) {
      throw ValidationError("--check must be from 1 to \(Self.mostChecks), not \(check)")
    }
    if let budget, budget < 3 { throw ValidationError("--budget must be at least 3, not \(budget)") }
  }

  /// What is asked for; nil without another model.
  func request(data: String, _ format: TableFormat) throws -> ModelComparison? {
    guard let against else { return nil }
    let other: ModelComparison.Other
    if asksService {
      var access = ServiceAccess(against, connection.connection(format))
      access.content = content
      other = .url(access)
    } else {
      other = .file(against)
    }
    var request = ModelComparison(with: other, data: data)
    (request.check, request.budget, request.ranges) = (check, budget, ranges)
    request.reading = try format.reading()
    return request
  }
}
