import Datasets
public import Experiments
public import Learning
import Tabular

/// Measures a model on a table that has the true answers.
public struct EvaluationJob: Sendable {
  /// Path of the model.
  public var model: String
  /// Path of a table with the target column, or id of a data set.
  public var data: String
  /// How the table is read, where the model does not say.
  public var reading: ReadingChoices

  /// The measurement of a model on a table.
  public init(model: String, data: String, reading: ReadingChoices = ReadingChoices()) {
    self.model = model
    self.data = data
    self.reading = reading
  }

  /// Reads and measures.
  ///
  /// - Throws: errors of the model file and the table; `DesignError` and `LearningError` with the line of a row.
  public func run(_ context: JobContext) throws -> Result {
    let file = try ModelReader.read(model, context)
    let table = try reading.table(data, context, targets: [file.pipeline.targetName], for: file)
    let name = Table.shortName(data)
    let scores = try table.placing {
      try ModelScores(file.pipeline, table, [(name, nil)], workers: context.workers)
    }
    context.note(scores.notes)
    return Result(
      scores: scores, title: "\(Table.shortName(model)) on \(name)",
      document: try document(file, scores.parts.map { ($0.name, $0.metrics) }, context))
  }

  /// The document of a model with its numbers on some rows, which may stand beside another model.
  ///
  /// - Throws: `CatalogueError`.
  public func document(
    _ file: ModelFile, against other: String? = nil, _ parts: [(name: String, metrics: Metrics)],
    _ context: JobContext
  ) throws -> ResultsDocument {
    var parameters: [String: ParameterValue] = [
      "data": .text(Table.shortName(data)),
      "sha256": .text(try DataSource(data, searchPath: context.searchPath).sha256()),
      "model": .text(Table.shortName(model)),
    ]
    if let other {
      parameters["against"] = .text(other)
      parameters["seed"] = .seed(context.seed)
    }
    return ResultsDocument(
      job: "evaluate", parameters,
      outcomes: parts.map { part in
        Outcome(
          dataset: part.name, model: file.provenance?.recipe ?? "imported", seed: file.provenance?.seed ?? 0,
          metrics: part.metrics)
      })
  }

  /// How good the model is.
  public struct Result: JobResult {
    /// The numbers, beside a baseline that knows no feature.
    public let scores: ModelScores
    private let title: String
    public let document: ResultsDocument

    fileprivate init(scores: ModelScores, title: String, document: ResultsDocument) {
      self.scores = scores
      self.title = title
      self.document = document
    }

    public var text: [JobText] { scores.tables(title: title).map { .table($0) } }
  }
}
