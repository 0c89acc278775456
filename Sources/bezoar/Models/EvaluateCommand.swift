import ArgumentParser
import Experiments
import Learning
import LinearAlgebra
import Reporting
import Tabular

/// Measures a model file on a table.
struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure a model on a table that has the true answers.",
    discussion: """
      Classifiers: accuracy, balanced accuracy, log loss, Brier score (of two classes
      the mean square for one of them, of more the sum over all), area under the
      curve, precision, recall, F1, Matthews correlation, G-mean, calibration error
      and counts of true and predicted classes; of a model without probabilities only
      what its classes tell. Models of a number: mean squared and
      absolute error, R² and the share within 20 % of the truth.
      Beside the model stands a baseline without a model: the most frequent class
      with the frequencies of the classes, or the mean.

      Examples:
        bezoar evaluate --model model.json --data test.csv
        bezoar evaluate --model model.json --data test.csv --json
      """)

  @Option(help: ArgumentHelp("Model file, .json or .onnx.", valueName: "file"))
  var model: String

  @Option(
    help: ArgumentHelp(
      "CSV or TSV file with the target column, or the id of a data set.", valueName: "file|id"))
  var data: String

  @OptionGroup(title: TableFormat.title) var format: TableFormat

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    BLASRuntime.setThreads(1)
    let console = options.console
    let file = try ModelReader.read(model, console: console)
    let source = DataSource(data, searchPath: options.searchPath)
    let table = try format.table(data, options, targets: [file.pipeline.targetName], for: file)
    let name = TableOptions.name(data)
    let scores = try table.placing {
      try ModelScores(file.pipeline, table, [(name, nil)], workers: options.threadCount)
    }
    for note in scores.notes { console.note(note) }
    guard options.json else {
      for table in scores.tables(title: "\(TableOptions.name(model)) on \(name)") { console.write(table) }
      return
    }
    let document = ResultsDocument(
      tool: .init(version: Bezoar.version, blas: BLASRuntime.coreName),
      parameters: [
        "command": "evaluate", "data": .text(name), "sha256": .text(try source.sha256()),
        "model": .text(TableOptions.name(model)),
      ],
      methods: [],
      outcomes: scores.parts.map { part in
        Outcome(
          dataset: part.name, model: file.provenance?.recipe ?? "imported", attack: "none", defence: "none",
          rate: 0, seed: file.provenance?.seed ?? 0, metrics: part.metrics)
      },
      claims: [])
    console.write(try document.json())
  }
}
