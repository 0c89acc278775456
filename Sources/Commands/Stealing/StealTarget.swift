import ArgumentParser
import Methods
import Querying
import StealingStudies
import Tabular
import Workbench

/// The model that is to be stolen: behind an address, in a file, or in the answers that it gave once.
struct StealTarget: ParsableArguments {
  @Argument(help: ArgumentHelp("Address of a prediction service.", valueName: "url"))
  var url: String?

  @Option(help: ArgumentHelp("Model file to attack in this process.", valueName: "file"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "Log of queries and answers to attack without a model: a line of JSON about the model, then one per query, as --log writes it; see Labs/guide/recorded-answers.md.",
      valueName: "file"))
  var replay: String?

  @Option(
    help: ArgumentHelp(
      "Range of the numbers whose range is not known, or a JSON file with the inputs. (default: that of --data; what a model's scaling or thresholds suggest; else -1:1)",
      valueName: "low:high|file"))
  var ranges: String?

  @Option(
    help:
      "What a model file gives away, or what the answers of a service are: label, confidence, probabilities or number. (default: all it has)"
  )
  var content: AnswerContent?

  @Option(
    help:
      "Details that a model file gives on request, separated by commas: nodes, gradients, counterfactuals.")
  var details: String?

  @Option(help: "What a query to a model file consists of: columns of the table, or encoded numbers.")
  var inputs = PipelineOracle.Inputs.columns

  @Option(
    name: .customLong("guard"),
    help: ArgumentHelp(
      "A guard before a model file, such as rounding:decimals=3.", valueName: "id:name=value,..."))
  var guards: [String] = []

  @OptionGroup(title: ConnectionOptions.title) var connection: ConnectionOptions

  @OptionGroup(title: TableFormat.title) var format: TableFormat

  func validate() throws {
    let given = [url, model, replay].compactMap { $0 }
    guard given.count == 1 else {
      throw ValidationError(
        given.isEmpty
          ? "nothing to steal; give the address of a service, --model FILE or --replay FILE"
          : "give only one of an address, --model and --replay")
    }
    try connection.check(format)
    guard url != nil || connection.given(format).isEmpty else {
      throw ValidationError("\(connection.given(format)[0]) goes with the address of a service")
    }
    guard replay == nil || ranges == nil else {
      throw ValidationError("--ranges goes with the address of a service or --model; a log has its ranges")
    }
    guard model != nil || (details == nil && guards.isEmpty && inputs == .columns) else {
      throw ValidationError("--details, --inputs and --guard go with --model")
    }
    guard replay == nil || content == nil else {
      throw ValidationError("--content goes with the address of a service or --model")
    }
    try usage {
      _ = try AnswerDetails(names: details)
      _ = try guards.map { try MethodRegistry.current.guards.make(specification: $0) }
    }
  }

  /// The model, as the options say where it is.
  func target() throws -> TheftJob.Target {
    if let replay { return .record(replay) }
    if let url {
      var access = ServiceAccess(url, connection.connection(format))
      access.content = content
      return .url(access)
    }
    var access = ModelFileAccess(model ?? "")
    (access.inputs, access.content, access.guards) = (inputs, content, guards)
    access.details = try AnswerDetails(names: details)
    return .file(access)
  }
}

extension AnswerContent: ExpressibleByArgument {}
extension PipelineOracle.Inputs: ExpressibleByArgument {}
