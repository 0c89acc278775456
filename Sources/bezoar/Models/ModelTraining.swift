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
  let recipe: ModelCatalogue.Choice
  let encoding: EncodingFlags
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
    let chosen = split.training.sorted().map { usable[$0] }
    let weights = try weighting.columnWeights(table).map { all in chosen.map { all[$0] } }
    let training = chosen.count == table.rowCount ? table : table.rows(at: chosen)
    let test = table.rows(at: split.test.sorted().map { usable[$0] })
    try check()
    random = root.child("fit")
    switch recipe {
    case .classifier(let recipe):
      return try classifier(recipe, training, weights, test, using: &random, check)
    case .regressor(let recipe):
      return try regressor(recipe, training, weights, test, using: &random, check)
    }
  }

  /// The options of the encoder; a column of weights is no feature.
  private func options(forTrees: Bool) throws -> EncodingOptions {
    var options = try encoding.options(forTrees: forTrees)
    options.ignored += weighting.column.map { [$0] } ?? []
    return options
  }

  private func classifier(
    _ recipe: any ClassifierRecipe, _ training: Table, _ weights: [Double]?, _ test: Table,
    using random: inout RandomStream, _ check: () throws -> Void
  ) throws -> Result {
    let options = try options(forTrees: type(of: recipe).growsTrees)
    // The names of the classes are no secret of the test rows, and one of them may have few rows.
    let classes = try ClassEncoder.labels(table, target: target)
    let encoder = try ClassEncoder.fit(training, target: target, classes: classes, options: options)
    let design = try encoder.design(training)
    let data = ClassificationData(
      features: design.features, labels: design.labels, classCount: encoder.classes.count,
      weights: try weighting.weights(
        weights.map { all in design.rowIndex.map { all[$0] } }, labels: design.labels,
        classes: encoder.classes))
    let trained = try recipe.train(
      data, columns: EncodedColumns(encoder.features), workers: workers, using: &random)
    try check()
    let pipeline = try Pipeline(
      features: encoder.features, target: .classes(name: target, labels: encoder.classes),
      model: trained.model)
    return Result(
      pipeline: pipeline, trainingRows: design.labels.count,
      scores: try ModelScores(pipeline, [("training", training), ("test", test)]),
      notes: design.notes + trained.notes)
  }

  private func regressor(
    _ recipe: any RegressorRecipe, _ training: Table, _ weights: [Double]?, _ test: Table,
    using random: inout RandomStream, _ check: () throws -> Void
  ) throws -> Result {
    let options = try options(forTrees: type(of: recipe).growsTrees)
    let encoder = try Encoder.fit(training, target: target, options: options)
    let design = try encoder.design(training)
    let data = RegressionData(
      features: design.features, target: design.target.map { design.targetScaling.natural($0) },
      weights: weights.map { all in design.rowIndex.map { all[$0] } })
    let trained = try recipe.train(
      data, columns: EncodedColumns(encoder.features), workers: workers, using: &random)
    try check()
    let pipeline = try Pipeline(
      features: encoder.features, target: .number(name: target), model: trained.model)
    return Result(
      pipeline: pipeline, trainingRows: design.count,
      scores: try ModelScores(pipeline, [("training", training), ("test", test)]),
      notes: design.notes + trained.notes)
  }
}
