public import LinearAlgebra

/// A decision tree that gives class probabilities.
public struct TreeClassifier: Classifier, Hashable, Codable {
  /// The tree; its values are weighted class counts.
  public let tree: DecisionTree
  /// How counts become probabilities.
  public let confidence: LeafConfidence

  /// A classifier that answers with the counts of a tree.
  public init(tree: DecisionTree, confidence: LeafConfidence = .frequency) {
    self.tree = tree
    self.confidence = confidence
  }

  public var featureCount: Int { tree.featureCount }
  public var classCount: Int { tree.values.columns }

  /// What a row that ends in a node is told: one number per class.
  public func probabilities(ofNode node: Int) -> [Double] { confidence.probabilities(tree.values.row(node)) }

  public func probabilities(_ features: Matrix) -> Matrix {
    let (classes, smoothing) = (classCount, confidence.smoothing)
    return tree.values.numbers.withReader { values in
      tree.lookUp(features, columns: classes) { node, share, result in
        let start = node * classes
        let total = confidence.total((start..<start + classes).lazy.map { values[$0] })
        for label in 0..<classes {
          let probability = LeafConfidence.probability(values[start + label], smoothing, total, classes)
          result[label] = share.map { result[label] + $0 * probability } ?? probability
        }
      }
    }
  }

  /// The confidence that accompanies the predicted class of every row: its probability, or Wilson's lower bound.
  public func confidences(_ features: Matrix) -> [Double] {
    guard confidence == .wilson, tree.missing != .proportional else {
      let all = probabilities(features)
      return (0..<all.rows).map { all.row($0).max() ?? 0 }
    }
    return tree.endNodes(of: features).map { node in
      LeafConfidence.wilsonLowerBound(
        share: probabilities(ofNode: node).max() ?? 0, count: tree.values.row(node).reduce(0, +))
    }
  }

  private enum CodingKeys: String, CodingKey { case tree, confidence }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(tree, forKey: .tree)
    try container.encode(confidence, forKey: .confidence)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let tree = try container.decode(DecisionTree.self, forKey: .tree)
    guard tree.values.numbers.areWhole || tree.values.numbers.allSatisfy({ $0 >= 0 }) else {
      throw ModelError.invalid(model: "tree classifier", reason: "a class count is negative")
    }
    self.init(tree: tree, confidence: try container.decode(LeafConfidence.self, forKey: .confidence))
  }
}

/// A decision tree that predicts a number.
public struct TreeRegressor: Regressor, Hashable, Codable {
  /// The tree; its values are means of the target.
  public let tree: DecisionTree

  /// A regressor that answers with the means of a tree.
  public init(tree: DecisionTree) {
    precondition(tree.values.columns == 1, "a regression tree has one value a node")
    self.tree = tree
  }

  public var featureCount: Int { tree.featureCount }

  public func predict(_ features: Matrix) -> [Double] {
    tree.values.numbers.withReader { values in
      tree.lookUp(features, columns: 1) { node, share, result in
        result[0] = share.map { result[0] + $0 * values[node] } ?? values[node]
      }.elements
    }
  }

  public init(from decoder: any Decoder) throws {
    tree = try decoder.container(keyedBy: CodingKeys.self).decode(DecisionTree.self, forKey: .tree)
    guard tree.values.columns == 1 else {
      throw ModelError.invalid(
        model: "tree regressor", reason: "a node has \(tree.values.columns) values instead of one")
    }
  }

  private enum CodingKeys: String, CodingKey { case tree }
}
