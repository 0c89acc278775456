import Guarding
public import Learning
public import LinearAlgebra
import Methods
public import Querying
import Stealing
import StealingStudies
public import Tabular

/// A model as its attacker sees it: the only way in which a job gets one.
public struct ModelUnderAttack: Sendable {
  /// Where a model is.
  public enum Source: Sendable {
    /// A model file, asked in this process.
    case file(ModelFileAccess)
    /// A service.
    case url(ServiceAccess)
    /// A file of queries and the answers that a model gave once.
    case record(String)
    /// A model that is trained first.
    case trained(TrainingPlan)
  }

  /// The model, behind its guards.
  public let oracle: any PredictionOracle
  /// The model itself where it is here; nil for a service and for recorded answers.
  public let model: PipelineOracle?
  /// The file that it is in; nil for any other place.
  public let file: ModelFile?
  /// What to call it.
  public let name: String
  /// Whether queries go over the network.
  public let isRemote: Bool
  /// The guards before it that are known, with their settings.
  public let guards: [String]
  /// Rows as its users have them, in the form of its schema; nil where none are known.
  public let testRows: Matrix?
  /// What the user should hear of it.
  public let notes: [String]
  /// Rows that were sent to find out how to ask.
  public let probedRows: Int
  /// Those of them whose answers are worth keeping.
  public let probes: [QuerySession.Exchange]

  init(
    _ oracle: any PredictionOracle, model: PipelineOracle? = nil, file: ModelFile? = nil, name: String,
    isRemote: Bool = false, guards: [String] = [], testRows: Matrix? = nil, notes: [String] = [],
    probedRows: Int = 0, probes: [QuerySession.Exchange] = []
  ) {
    (self.oracle, self.model, self.file, self.name) = (oracle, model, file, name)
    (self.isRemote, self.guards, self.testRows, self.notes) = (isRemote, guards, testRows, notes)
    (self.probedRows, self.probes) = (probedRows, probes)
  }

  /// The model without its guards where it is here, to compare a copy with.
  public var unguarded: any PredictionOracle { model ?? oracle }

  /// The model with its encoding where it is here.
  public var pipeline: Pipeline? { model?.pipeline }

  /// Opens a model.
  ///
  /// - Parameters:
  ///   - ranges: a range such as `0:1` for the numbers whose range is not known, or a JSON file with the inputs; nil for
  ///     none.
  ///   - rows: what is known of its rows; called once, with the model file if there is one, before a service is asked.
  /// - Throws: errors of the file, the tables, the way to a service, the guards and the training, and ``WorkbenchError/withoutHTTP``.
  public static func open(
    _ source: Source, ranges: String? = nil, in context: JobContext,
    rows: (ModelFile?) throws -> KnownRows = { _ in KnownRows() }
  ) async throws -> ModelUnderAttack {
    switch source {
    case .file(let access): try file(access, ranges, context, rows)
    case .url(let access): try await service(access, ranges, context, rows)
    case .record(let path): try record(path)
    case .trained(let plan): try plan.trained()
    }
  }

  private static func record(_ path: String) throws -> ModelUnderAttack {
    let record = try QueryRecord(path: path)
    return ModelUnderAttack(
      try RecordedOracle(record), name: record.header.target,
      notes: ["\(record.exchanges.count) recorded answers of \(record.header.target)"])
  }

  private static func file(
    _ access: ModelFileAccess, _ ranges: String?, _ context: JobContext,
    _ rows: (ModelFile?) throws -> KnownRows
  ) throws -> ModelUnderAttack {
    let file = try ModelReader.read(access.path, context)
    let (pipeline, known) = (file.pipeline, try rows(file))
    let (columns, notes) = try ColumnRanges(
      description: try ranges.map { try InputDescription($0) }, examples: known.examples
    ).columns(pipeline.describedColumns)
    let model = PipelineOracle(
      pipeline, inputs: access.inputs, columns: columns, content: access.content, details: access.details)
    let testRows = try known.table.map { table in
      try table.placing {
        access.inputs == .columns
          ? try model.schema.rows(of: table)
          : try pipeline.features.features(table.named(like: columns.map(\.name))).matrix
      }
    }
    let guards = try context.methods.guards.prepared(
      access.guards,
      for: ServiceContext(
        schema: model.schema, pipeline: pipeline, inputs: access.inputs, benign: testRows,
        keyedHash: .hmacSHA256(key: Array("\(context.seed)".utf8))))
    return ModelUnderAttack(
      guards.isEmpty ? model : GuardedOracle(model, guards: guards), model: model, file: file,
      name: Table.shortName(access.path), guards: access.guards, testRows: testRows, notes: notes)
  }
}

/// What is known of the rows of a model before it is asked.
public struct KnownRows: Sendable {
  /// Rows as its users have them, without what is predicted; nil for none.
  public let table: Table?
  /// Tables for ranges that the model does not tell, the most trusted one first.
  public let examples: [ColumnRanges.Example]

  /// Tables for ranges only; none for nothing.
  public init(examples: [ColumnRanges.Example] = []) { (table, self.examples) = (nil, examples) }

  /// A table of its users, for ranges and to compare models on.
  public init(_ table: Table, name: String) {
    self.table = table
    examples = [.init(table, of: name)]
  }

  /// The rows of a file or a data set for a model file or, where there is none, a service.
  ///
  /// - Throws: errors of the table.
  public init(
    _ name: String, for file: ModelFile?, _ reading: ReadingChoices, in context: JobContext
  ) throws {
    guard let pipeline = file?.pipeline else {
      self.init(try reading.table(name, context), name: name)
      return
    }
    let table = try reading.table(name, context, targets: [pipeline.targetName], for: file)
    self.init(
      table.asked(besides: pipeline.targetName, inputs: pipeline.describedColumns.map(\.name)), name: name)
  }
}

extension ColumnRanges.Example {
  /// The rows of a file or a data set.
  init(_ table: Table, of name: String) { self.init(table, name: "the rows of \(Table.shortName(name))") }
}
