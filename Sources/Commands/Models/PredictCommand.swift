import ArgumentParser
import Experiments
import Learning
import LinearAlgebra
import Reporting
import Tabular
import Workbench

/// Applies a model file to a table.
struct PredictCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Apply a model to the rows of a table.",
    discussion: """
      The output has one line per row: its number, the prediction and, for a
      classifier, the probability of every class; for a tree with Wilson's bound
      also its confidence. A model that only decides, such as a support vector
      machine from ONNX, has no probabilities; its scores stand in their place, of
      two classes the one of the second. With --json it is one document.

      Examples:
        bezoar predict --model model.json --data new.csv -o predictions.csv
        bezoar predict --model tree.json --data new.csv.gz > predictions.csv
      """)

  @Option(help: ArgumentHelp("Model file, .json or .onnx.", valueName: "file"))
  var model: String

  @Option(
    help: ArgumentHelp(
      "CSV or TSV file with the columns of the training data, or the id of a data set.", valueName: "file|id")
  )
  var data: String

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("File for the predictions. (default: standard output)", valueName: "file"))
  var output: String?

  @OptionGroup(title: TableFormat.title) var format: TableFormat

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if let output, output == data || output == model {
      throw ValidationError("--output would overwrite \(output); give another name")
    }
  }

  func run() async throws {
    BLASRuntime.setThreads(1)
    let console = options.console
    let file = try ModelReader.read(model, console: console)
    let pipeline = file.pipeline
    let table = try format.table(data, options, targets: [pipeline.targetName], for: file)
    let predictions = try table.placing { try pipeline.predict(table, workers: options.threadCount) }
    for note in predictions.notes { console.note(note) }
    let result = Self.table(predictions, pipeline)
    let bytes =
      options.json ? Array(try Self.json(result, pipeline).utf8) : TableWriter.bytes(result)
    if let output {
      try AtomicFile.write(bytes, to: output)
      console.note("predictions: \(output)")
    } else {
      console.write(String(decoding: bytes, as: UTF8.self))
    }
  }

  /// The predictions as a table.
  static func table(_ predictions: Pipeline.Predictions, _ pipeline: Pipeline) -> Table {
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
  static func json(_ table: Table, _ pipeline: Pipeline) throws -> String {
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
      ParameterValue.group(["target": .text(pipeline.targetName), "predictions": .list(rows)]))
  }
}
