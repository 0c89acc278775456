public import LinearAlgebra
public import Methods
import RealModule

/// A classification tree (CART).
///
/// | Parameter | Default | Meaning |
/// | --- | --- | --- |
/// | ``criterion`` | gini | What a split decreases |
/// | ``settings`` | | Limits, categorical features, missing values, split priority |
/// | ``classWeights`` | none | Factor on the weight of every class |
/// | ``confidence`` | frequency | How leaf counts become probabilities |
///
/// On numeric features without ties between splits the tree is that of scikit-learn, except that scikit-learn
/// rounds features to single precision first.
///
/// - Complexity: O(*n*·*d*·(log *n* + depth)) for *n* rows and *d* features.
/// - Source: Breiman, Friedman, Olshen, Stone, "Classification and Regression Trees" (1984).
public struct DecisionTreeClassifier: ClassificationLearner, Hashable, Codable {
  /// Impurity of a node with class shares `p`.
  public enum Criterion: String, Sendable, Hashable, Codable, CaseIterable {
    /// `1 − Σ p²`
    case gini
    /// `−Σ p log₂ p`
    case entropy
  }

  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "tree", family: .learner, title: "Decision tree",
    summary: "Classification tree by recursive splits of one feature.",
    citation: "Breiman, Friedman, Olshen, Stone, Classification and Regression Trees (1984)",
    needs: "at least one row; categories as codes or indicators; missing values are allowed")

  /// What a split decreases.
  public var criterion: Criterion
  /// How the tree looks at its features.
  public var settings: TreeSettings
  /// Factor on the weight of the rows of every class; nil for ones.
  public var classWeights: [Double]?
  /// How leaf counts become probabilities.
  public var confidence: LeafConfidence

  /// A learner of unlimited trees.
  public init(
    criterion: Criterion = .gini, settings: TreeSettings = .init(), classWeights: [Double]? = nil,
    confidence: LeafConfidence = .frequency
  ) {
    self.criterion = criterion
    self.settings = settings
    self.classWeights = classWeights
    self.confidence = confidence
  }

  public func fit(_ data: ClassificationData, using random: inout RandomStream) throws -> TreeClassifier {
    try fit(data, workers: 1, using: &random)
  }

  /// Grows the tree with `workers` threads, which do not change it.
  ///
  /// - Throws: ``LearningError`` for settings or data that make a tree impossible.
  public func fit(
    _ data: ClassificationData, workers: Int, using random: inout RandomStream
  ) throws -> TreeClassifier {
    let weights = try rowWeights(data)
    var order = FeatureOrder(
      data.features,
      sortsInNodes: FeatureOrder.sortsInNodes(
        settings, features: data.features.columns, workers: workers),
      workers: workers)
    order.leaveOut(weights: weights)
    let stream = settings.stream(using: &random)
    let tree = grow(data, weights, order: &order, random: stream, workers: workers)
    return TreeClassifier(
      tree: settings.limits.pruning > 0 ? tree.pruned(settings.limits.pruning) : tree, confidence: confidence)
  }

  /// Row weights times class weights; nil when all are 1.
  func rowWeights(_ data: ClassificationData) throws(LearningError) -> [Double]? {
    try settings.check(data.features, data.weights)
    guard data.classCount >= 1 else { throw .tooFewRows(method: "a decision tree", needed: 1, found: 0) }
    guard let classWeights else { return data.weights }
    guard classWeights.count == data.classCount, classWeights.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw .parameterOutOfRange(
        name: "classWeights", value: classWeights.min() ?? 0,
        allowed: "\(data.classCount) numbers of at least 0")
    }
    let weights = data.labels.indices.map { classWeights[data.labels[$0]] * (data.weights?[$0] ?? 1) }
    if weights.allSatisfy({ $0 == 0 }) { throw .allWeightsZero }
    return weights
  }

  /// Grows the tree of the rows that the order of the features holds.
  func grow(
    _ data: ClassificationData, _ weights: [Double]?, order: inout FeatureOrder,
    random: RandomStream?,
    workers: Int
  ) -> DecisionTree {
    let labels = order.select(data.labels).map { Int32(truncatingIfNeeded: $0) }
    let weights = weights.map(order.select)
    let areWhole = weights?.allSatisfy { $0 == $0.rounded() } ?? true
    return labels.withUnsafeBufferPointer { labels in
      withOptionalPointer(weights) { weights in
        guard let labels = labels.baseAddress else { preconditionFailure("a checked data set has rows") }
        switch criterion {
        case .gini:
          return settings.grow(
            ClassTarget(
              labels: labels, weights: weights, classes: data.classCount, criterion: GiniCriterion(),
              isEntropy: false, hasExactSums: areWhole),
            features: data.features, order: &order, random: random, workers: workers)
        case .entropy:
          let terms = (0...data.count).map { $0 == 0 ? 0 : Double($0) * Double.log(Double($0)) }
          return terms.withUnsafeBufferPointer { terms in
            settings.grow(
              ClassTarget(
                labels: labels, weights: weights, classes: data.classCount,
                criterion: EntropyCriterion(
                  table: weights == nil ? terms.baseAddress : nil, count: terms.count), isEntropy: true,
                hasExactSums: areWhole),
              features: data.features, order: &order, random: random, workers: workers)
          }
        }
      }
    }
  }
}

/// Lends the elements of an array that may be absent.
func withOptionalPointer<Result>(
  _ values: [Double]?, _ body: (UnsafePointer<Double>?) -> Result
) -> Result {
  guard let values else { return body(nil) }
  return values.withUnsafeBufferPointer { body($0.baseAddress) }
}
