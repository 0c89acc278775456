import Experiments
import Learning
import LinearAlgebra
public import Tabular

/// Applies a model to the rows of a table.
public struct PredictionJob: Sendable {
  /// Path of the model.
  public var model: String
  /// Path of a table with the columns of the training data, or id of a data set.
  public var data: String
  /// How the table is read, where the model does not say.
  public var reading: ReadingChoices

  /// The application of a model to a table.
  public init(model: String, data: String, reading: ReadingChoices = ReadingChoices()) {
    self.model = model
    self.data = data
    self.reading = reading
  }

  /// Reads and predicts.
  ///
  /// - Throws: errors of the model file and the table; `DesignError` for a table that does not fit, with its line.
  public func run(_ context: JobContext) throws -> Result {
    let file = try ModelReader.read(model, context)
    let pipeline = file.pipeline
    let table = try reading.table(data, context, targets: [pipeline.targetName], for: file)
    let predictions = try table.placing { try pipeline.predict(table, workers: context.workers) }
    context.note(predictions.notes)
    return Result(predictions: predictions, pipeline: pipeline)
  }

  /// The predictions.
  public struct Result: JobOutput {
    /// One line per row: its number from 1, the prediction, and what the model says beside it.
    public let table: Table
    /// Name of what is predicted.
    public let target: String

    init(predictions: Pipeline.Predictions, pipeline: Pipeline) {
      table = Self.table(predictions, pipeline)
      target = pipeline.targetName
    }

    /// The table as a CSV file.
    public var bytes: [UInt8] { TableWriter.bytes(table) }

    /// The lines of the CSV file.
    public var text: [JobText] { [.lines(String(decoding: bytes, as: UTF8.self))] }

    /// The predictions as a table.
    private static func table(_ predictions: Pipeline.Predictions, _ pipeline: Pipeline) -> Table {
      let rows = Table.Column(name: "row", values: .numeric(predictions.rowIndex.map { Double($0 + 1) }))
      let labels = pipeline.labels
      guard !labels.isEmpty else {
        return Table(columns: [rows, .init(name: pipeline.targetName, values: .numeric(predictions.numbers))])
      }
      let answer = Table.Column(
        name: pipeline.targetName, values: .categorical(codes: predictions.classes, levels: labels))
      if let scores = predictions.scores {
        let names = scores.columns == 1 ? Array(labels.suffix(1)) : labels
        return Table(
          columns: [rows, answer]
            + names.prefix(scores.columns).enumerated().map { index, label in
              .init(name: "score:\(label)", values: .numeric(scores.column(index)))
            })
      }
      let probabilities = labels.enumerated().map { index, label in
        Table.Column(
          name: "probability:\(label)", values: .numeric(predictions.probabilities.column(index)))
      }
      let confidence = predictions.confidences.map { Table.Column(name: "confidence", values: .numeric($0)) }
      return Table(columns: [rows, answer] + probabilities + (confidence.map { [$0] } ?? []))
    }

    /// The same as JSON: `target` and `predictions`, one object per row.
    public func json() throws -> String {
      let rows = (0..<table.rowCount).map { row in
        ParameterValue.group(
          Dictionary(
            table.columns.enumerated().map { index, column in
              switch column.values {
              case .categorical(let codes, let levels): ("prediction", .text(levels[codes[row]]))
              case .numeric(let numbers) where index == 0: ("row", .integer(Int(numbers[row])))
              case .numeric(let numbers): (index == 1 ? "prediction" : column.name, .number(numbers[row]))
              }
            }, uniquingKeysWith: { first, _ in first }))
      }
      return try StableJSON.text(
        ParameterValue.group(["target": .text(target), "predictions": .list(rows)]))
    }
  }
}
