import Datasets
public import Experiments
public import Learning
import Methods
import Reporting
import Tabular

/// Trains a model on a table and measures it on rows that it has not seen.
///
/// ```swift
/// var job = TrainingJob(data: "patients.csv", target: "dose", model: "ridge")
/// job.settings = ["penalty=0.1"]
/// let trained = try job.run(JobContext(seed: 7))
/// let model = trained.file.pipeline
/// ```
public struct TrainingJob: Sendable {
  /// Path of a table, or id of a data set.
  public var data: String
  /// Column that the model predicts.
  public var target: String
  /// Id of the kind of model.
  public var model: String
  /// Settings of the kind of model, as `name=value`.
  public var settings: [String] = []
  /// Whether the model has an intercept; without one it is trained on raw columns.
  public var hasIntercept = true
  /// How columns become numbers.
  public var encoding = EncodingChoices()
  /// How much rows count.
  public var weighting = RowWeighting()
  /// Share of the rows kept unseen to measure the model; 0 trains on all.
  public var testShare = 0.3
  /// How the table is read.
  public var reading = ReadingChoices()

  /// Training with the usual choices.
  public init(data: String, target: String, model: String) {
    self.data = data
    self.target = target
    self.model = model
  }

  /// The settings with those that have an option of their own.
  private var allSettings: [String] { settings + (hasIntercept ? [] : ["intercept=false"]) }

  /// Checks the request without a look at the data.
  ///
  /// - Throws: ``WorkbenchError/usage(_:)``, and `SettingError` or `MethodError` for a kind of model that is not known.
  public func check(_ methods: MethodRegistry) throws {
    guard testShare >= 0, testShare < 1 else {
      throw WorkbenchError.usage("--test must be at least 0 and below 1, not \(testShare)")
    }
    let learner = try learner(methods)
    _ = try encoding.options(forTrees: learner.growsTrees, intercept: learner.hasIntercept)
    if case .regressor = learner, weighting.classText != nil {
      throw WorkbenchError.usage("--class-weights is for classifiers; \(model) predicts a number")
    }
    if weighting.column == target {
      throw WorkbenchError.usage("--weights must name another column than --target")
    }
  }

  private func learner(_ methods: MethodRegistry) throws -> LearnerChoice {
    do {
      return try methods.learners.make(model, settings: MethodSettings(allSettings))
    } catch SettingError.unknown("intercept", _, _) {
      let known = methods.learners.entries.filter { entry in
        entry.parameters.contains { $0.name == "intercept" }
      }
      throw WorkbenchError.usage(
        "\(model) has no intercept that could be left out; --no-intercept is for "
          + known.map(\.id).joined(separator: ", "))
    }
  }

  /// Reads, trains and measures.
  ///
  /// - Throws: what ``check(_:)`` throws; `CatalogueError`, `TabularError`, `DesignError`, `LearningError`, those with the
  ///   line of a row as ``PlacedError``.
  public func run(_ context: JobContext) throws -> Result {
    try check(context.methods)
    let name = Table.shortName(data)
    context.observer.begin("reading \(name)")
    let table = try reading.table(data, context, targets: [target])
    let learner = try learner(context.methods)
    var isClassifier = false
    if case .classifier = learner { isClassifier = true }
    context.findings(
      table.findings(
        target: target, ignored: encoding.ignored.names(among: table.columns.map(\.name)),
        isClassifier: isClassifier))
    context.observer.begin("training \(model)")
    var training = ModelTraining(target: target, learner: learner)
    training.encoding = encoding
    training.categories = reading.categories
    training.weighting = weighting
    training.testShare = testShare
    let trained = try table.placing { try training.run(table, context) }
    context.note(trained.notes)
    let source = DataSource(data, searchPath: context.searchPath)
    let file = ModelFile(
      pipeline: trained.pipeline,
      provenance: .init(
        tool: Package.tool, recipe: model, settings: allSettings, dataset: name, sha256: try source.sha256(),
        rows: trained.trainingRows, seed: context.seed, testShare: testShare, weights: weighting.column,
        classWeights: weighting.classText, reading: reading.completed(by: nil)))
    return Result(job: self, seed: context.seed, training: trained, file: file)
  }

  /// What training gave.
  public struct Result: JobResult {
    private let job: TrainingJob
    private let seed: UInt64
    /// The pipeline and how good it is.
    public let training: ModelTraining.Result
    /// The model with where it comes from.
    public let file: ModelFile

    fileprivate init(job: TrainingJob, seed: UInt64, training: ModelTraining.Result, file: ModelFile) {
      self.job = job
      self.seed = seed
      self.training = training
      self.file = file
    }

    public var text: [JobText] {
      training.scores.tables(title: "\(job.model) on \(training.trainingRows) training rows").map {
        .table($0)
      }
    }

    public var document: ResultsDocument {
      let data = Table.shortName(job.data)
      return ResultsDocument(
        job: "train",
        [
          "data": .text(data), "target": .text(job.target), "model": .text(job.model),
          "settings": .texts(job.allSettings), "seed": .seed(seed),
          "training_rows": .integer(training.trainingRows), "test": .number(job.testShare),
          "weights": .text(orMissing: job.weighting.column),
          "class_weights": .text(orMissing: job.weighting.classText),
        ],
        outcomes: training.scores.parts.map { part in
          Outcome(
            dataset: "\(data) \(part.name)", model: job.model, seed: seed, metrics: part.metrics)
        })
    }
  }
}
