import Files
import Datasets
import ArgumentParser
import Learning
import Reporting
import Workbench

/// Trains a model on a table of the user.
struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a model on a table and write it to a file.",
    discussion: """
      Classifiers: logistic, softmax, ovr, kernel-logistic, tree, forest, mlp, hamp
      (unsure of its training rows). Models of a number: ols, ridge, lasso,
      elastic-net, tree-regressor, mlp-regressor. Kinds of columns are guessed and
      printed. A part of the rows is kept unseen to measure the model.

      Examples:
        bezoar train --data digits --target digit --model softmax -o model.json
        bezoar train --data adult.csv --target income --model tree \\
          --set maximumDepth=8 --set confidence=laplace -o tree.json
        bezoar train --data adult.csv --target income --model logistic \\
          --class-weights balanced --set penalty=0.1 -o fair.json
        bezoar train --data doses.csv --target dose --model ridge \\
          --test 0 -o dose.json
        bezoar train --data adult.csv --target income \\
          --model logistic -o private.json \\
          --privacy mechanism=objective,epsilon=1 --bounds age=17:90 \\
          --levels 'sex=Male|Female' --levels 'income=<=50K|>50K'

      'bezoar list tree' shows the settings of a model.
      """)

  @Option(
    help: ArgumentHelp(
      "CSV or TSV file, gzip-compressed or not, or the id of a data set.", valueName: "file|id")
  )
  var data: String

  @Option(help: ArgumentHelp("Column that the model predicts.", valueName: "column"))
  var target: String

  @Option(help: "Kind of model, by its id.")
  var model: String

  @Option(name: .customLong("set"), help: ArgumentHelp("A setting of the model.", valueName: "name=value"))
  var settings: [String] = []

  @Flag(
    help:
      "Train ols, ridge, lasso, elastic-net, logistic, softmax or ovr without an intercept, on raw columns.")
  var noIntercept = false

  @Option(
    help: ArgumentHelp(
      "Column that says how much each row counts in training; it is no feature.", valueName: "column"))
  var weights: String?

  @Option(
    help: ArgumentHelp(
      "Factors on the weight of the rows of classes, such as yes=5,no=1, or balanced for the same total of all.",
      valueName: "class=factor,..."))
  var classWeights: String?

  @OptionGroup var encoding: EncodingFlags

  @OptionGroup(title: TableFormat.title) var format: TableFormat

  @OptionGroup(title: "Private training") var privacy: PrivacyFlags

  @Option(
    name: .customLong("test"),
    help: ArgumentHelp(
      "Share of the rows kept unseen to measure the model; 0 trains on all. (default: 0.3, 0 with --privacy)",
      valueName: "share"))
  var givenTest: Double?

  /// Share of the rows kept unseen.
  var test: Double { givenTest ?? (privacy.isAsked ? 0 : 0.3) }

  @Option(name: [.short, .long], help: ArgumentHelp("File for the model.", valueName: "file"))
  var output: String

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard test >= 0, test < 1 else {
      throw ValidationError("--test must be at least 0 and below 1, not \(test)")
    }
    guard output != data else { throw ValidationError("--output would overwrite \(data); give another name") }
    guard !privacy.isAsked else { return try usage { try checkPrivate() } }
    try usage {
      try privacy.checkAbsent()
      try job().check(.current)
    }
  }

  func run() async throws {
    try format.checkHeaders()
    if privacy.isAsked {
      let result = try privateJob().run(options.context)
      try finish(result, result.file)
    } else {
      let result = try job().run(options.context)
      try finish(result, result.file)
    }
  }

  private func finish(_ result: some JobResult, _ file: ModelFile) throws {
    try AtomicFile.write(file.bytes(), to: output)
    try options.show(result)
    options.console.note("model: \(output)")
  }
}
