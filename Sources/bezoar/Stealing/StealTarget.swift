import ArgumentParser
import Experiments
import Learning
import LinearAlgebra
import Querying
import Stealing
import StealingStudies
import Tabular

/// The model that is to be stolen: behind an address, in a file, or in the answers that it gave once.
struct StealTarget: ParsableArguments {
  @Argument(help: ArgumentHelp("Address of a prediction service.", valueName: "url"))
  var url: String?

  @Option(help: ArgumentHelp("Model file to attack in this process.", valueName: "file"))
  var model: String?

  @Option(help: ArgumentHelp("Log of queries and answers to attack without a model.", valueName: "file"))
  var replay: String?

  @Option(
    help: ArgumentHelp(
      "File with the key for a service, on one line.", valueName: "file"))
  var apiKeyFile: String?

  @Option(
    help: ArgumentHelp(
      "Range of the numbers that a service takes, or a JSON file with its inputs. (default: -1:1)",
      valueName: "low:high|file"))
  var ranges: String?

  @Option(help: ArgumentHelp("Time that a service gets for a request, such as 90s.", valueName: "time"))
  var timeout = TimeSpan(.seconds(60))

  @Option(
    help: ArgumentHelp(
      "Most rows in a request to a service. (default: as many as it takes in half of the timeout)",
      valueName: "rows"))
  var batch: Int?

  @Option(
    help: "What a model file gives away: label, confidence, probabilities or number. (default: all it has)")
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

  /// A model to attack.
  struct Victim: Sendable {
    let oracle: any PredictionOracle
    /// The model without its guards where it is here, to compare the copy with.
    let unguarded: any PredictionOracle
    /// What to call it.
    let name: String
    /// Whether queries go over the network.
    let isRemote: Bool
    /// Ids of the guards that are known.
    let guards: [String]
    /// Rows to compare the models on; nil for none.
    let testRows: Matrix?
    /// What the user should hear.
    let notes: [String]
    /// Queries that were spent before the theft to find out how to ask.
    var probedRows = 0
    /// Those of them whose answers are worth keeping.
    var probes: [QuerySession.Exchange] = []
  }

  func validate() throws {
    let given = [url, model, replay].compactMap { $0 }
    guard given.count == 1 else {
      throw ValidationError(
        given.isEmpty
          ? "nothing to steal; give the address of a service, --model FILE or --replay FILE"
          : "give only one of an address, --model and --replay")
    }
    guard url != nil || (apiKeyFile == nil && ranges == nil && batch == nil) else {
      throw ValidationError("--api-key-file, --ranges and --batch go with the address of a service")
    }
    guard batch ?? 1 > 0, timeout.duration > .zero else {
      throw ValidationError("--batch and --timeout must be more than 0")
    }
    guard model != nil || (content == nil && details == nil && guards.isEmpty && inputs == .columns) else {
      throw ValidationError("--content, --details, --inputs and --guard go with --model")
    }
    try usage {
      _ = try AnswerDetails(names: details)
      _ = try guards.map { try GuardCatalogue.make(specification: $0) }
    }
  }

  /// The oracle on the model.
  ///
  /// - Parameter earlier: what an interrupted theft found out of it.
  func oracle(
    _ options: GlobalOptions, data: String?, earlier: QueryRecord.Header?
  ) async throws -> Victim {
    if let replay {
      let record = try QueryRecord(path: replay)
      let oracle = try RecordedOracle(record)
      return Victim(
        oracle: oracle, unguarded: oracle, name: record.header.target, isRemote: false, guards: [],
        testRows: nil,
        notes: ["\(record.exchanges.count) recorded answers of \(record.header.target)"])
    }
    if let url { return try await remote(url, options, data: data, earlier: earlier) }
    let path = model ?? ""
    let pipeline = try ModelReader.read(path, console: options.console).pipeline
    let base = PipelineOracle(
      pipeline, inputs: inputs, content: content, details: try AnswerDetails(names: details))
    let testRows = try rows(data, options, for: pipeline, base.schema)
    let context = ServiceContext(
      schema: base.schema, pipeline: pipeline, benign: testRows,
      keyedHash: .hmacSHA256(key: Array("\(options.seed)".utf8)))
    let prepared = try GuardCatalogue.prepared(guards, for: context)
    return Victim(
      oracle: prepared.isEmpty ? base : GuardedOracle(base, guards: prepared), unguarded: base,
      name: TableOptions.name(path), isRemote: false, guards: guards, testRows: testRows, notes: [])
  }

  /// Rows of a table in the form of the schema.
  private func rows(
    _ data: String?, _ options: GlobalOptions, for pipeline: Pipeline, _ schema: QuerySchema
  ) throws -> Matrix? {
    guard let data else { return nil }
    let table = try ModelReader.table(DataSource(data, searchPath: options.searchPath), for: pipeline)
    return try inputs == .columns ? schema.rows(of: table) : pipeline.features.features(table).matrix
  }

  /// The oracle on a service.
  private func remote(
    _ url: String, _ options: GlobalOptions, data: String?, earlier: QueryRecord.Header?
  ) async throws -> Victim {
    #if HTTP
      return try await service(url, options, data: data, earlier: earlier)
    #else
      throw WithoutHTTP()
    #endif
  }
}

extension AnswerContent: ExpressibleByArgument {}
extension PipelineOracle.Inputs: ExpressibleByArgument {}
