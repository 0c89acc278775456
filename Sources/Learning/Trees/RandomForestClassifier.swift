public import LinearAlgebra
public import Methods

/// Trees that vote with the shares of their leaves.
public struct ForestClassifier: Classifier, Hashable, Codable {
  /// The trees; at least one, all of the same features and classes.
  public let trees: [TreeClassifier]

  /// A forest of trees of the same shape.
  ///
  /// - Throws: ``ModelError/invalid(model:reason:)``.
  public init(trees: [TreeClassifier]) throws(ModelError) {
    guard let first = trees.first else { throw .invalid(model: "forest", reason: "it has no tree") }
    guard
      trees.allSatisfy({ $0.featureCount == first.featureCount && $0.classCount == first.classCount })
    else { throw .invalid(model: "forest", reason: "its trees have different features or classes") }
    self.trees = trees
  }

  public var featureCount: Int { trees[0].featureCount }
  public var classCount: Int { trees[0].classCount }

  /// The mean of the probabilities of the trees.
  public func probabilities(_ features: Matrix) -> Matrix {
    var sum = Matrix(rows: features.rows, columns: classCount)
    let share = 1 / Double(trees.count)
    for tree in trees {
      let one = tree.probabilities(features)
      sum.withMutableElements { sum in
        one.withElements { one in
          for index in one.indices { sum[index] += share * one[index] }
        }
      }
    }
    return sum
  }

  private enum CodingKeys: String, CodingKey { case trees }

  public init(from decoder: any Decoder) throws {
    try self.init(
      trees: decoder.container(keyedBy: CodingKeys.self).decode([TreeClassifier].self, forKey: .trees))
  }
}

/// A random forest: trees on bootstrap samples that try a random part of the features at every split.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``treeCount`` | 100 | `1...1000000` | Number of trees |
/// | ``drawsRows`` | true | | Whether every tree gets a bootstrap sample |
/// | ``tree`` | gini | | The trees; `featuresPerSplit` defaults to `√d` |
///
/// - Source: Breiman, "Random Forests", Machine Learning 45 (2001); bagging: Breiman, Machine Learning 24 (1996).
public struct RandomForestClassifier: ClassificationLearner, Hashable, Codable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "forest", family: .learner, title: "Random forest",
    summary: "Bagged classification trees with a random part of the features at every split.",
    citation: "Breiman, Random Forests, Machine Learning 45 (2001)",
    needs: "at least one row; categories as codes or indicators")

  /// Number of trees.
  public var treeCount: Int
  /// Whether every tree gets a bootstrap sample of the rows.
  public var drawsRows: Bool
  /// What a tree is.
  public var tree: DecisionTreeClassifier

  /// A forest of unlimited trees.
  public init(treeCount: Int = 100, drawsRows: Bool = true, tree: DecisionTreeClassifier = .init()) {
    self.treeCount = treeCount
    self.drawsRows = drawsRows
    self.tree = tree
  }

  public func fit(_ data: ClassificationData, using random: inout RandomStream) throws -> ForestClassifier {
    try fit(data, workers: 1, using: &random)
  }

  /// Grows the trees on `workers` threads, one tree each, which do not change them.
  ///
  /// - Throws: ``LearningError`` for settings or data that make a tree impossible.
  public func fit(
    _ data: ClassificationData, workers: Int, using random: inout RandomStream
  ) throws -> ForestClassifier {
    guard (1...1_000_000).contains(treeCount) else {
      throw LearningError.parameterOutOfRange(
        name: "treeCount", value: Double(treeCount), allowed: "1...1000000")
    }
    var learner = tree
    let width = data.features.columns
    learner.settings.featuresPerSplit =
      tree.settings.featuresPerSplit ?? max(1, Int(Double(width).squareRoot()))
    let weights = try learner.rowWeights(data)
    let root = random.child(String(random.next()))
    let order = FeatureOrder(
      data.features,
      sortsInNodes: FeatureOrder.sortsInNodes(learner.settings, features: width, workers: 1),
      workers: workers)
    let trees = try concurrentMap(treeCount, workers: workers) { [learner] index in
      var stream = root.child(index)
      var own = order
      let drawn = drawsRows ? bootstrap(data.count, weights, using: &stream) : weights
      own.leaveOut(weights: drawn)
      let grown = learner.grow(data, drawn, order: &own, random: stream, workers: 1)
      let strength = learner.settings.limits.pruning
      return TreeClassifier(
        tree: strength > 0 ? grown.pruned(strength) : grown, confidence: learner.confidence)
    }
    return try ForestClassifier(trees: trees)
  }

  /// How often each row is drawn, times its weight.
  private func bootstrap(
    _ count: Int, _ weights: [Double]?, using random: inout RandomStream
  ) -> [Double] {
    var times = [Double](repeating: 0, count: count)
    for _ in 0..<count { times[random.integer(below: count)] += 1 }
    if let weights {
      let weighted = times.indices.map { times[$0] * weights[$0] }
      // A draw of rows of weight zero alone says nothing; then every row counts as it is.
      return weighted.contains { $0 > 0 } ? weighted : weights
    }
    return times
  }
}
