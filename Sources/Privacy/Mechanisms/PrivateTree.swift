public import Learning
public import LinearAlgebra
public import Methods

/// Private trees: tests that do not look at the data, and noisy class counts in their leaves.
///
/// Every inner node tests a feature chosen at random: a number at a threshold drawn uniformly from the part of its
/// public range that is left there, a code of a category against one of its codes. A row lies in one leaf of each tree,
/// so every count of a tree gets discrete Laplace noise of scale `t/ε` for `t` trees when neighbours differ by a row
/// that is there or not, `2t/ε` when a row is replaced. Counts below 0 become 0, and inner nodes hold the sums of
/// their leaves.
///
/// For a number, one tree has a noisy count and a noisy sum in every leaf, of scale `2/ε` (`4/ε` when a row is replaced)
/// with targets scaled to −1...1, and predicts their quotient, in the smallest part of the tree whose noisy count is above
/// that scale.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``epsilon`` | 1 | `1e-4...1e4` | Privacy budget |
/// | ``treeCount`` | 10 | `1...` | Trees, which share the budget |
/// | ``depth`` | 6 | `1...16` | Tests on the way to a leaf |
/// | ``adjacency`` | add-remove | | Which data sets are neighbours |
///
/// - Source: Jagannathan, Pillaipakkamnatt, Wright, "A practical differentially private random decision tree
///   classifier", Trans. Data Privacy 5 (2012); noise: Canonne, Kamath, Steinke, NeurIPS 2020.
public struct PrivateTree: Sendable, Hashable, Codable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "tree", family: .mechanism, title: "Private random trees",
    summary: "Trees with random tests and noisy counts, or sums, in their leaves.",
    citation:
      "Jagannathan, Pillaipakkamnatt, Wright, A practical differentially private random decision tree "
      + "classifier, Trans. Data Privacy 5 (2012)",
    needs: "classes or a number; the public range or categories of every feature, and of the number",
    taxonomy: .privateTraining)

  /// What is public of a feature.
  public enum Feature: Sendable, Hashable, Codable {
    /// A number in a range.
    case number(ClosedRange<Double>)
    /// A code from 0 of one of so many categories.
    case codes(Int)
  }

  /// Privacy budget.
  public var epsilon: Double
  /// Trees, which share the budget.
  public var treeCount: Int
  /// Tests on the way to a leaf.
  public var depth: Int
  /// Which data sets are neighbours.
  public var adjacency: NeighbourRelation

  /// A mechanism with the given settings.
  public init(
    epsilon: Double = 1, treeCount: Int = 10, depth: Int = 6, adjacency: NeighbourRelation = .addRemove
  ) {
    self.epsilon = epsilon
    self.treeCount = treeCount
    self.depth = depth
    self.adjacency = adjacency
  }

  /// Trains the trees.
  ///
  /// A row that lacks a feature on its way, as NaN, counts nowhere.
  ///
  /// - Parameter features: one public description per column.
  /// - Throws: ``PrivacyError``, `LearningError` for infinite features and for sample weights.
  public func fit(
    _ data: ClassificationData, features: [Feature], using random: inout RandomStream
  ) throws -> PrivateFit<ForestClassifier> {
    guard data.weights == nil else { throw LearningError.weightsUnsupported(method: "a private tree") }
    try check(data.features, features)
    let factor = adjacency == .addRemove ? 1.0 : 2
    // A scale that is a whole number of 2⁻²⁰ steps is exact; counts lie on the grid.
    let steps = Int((Double(treeCount) * factor / epsilon * GridNoise.resolution).rounded(.up))
    let stem = random.child("trees")
    random = random.child("noise")
    let trees = try (0..<treeCount).map { index in
      var structure = stem.child(index)
      let tree = try growth(features, values: data.classCount, using: &structure)
      return TreeClassifier(tree: try counted(tree, data, steps: steps, using: &random))
    }
    let scale = Double(steps) / GridNoise.resolution
    return PrivateFit(
      model: try ForestClassifier(trees: trees),
      privacy: PrivacyStatement(
        mechanism: Self.card.id, epsilon: epsilon, delta: 0, adjacency: adjacency,
        bounds: ["every feature has a public range or a public list of categories"], noiseScale: scale,
        noise: "scale of the discrete Laplace noise on the class counts of the leaves",
        assumptions: [
          Self.publicTests, "the trees share epsilon equally",
          "the noise is drawn in exact arithmetic on a grid that holds all counts",
        ]))
  }

  /// The tree with noisy counts; rows, weights and impurities of its nodes follow from them alone.
  private func counted(
    _ tree: DecisionTree, _ data: ClassificationData, steps: Int, using random: inout RandomStream
  ) throws -> DecisionTree {
    var values = Matrix(rows: tree.nodes.count, columns: data.classCount)
    for (end, label) in zip(tree.endNodes(of: data.features), data.labels)
    where tree.nodes[end].test == .leaf { values[end, label] += 1 }
    var nodes = Array(tree.nodes)
    for index in nodes.indices.reversed() {
      for label in 0..<data.classCount {
        if nodes[index].test == .leaf {
          let noise = Double(DiscreteNoise.laplace(scale: steps, using: &random)) / GridNoise.resolution
          values[index, label] = max(values[index, label] + noise, 0)
        } else {
          values[index, label] =
            values[Int(nodes[index].left), label] + values[Int(nodes[index].right), label]
        }
      }
      let counts = values.row(index)
      let total = counts.reduce(0, +)
      nodes[index].weight = total
      nodes[index].rows = Int(min(total, 0x1p50).rounded())
      nodes[index].impurity = total > 0 ? 1 - counts.reduce(0) { $0 + $1 * $1 / (total * total) } : 0
    }
    return try DecisionTree(
      nodes: nodes, values: values, featureCount: tree.featureCount, missing: tree.missing)
  }
}
