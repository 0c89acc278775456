public import LinearAlgebra
public import Tabular

/// A model with everything between a table and its answer: the encoding of the features and the meaning of what
/// comes out. Training, serving and attacks all use this one value.
public struct Pipeline: Sendable, Hashable, Codable {
  /// What the model predicts.
  public enum Target: Sendable, Hashable, Codable {
    /// A number, in the user's unit.
    case number(name: String)
    /// One of these labels, in the order of their class numbers.
    case classes(name: String, labels: [String])
  }

  /// The encoding of the features.
  public let features: FeatureEncoder
  /// What is predicted.
  public let target: Target
  /// The model, on encoded features.
  public let model: FittedModel

  /// A pipeline of parts that fit together.
  ///
  /// - Throws: ``ModelError/invalid(model:reason:)``.
  public init(features: FeatureEncoder, target: Target, model: FittedModel) throws(ModelError) {
    self.features = features
    self.target = target
    self.model = model
    func fail(_ reason: String) -> ModelError { .invalid(model: "pipeline", reason: reason) }
    guard model.featureCount == features.space.count else {
      throw fail(
        "the model takes \(model.featureCount) features and the encoding gives \(features.space.count)")
    }
    if features.givesMissingValues, !model.acceptsMissingValues {
      throw fail("the encoding keeps missing values and the model cannot take them")
    }
    switch target {
    case .number:
      guard model.regressor != nil else { throw fail("a number is predicted by a classifier") }
    case .classes(_, let labels):
      guard let classifier = model.classifier else {
        throw fail("classes are predicted by a regression model")
      }
      guard classifier.classCount == labels.count else {
        throw fail("the model has \(classifier.classCount) classes and there are \(labels.count) labels")
      }
      guard Set(labels).count == labels.count else { throw fail("two classes have the same label") }
    }
  }

  private enum CodingKeys: String, CodingKey { case features, target, model }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      features: container.decode(FeatureEncoder.self, forKey: .features),
      target: container.decode(Target.self, forKey: .target),
      model: container.decode(FittedModel.self, forKey: .model))
  }

  /// Name of the target column.
  public var targetName: String {
    switch target {
    case .number(let name), .classes(let name, _): name
    }
  }

  /// Labels of the classes; empty for a number.
  public var labels: [String] {
    if case .classes(_, let labels) = target { labels } else { [] }
  }

  /// What the model says about the rows of a table.
  public struct Predictions: Sendable, Hashable {
    /// The row of the table, from 0, of each answer; rows that the encoding leaves out have none.
    public let rowIndex: [Int]
    /// The predicted numbers; empty for classes.
    public let numbers: [Double]
    /// The predicted class numbers; empty for a number.
    public let classes: [Int]
    /// One row per answer, one column per class; without columns for a number.
    public let probabilities: Matrix
    /// The scores by which a model without probabilities decides: one column of two classes, which decides by its sign,
    /// else one per class; its probabilities are 1 and 0. Nil for a model of probabilities or of a number.
    public let scores: Matrix?
    /// The confidence in the predicted class where it is not its probability, as for trees with Wilson's bound.
    public let confidences: [Double]?
    /// What was done to the data, one sentence each.
    public let notes: [String]
  }

  /// The answers for rows of a table, in blocks; the target column may be there or not.
  ///
  /// - Parameters:
  ///   - chosen: rows to answer, from 0; nil for all.
  ///   - workers: threads that share the rows of a forest, which do not change the answers.
  /// - Throws: `DesignError` for a table that does not fit, and ``LearningError/answerNotFinite(row:)`` for a row whose
  ///   values are too large for the model.
  public func predict(_ table: Table, rows chosen: [Int]? = nil, workers: Int = 1) throws -> Predictions {
    var (index, numbers, classes, shares) = ([Int](), [Double](), [Int](), [Double]())
    let (classifier, regressor) = (model.classifier, model.regressor)
    var (scores, scoreCount) = ([Double](), 0)
    var bounded: TreeClassifier?
    if case .treeClassifier(let tree) = model, tree.confidence == .wilson { bounded = tree }
    var confidences: [Double]? = bounded.map { _ in [] }
    let notes = try features.forEachBlock(of: table, rows: chosen) { block, rows in
      index += rows
      if let bounded { confidences?.append(contentsOf: bounded.confidences(block)) }
      if let found = classifier?.decisionScores(block) {
        scoreCount = found.columns
        scores += found.elements
        if let row = found.firstRowNotFinite {
          throw LearningError.answerNotFinite(row: rows[rows.startIndex + row])
        }
      }
      let answers =
        try classifier.map { try Self.probabilities($0, block, workers) }
        ?? Matrix(rows: block.rows, columns: 1, elements: regressor?.predict(block) ?? [])
      if let row = answers.firstRowNotFinite {
        throw LearningError.answerNotFinite(row: rows[rows.startIndex + row])
      }
      if classifier == nil {
        numbers += answers.elements
      } else {
        shares += answers.elements
        classes += answers.rowArguments()
      }
    }
    return Predictions(
      rowIndex: index, numbers: numbers, classes: classes,
      probabilities: Matrix(rows: index.count, columns: classifier?.classCount ?? 0, elements: shares),
      scores: classifier?.givesProbabilities == false
        ? Matrix(rows: index.count, columns: scoreCount, elements: scores) : nil,
      confidences: confidences, notes: notes)
  }

  /// The rows of a forest are shared among threads; all other models are as fast on one.
  private static func probabilities(
    _ classifier: any Classifier, _ block: Matrix, _ workers: Int
  ) throws -> Matrix {
    let size = 512
    guard workers > 1, block.rows > size, classifier is ForestClassifier else {
      return classifier.probabilities(block)
    }
    let parts = try concurrentMap((block.rows + size - 1) / size, workers: workers) { part in
      classifier.probabilities(block.rows(at: Array(part * size..<min((part + 1) * size, block.rows))))
    }
    return Matrix(rows: block.rows, columns: classifier.classCount, elements: parts.flatMap(\.elements))
  }
}
