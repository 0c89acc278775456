import Datasets
import ArgumentParser
import Experiments
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
    let job = EvaluationJob(model: model, data: data, reading: try format.reading())
    if let request = try comparison.request(data: data, format) { return try await compare(job, request) }
    try format.checkHeaders()
    try options.show(try job.run(options.context))
  }

  /// The model beside another one.
  private func compare(_ job: EvaluationJob, _ request: ModelComparison) async throws {
    let context = options.context
    let file = try ModelReader.read(model, context)
    let result = try await request.run(file, context)
    guard options.json else { return options.console.write(result.table(Table.shortName(model))) }
    let document = try job.document(
      file, against: result.name, [(Table.shortName(data), result.metrics)], context)
    options.console.write(try document.json())
  }
}
