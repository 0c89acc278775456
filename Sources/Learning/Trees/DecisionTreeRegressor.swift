public import LinearAlgebra
public import Methods

/// A regression tree (CART) under squared error.
///
/// - Complexity: O(*n*·*d*·(log *n* + depth)) for *n* rows and *d* features.
/// - Source: Breiman, Friedman, Olshen, Stone, "Classification and Regression Trees" (1984).
public struct DecisionTreeRegressor: RegressionLearner, Hashable, Codable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "tree-regressor", family: .learner, title: "Regression tree",
    summary: "Tree of means by recursive splits of one feature.",
    citation: "Breiman, Friedman, Olshen, Stone, Classification and Regression Trees (1984)",
    needs: "at least one row; categories as codes or indicators; missing values are allowed")

  /// How the tree looks at its features.
  public var settings: TreeSettings

  /// A learner of unlimited trees.
  public init(settings: TreeSettings = .init()) { self.settings = settings }

  public func fit(_ data: RegressionData, using random: inout RandomStream) throws -> TreeRegressor {
    try fit(data, workers: 1, using: &random)
  }

  /// Grows the tree with `workers` threads, which do not change it.
  ///
  /// - Throws: ``LearningError`` for settings or data that make a tree impossible.
  public func fit(
    _ data: RegressionData, workers: Int, using random: inout RandomStream
  ) throws -> TreeRegressor {
    try settings.check(data.features, data.weights)
    if let row = data.target.firstIndex(where: { !$0.isFinite }) {
      throw LearningError.targetNotFinite(row: row)
    }
    let offset = data.target.reduce(0) { $0 + $1 / Double(data.count) }
    let centred = data.target.map { $0 - offset }
    try checkTargetMagnitude(centred)
    var order = FeatureOrder(
      data.features,
      sortsInNodes: FeatureOrder.sortsInNodes(
        settings, features: data.features.columns, workers: workers),
      workers: workers)
    order.leaveOut(weights: data.weights)
    let stream = settings.stream(using: &random)
    let tree = order.select(centred).withUnsafeBufferPointer { target in
      withOptionalPointer(data.weights.map(order.select)) { weights in
        guard let target = target.baseAddress else {
          preconditionFailure("a checked data set has rows")
        }
        return settings.grow(
          SumTarget(target: target, weights: weights, offset: offset), features: data.features,
          order: &order, random: stream, workers: workers)
      }
    }
    return TreeRegressor(tree: settings.limits.pruning > 0 ? tree.pruned(settings.limits.pruning) : tree)
  }
}
