import ArgumentParser
import Experiments
import Learning
import LinearAlgebra
import Methods
import Querying
import Stealing
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
    /// How the training table of a model file was read, where options said so.
    var reading: ReadingOptions?
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

  /// The oracle on the model.
  ///
  /// - Parameters:
  ///   - data: rows like those of its users, for ranges that are not known and to compare models on.
  ///   - examples: tables for ranges that neither the model nor `data` tells.
  ///   - log: the record of the theft of a service, with what an interrupted one found out of it.
  ///   - allowance: what may be sent to a service; nil for no limit.
  func oracle(
    _ options: GlobalOptions, data: String?, examples: [ColumnRanges.Example] = [],
    log: QueryRecordFile? = nil, allowance: TheftAllowance? = nil
  ) async throws -> Victim {
    if let replay {
      let record = try QueryRecord(path: replay)
      let oracle = try RecordedOracle(record)
      return Victim(
        oracle: oracle, unguarded: oracle, name: record.header.target, isRemote: false, guards: [],
        testRows: nil,
        notes: ["\(record.exchanges.count) recorded answers of \(record.header.target)"])
    }
    if let url {
      return try await ServiceAccess(
        connection: connection, format: format, ranges: ranges, content: content
      ).victim(
        url, options, data: data, examples: examples, log: log, allowance: allowance)
    }
    let path = model ?? ""
    let file = try ModelReader.read(path, console: options.console)
    let pipeline = file.pipeline
    let table = try data.map {
      try format.table($0, options, targets: [pipeline.targetName], for: file).asked(
        besides: pipeline.targetName, inputs: pipeline.describedColumns.map(\.name))
    }
    let own = table.map { [ColumnRanges.Example($0, name: "the rows of \(TableOptions.name(data ?? ""))")] }
    let (columns, notes) = try ColumnRanges(
      description: try ranges.map { try InputDescription($0) }, examples: (own ?? []) + examples
    ).columns(pipeline.describedColumns)
    let base = PipelineOracle(
      pipeline, inputs: inputs, columns: columns, content: content,
      details: try AnswerDetails(names: details))
    let testRows = try table.map { table in
      try table.placing {
        inputs == .columns
          ? try base.schema.rows(of: table)
          : try pipeline.features.features(table.named(like: columns.map(\.name))).matrix
      }
    }
    let context = ServiceContext(
      schema: base.schema, pipeline: pipeline, inputs: inputs, benign: testRows,
      keyedHash: .hmacSHA256(key: Array("\(options.seed)".utf8)))
    let prepared = try MethodRegistry.current.guards.prepared(guards, for: context)
    return Victim(
      oracle: prepared.isEmpty ? base : GuardedOracle(base, guards: prepared), unguarded: base,
      name: TableOptions.name(path), isRemote: false, guards: guards, testRows: testRows,
      reading: file.provenance?.reading, notes: notes)
  }

}

extension AnswerContent: ExpressibleByArgument {}
extension PipelineOracle.Inputs: ExpressibleByArgument {}
