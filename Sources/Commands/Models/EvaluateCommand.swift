import ArgumentParser
import Experiments
import Learning
import LinearAlgebra
import Reporting
import Tabular
import Workbench

/// Measures a model file on a table, or beside another model.
struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure a model on a table that has the true answers, or beside another model.",
    discussion: """
      Classifiers: accuracy, balanced accuracy, log loss, Brier score (of two classes
      the mean square for one of them, of more the sum over all), area under the
      curve, precision, recall, F1, Matthews correlation, G-mean, calibration error
      and counts of true and predicted classes; of a model without probabilities only
      what its classes tell. Models of a number: mean squared and
      absolute error, R² and the share within 20 % of the truth.
      Beside the model stands a baseline without a model: the most frequent class
      with the frequencies of the classes, or the mean.

      With --against the model is a copy beside the model that it was stolen from, or
      any two models: the share of rows with another label (r), the mean total
      variation of the probabilities (tv) or the mean difference of the numbers, on
      the rows of the table, which needs no true answers then (test), and on uniform
      rows (unif), in the words of 'bezoar steal'.

      Examples:
        bezoar evaluate --model model.json --data test.csv
        bezoar evaluate --model model.json --data test.csv --json
        bezoar evaluate --model stolen.json --data rows.csv \\
          --against http://127.0.0.1:8000/predict --budget 500
        bezoar evaluate --model stolen.json --data rows.csv --against model.json
      """)

  @Option(help: ArgumentHelp("Model file, .json or .onnx.", valueName: "file"))
  var model: String

  @Option(
    help: ArgumentHelp(
      "CSV or TSV file with the target column, or the id of a data set.", valueName: "file|id"))
  var data: String

  @OptionGroup(title: ComparisonOptions.title) var comparison: ComparisonOptions

  @OptionGroup(title: TableFormat.title) var format: TableFormat

  @OptionGroup var options: GlobalOptions

  func validate() throws { try comparison.validate(with: format) }

  func run() async throws {
    BLASRuntime.setThreads(1)
    let console = options.console
    let file = try ModelReader.read(model, console: console)
    if let request = try comparison.request(data: data, format) { return try await compare(file, request) }
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
    console.write(try document(file, against: nil, scores.parts.map { ($0.name, $0.metrics) }).json())
  }

  /// The model beside another one.
  private func compare(_ file: ModelFile, _ request: ModelComparison) async throws {
    let console = options.console
    let result = try await request.run(file, in: options.context)
    guard options.json else { return console.write(result.table(TableOptions.name(model))) }
    console.write(
      try document(file, against: result.name, [(TableOptions.name(data), result.metrics)]).json())
  }

  private func document(
    _ file: ModelFile, against other: String?, _ parts: [(name: String, metrics: Metrics)]
  ) throws -> ResultsDocument {
    let source = DataSource(data, searchPath: options.searchPath)
    var parameters: [String: ParameterValue] = [
      "command": "evaluate", "data": .text(TableOptions.name(data)), "sha256": .text(try source.sha256()),
      "model": .text(TableOptions.name(model)),
    ]
    if let other {
      parameters["against"] = .text(other)
      parameters["seed"] = .integer(Int(clamping: options.seed))
    }
    return ResultsDocument(
      tool: .init(version: Bezoar.version, blas: BLASRuntime.coreName), parameters: parameters, methods: [],
      outcomes: parts.map { part in
        Outcome(
          dataset: part.name, model: file.provenance?.recipe ?? "imported", attack: "none", defence: "none",
          rate: 0, seed: file.provenance?.seed ?? 0, metrics: part.metrics)
      },
      claims: [])
  }
}
