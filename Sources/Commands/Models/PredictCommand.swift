import Files
import ArgumentParser
import Reporting
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
    try format.checkHeaders()
    let job = PredictionJob(model: model, data: data, reading: try format.reading())
    let result = try job.run(options.context)
    guard let output else { return try options.show(result) }
    try AtomicFile.write(options.json ? Array(try result.json().utf8) : result.bytes, to: output)
    options.console.note("predictions: \(output)")
  }
}
