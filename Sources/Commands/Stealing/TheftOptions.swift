import ArgumentParser
import Workbench

/// How a model is stolen, and where what is taken goes.
struct TheftOptions: ParsableArguments {
  @Option(help: "Id of the attack, or auto.")
  var attack = "auto"

  @Option(name: .customLong("set"), help: ArgumentHelp("A setting of the attack.", valueName: "name=value"))
  var settings: [String] = []

  @Option(
    help: ArgumentHelp(
      "Most rows that may be sent, for whatever reason, those of an interrupted run included. (default: \(TheftAllowance.usual) to a service)",
      valueName: "rows"))
  var budget: Int?

  @Option(name: [.short, .long], help: ArgumentHelp("File for the stolen model.", valueName: "file"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "File for the queries and answers. (default: beside the model, .queries.jsonl)", valueName: "file"))
  var log: String?

  @Option(help: ArgumentHelp("Folder for the report. (default: beside the model)", valueName: "folder"))
  var report: String?

  @Option(
    help: ArgumentHelp(
      "Rows as the model's users have them, to check copies and to compare the two models on, besides uniform ones: a file or the id of a data set.",
      valueName: "file|id"))
  var data: String?

  @Option(
    help: ArgumentHelp(
      "Uniform rows to compare the two models on after the theft; over HTTP they cost. (default: 10000, over HTTP 200)",
      valueName: "rows"))
  var check: Int?

  @Option(help: ArgumentHelp("Price of a query, for the bill.", valueName: "money"))
  var price = 0.0001

  /// What is asked for.
  func request(_ source: StealTarget) throws -> TheftJob {
    var request = TheftJob(try source.target(), output: output)
    (request.ranges, request.data, request.reading) = (
      source.ranges, data, try source.format.reading()
    )
    (request.attack, request.settings, request.budget) = (attack, settings, budget)
    (request.check, request.log, request.price) = (check, log, price)
    return request
  }

  /// - Throws: `ValidationError` for options that cannot be.
  func check(_ source: StealTarget, methods: MethodRegistry) throws {
    if let budget, budget < 1 { throw ValidationError("--budget must be at least 1, not \(budget)") }
    if let check, !(0...TheftJob.mostChecks).contains(check) {
      throw ValidationError("--check must be from 0 to \(TheftJob.mostChecks), not \(check)")
    }
    guard price >= 0 else { throw ValidationError("--price must be at least 0, not \(price)") }
    guard output != source.model, output != source.replay, output != data else {
      throw ValidationError("--output would overwrite \(output); give another name")
    }
    try usage { _ = try request(source).method(of: methods) }
  }
}
