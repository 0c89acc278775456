import Files
import Datasets
import ArgumentParser
import Experiments
import Learning
import LinearAlgebra
import Methods
import Reporting
import Tabular

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
  private var test: Double { givenTest ?? (privacy.isAsked ? 0 : 0.3) }

  @Option(name: [.short, .long], help: ArgumentHelp("File for the model.", valueName: "file"))
  var output: String

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard test >= 0, test < 1 else {
      throw ValidationError("--test must be at least 0 and below 1, not \(test)")
    }
    guard output != data else { throw ValidationError("--output would overwrite \(data); give another name") }
    if privacy.isAsked {
      if noIntercept {
        throw ValidationError("--no-intercept is not for private training; use only one of the two")
      }
      return try usage { try checkPrivate() }
    }
    try usage {
      try privacy.checkAbsent()
      let choice = try chosenRecipe()
      _ = try encoding.options(forTrees: choice.growsTrees, intercept: choice.hasIntercept)
      _ = try RowWeighting(column: weights, classes: classWeights)
      if case .regressor = choice, classWeights != nil {
        throw ValidationError("--class-weights is for classifiers; \(model) predicts a number")
      }
      if weights == target { throw ValidationError("--weights must name another column than --target") }
    }
  }

  /// The settings with those that have a flag of their own.
  private var allSettings: [String] { settings + (noIntercept ? ["intercept=false"] : []) }

  private func chosenRecipe() throws -> LearnerChoice {
    do {
      return try MethodRegistry.current.learners.make(model, settings: MethodSettings(allSettings))
    } catch SettingError.unknown("intercept", _, _) {
      let known = MethodRegistry.current.learners.entries.filter { entry in
        entry.parameters.contains { $0.name == "intercept" }
      }
      throw ValidationError(
        "\(model) has no intercept that could be left out; --no-intercept is for "
          + known.map(\.id).joined(separator: ", "))
    }
  }

  func run() async throws {
    BLASRuntime.setThreads(1)
    if privacy.isAsked { return try runPrivate() }
    let console = options.console
    let source = DataSource(data, searchPath: options.searchPath)
    Activity.now("reading \(TableOptions.name(data))")
    let table = try format.table(data, options, targets: [target])
    let choice = try chosenRecipe()
    var isClassifier = false
    if case .classifier = choice { isClassifier = true }
    TableFormat.tellColumns(
      of: table, target: target, ignored: ListOption.columns(encoding.ignore, of: table.columns.map(\.name)),
      isClassifier: isClassifier, on: console)
    Activity.now("training \(model)")
    let training = try table.placing {
      try ModelTraining(
        table: table, target: target,
        recipe: choice, encoding: encoding,
        categories: format.categories(),
        weighting: RowWeighting(column: weights, classes: classWeights), testShare: test,
        seed: options.seed, workers: options.threadCount
      ).run(Interruption.check)
    }
    for note in training.notes { console.note(note) }
    let file = ModelFile(
      pipeline: training.pipeline,
      provenance: .init(
        tool: "bezoar \(Bezoar.version)", recipe: model, settings: allSettings,
        dataset: TableOptions.name(data), sha256: try source.sha256(),
        rows: training.trainingRows, seed: options.seed, testShare: test, weights: weights,
        classWeights: classWeights, reading: try format.completed(by: nil)))
    try AtomicFile.write(file.bytes(), to: output)
    if options.json {
      console.write(try document(training).json())
    } else {
      for table in training.scores.tables(title: "\(model) on \(training.trainingRows) training rows") {
        console.write(table)
      }
    }
    console.note("model: \(output)")
  }

  private func document(_ training: ModelTraining.Result) -> ResultsDocument {
    ResultsDocument(
      tool: .init(version: Bezoar.version, blas: BLASRuntime.coreName),
      parameters: [
        "command": "train", "data": .text(TableOptions.name(data)), "target": .text(target),
        "model": .text(model),
        "settings": .list(allSettings.map { .text($0) }), "seed": .integer(Int(clamping: options.seed)),
        "training_rows": .integer(training.trainingRows), "test": .number(test),
        "weights": weights.map { .text($0) } ?? .missing,
        "class_weights": classWeights.map { .text($0) } ?? .missing,
      ],
      methods: [],
      outcomes: training.scores.parts.map { part in
        Outcome(
          dataset: "\(TableOptions.name(data)) \(part.name)", model: model, seed: options.seed,
          metrics: part.metrics)
      },
      claims: [])
  }
}
