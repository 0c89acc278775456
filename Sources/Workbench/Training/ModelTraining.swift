public import Learning
import LinearAlgebra
public import Tabular

/// The training of a pipeline on a table: split, encode on the training rows, train, measure.
///
/// All that trains a pipeline on a table of the user trains it here.
public struct ModelTraining: Sendable {
  /// Column that the model predicts.
  public var target: String
  /// The kind of model, with its settings.
  public var learner: LearnerChoice
  /// How columns become numbers.
  public var encoding = EncodingChoices()
  /// Columns that hold categories even if they look like numbers.
  public var categories: [String] = []
  /// How much rows count.
  public var weighting = RowWeighting()
  /// Share of the rows kept unseen to measure the model; 0 trains on all.
  public var testShare = 0.3

  /// What training gave.
  public struct Result: Sendable {
    /// Encoding and model.
    public let pipeline: Pipeline
    /// Rows that the model was trained on.
    public let trainingRows: Int
    /// How good the model is on the training rows and on the unseen ones.
    public let scores: ModelScores
    /// What was done to the data, one sentence each.
    public let notes: [String]
  }

  /// Training with the usual choices.
  public init(target: String, learner: LearnerChoice) {
    self.target = target
    self.learner = learner
  }

  /// Trains and measures.
  ///
  /// - Throws: `DesignError`, `LearningError`, ``WorkbenchError``, and what the observer throws to stop.
  public func run(_ table: Table, _ context: JobContext) throws -> Result {
    let root = RandomStream(seed: context.seed).child("train")
    guard let position = table.index(of: target) else {
      throw DesignError.unknownColumn(target, known: table.columns.map(\.name), nearest: nil)
    }
    let usable = (0..<table.rowCount).filter { !table.columns[position].values.isMissing($0) }
    guard !usable.isEmpty else { throw DesignError.noRows }
    var random = root.child("split")
    let split = try Split.split(
      rows: usable.count, validationShare: 0, testShare: testShare, using: &random)
    let training = split.training.sorted().map { usable[$0] }
    let test = split.test.sorted().map { usable[$0] }
    let weights = try weighting.columnWeights(table)
    try context.observer.check()
    random = root.child("fit")
    let fit = try fit(table, training, weights, workers: context.workers, using: &random)
    try context.observer.check()
    context.observer.begin("measuring")
    return Result(
      pipeline: fit.pipeline, trainingRows: fit.rows,
      scores: try ModelScores(
        fit.pipeline, table, [("training", training), ("test", test)], workers: context.workers),
      notes: fit.notes)
  }

  /// A trained pipeline, without the features that it was trained on.
  private struct Fit {
    let pipeline: Pipeline
    let rows: Int
    let notes: [String]
  }

  private func fit(
    _ table: Table, _ rows: [Int], _ weights: [Double]?, workers: Int, using random: inout RandomStream
  ) throws -> Fit {
    switch learner {
    case .classifier(let recipe): try fit(recipe, table, rows, weights, workers: workers, using: &random)
    case .regressor(let recipe): try fit(recipe, table, rows, weights, workers: workers, using: &random)
    }
  }

  /// The options of the encoder; a column of weights is no feature.
  private func options(_ table: Table) throws -> EncodingOptions {
    var options = try encoding.options(
      forTrees: learner.growsTrees, intercept: learner.hasIntercept, columns: table.columns.map(\.name),
      categories: categories)
    options.ignored += weighting.column.map { [$0] } ?? []
    return options
  }

  private func fit(
    _ recipe: any ClassifierRecipe, _ table: Table, _ rows: [Int], _ weights: [Double]?, workers: Int,
    using random: inout RandomStream
  ) throws -> Fit {
    let options = try options(table)
    // The names of the classes are no secret of the test rows, and one of them may have few rows.
    let classes = try ClassEncoder.labels(table, target: target)
    let encoder = try ClassEncoder.fit(table, target: target, classes: classes, rows: rows, options: options)
    let design = try encoder.design(table, rows: rows)
    let data = ClassificationData(
      features: design.features, labels: design.labels, classCount: encoder.classes.count,
      weights: try weighting.weights(
        weights.map { all in design.rowIndex.map { all[$0] } }, labels: design.labels,
        classes: encoder.classes))
    let trained = try recipe.pipeline(
      data, target: target, classes: encoder.classes, features: encoder.features, workers: workers,
      using: &random)
    return Fit(pipeline: trained.pipeline, rows: data.count, notes: design.notes + trained.notes)
  }

  private func fit(
    _ recipe: any RegressorRecipe, _ table: Table, _ rows: [Int], _ weights: [Double]?, workers: Int,
    using random: inout RandomStream
  ) throws -> Fit {
    let encoder = try Encoder.fit(table, target: target, rows: rows, options: options(table))
    let design = try encoder.design(table, rows: rows)
    // As they stand in the table: scaling and its inverse would cost digits.
    let targets = try table.columns.first { $0.name == target }?.numbers() ?? []
    let data = RegressionData(
      features: design.features, target: design.rowIndex.map { targets[$0] },
      weights: weights.map { all in design.rowIndex.map { all[$0] } })
    let trained = try recipe.pipeline(
      data, target: target, features: encoder.features, workers: workers, using: &random)
    return Fit(pipeline: trained.pipeline, rows: design.count, notes: design.notes + trained.notes)
  }
}
