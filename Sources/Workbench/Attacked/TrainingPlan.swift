import Inversion
public import Learning
public import LinearAlgebra
import Methods
import Querying
public import Tabular

/// The training of a model that is attacked, on rows that are chosen and encoded already.
public struct TrainingPlan: Sendable {
  /// Rows with their responses.
  public enum Rows: Sendable {
    /// Rows with classes.
    case classes(ClassificationData)
    /// Rows with numbers.
    case numbers(RegressionData)
  }

  /// Id of the kind of model.
  public var id: String
  /// The kind of model with its settings.
  public var learner: LearnerChoice
  /// The encoding that made the rows.
  public var features: FeatureEncoder
  /// Column that the model predicts.
  public var target: String
  /// Names of its classes; empty for a number.
  public var labels: [String]
  /// What the model is trained on.
  public var rows: Rows
  /// Threads, which change nothing.
  public var workers = 1
  /// Random numbers of the training.
  public var random: RandomStream

  /// A training on one thread.
  public init(
    id: String, _ learner: LearnerChoice, features: FeatureEncoder, target: String, labels: [String],
    rows: Rows, random: RandomStream
  ) {
    (self.id, self.learner, self.features, self.target) = (id, learner, features, target)
    (self.labels, self.rows, self.random) = (labels, rows, random)
  }

  /// The model.
  func trained() throws -> ModelUnderAttack {
    let columns = EncodedColumns(features)
    var stream = random
    let model: FittedModel
    switch (learner, rows) {
    case (.classifier(let recipe), .classes(let data)):
      model = try recipe.train(data, columns: columns, workers: workers, using: &stream).model
    case (.regressor(let recipe), .numbers(let data)):
      model = try recipe.train(data, columns: columns, workers: workers, using: &stream).model
    default: throw InversionError.missing(method: id, need: "a target of its kind")
    }
    let oracle = PipelineOracle(
      try Pipeline(
        features: features,
        target: labels.isEmpty ? .number(name: target) : .classes(name: target, labels: labels), model: model)
    )
    return ModelUnderAttack(oracle, model: oracle, name: id)
  }
}
