import Methods
import Learning
import LinearAlgebra
import Tabular

/// The training of a pipeline on a table: split, encode on the training rows, train, measure.
struct ModelTraining {
  /// What training gave.
  struct Result {
    let pipeline: Pipeline
    let trainingRows: Int
    let scores: ModelScores
    let notes: [String]
  }

  let table: Table
  let target: String
  let recipe: LearnerChoice
  let encoding: EncodingFlags
  /// Columns that hold categories even if they look like numbers.
  let categories: [String]
  let weighting: RowWeighting
  let testShare: Double
  let seed: UInt64
  let workers: Int

  /// Runs everything; `check` is called between steps and may throw to stop.
  func run(_ check: () throws -> Void) throws -> Result {
    let root = RandomStream(seed: seed).child("train")
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
    try check()
    random = root.child("fit")
    let fit: Fit
    switch recipe {
    case .classifier(let recipe): fit = try classifier(recipe, training, weights, using: &random)
    case .regressor(let recipe): fit = try regressor(recipe, training, weights, using: &random)
    }
    try check()
    Activity.now("measuring")
    return Result(
      pipeline: fit.pipeline, trainingRows: fit.rows,
      scores: try ModelScores(
        fit.pipeline, table, [("training", training), ("test", test)], workers: workers),
      notes: fit.notes)
  }

  /// A trained pipeline, without the features that it was trained on.
  private struct Fit {
    let pipeline: Pipeline
    let rows: Int
    let notes: [String]
  }

  /// The options of the encoder; a column of weights is no feature.
  private func options(forTrees: Bool) throws -> EncodingOptions {
    var options = try encoding.options(
      forTrees: forTrees, intercept: recipe.hasIntercept, columns: table.columns.map(\.name),
      categories: categories)
    options.ignored += weighting.column.map { [$0] } ?? []
    return options
  }

  private func classifier(
    _ recipe: any ClassifierRecipe, _ rows: [Int], _ weights: [Double]?, using random: inout RandomStream
  ) throws -> Fit {
    let options = try options(forTrees: type(of: recipe).growsTrees)
    // The names of the classes are no secret of the test rows, and one of them may have few rows.
    let classes = try ClassEncoder.labels(table, target: target)
    let encoder = try ClassEncoder.fit(table, target: target, classes: classes, rows: rows, options: options)
    let design = try encoder.design(table, rows: rows)
    let data = ClassificationData(
      features: design.features, labels: design.labels, classCount: encoder.classes.count,
      weights: try weighting.weights(
        weights.map { all in design.rowIndex.map { all[$0] } }, labels: design.labels,
        classes: encoder.classes))
    let trained = try recipe.train(
      data, columns: EncodedColumns(encoder), workers: workers, using: &random)
    let pipeline = try Pipeline(
      features: encoder.features, target: .classes(name: target, labels: encoder.classes),
      model: trained.model)
    return Fit(pipeline: pipeline, rows: data.count, notes: design.notes + trained.notes)
  }

  private func regressor(
    _ recipe: any RegressorRecipe, _ rows: [Int], _ weights: [Double]?, using random: inout RandomStream
  ) throws -> Fit {
    let options = try options(forTrees: type(of: recipe).growsTrees)
    let encoder = try Encoder.fit(table, target: target, rows: rows, options: options)
    let design = try encoder.design(table, rows: rows)
    // As they stand in the table: scaling and its inverse would cost digits.
    let targets = try table.columns.first { $0.name == target }?.numbers() ?? []
    let data = RegressionData(
      features: design.features, target: design.rowIndex.map { targets[$0] },
      weights: weights.map { all in design.rowIndex.map { all[$0] } })
    let trained = try recipe.train(
      data, columns: EncodedColumns(encoder.features), workers: workers, using: &random)
    let pipeline = try Pipeline(
      features: encoder.features, target: .number(name: target), model: trained.model)
    return Fit(pipeline: pipeline, rows: design.count, notes: design.notes + trained.notes)
  }
}
