import LinearAlgebra

extension DecisionTree {
  /// One step of minimal cost-complexity pruning.
  public struct PruningStep: Sendable, Hashable, Codable {
    /// The cost of a leaf from which on the tree of this step is the best.
    public let strength: Double
    /// Total impurity of its leaves, weighted by their shares of the rows.
    public let impurity: Double
    /// Number of its leaves.
    public let leafCount: Int
  }

  /// The trees that minimise `Σ leaf impurity + strength · leaves`, from the whole tree to the root alone.
  ///
  /// - Complexity: O(*m*²) for *m* nodes at worst.
  /// - Source: Breiman et al., "Classification and Regression Trees" (1984), chapter 3.
  public var pruningPath: [PruningStep] {
    var pruning = Pruning(self)
    var steps = [PruningStep(strength: 0, impurity: pruning.impurity, leafCount: pruning.leafCount)]
    while let strength = pruning.cutWeakest(upTo: .infinity) {
      let step = PruningStep(strength: strength, impurity: pruning.impurity, leafCount: pruning.leafCount)
      if steps[steps.count - 1].strength == strength {
        steps[steps.count - 1] = step
      } else {
        steps.append(step)
      }
    }
    return steps
  }

  /// The smallest tree that minimises `Σ leaf impurity + strength · leaves`.
  public func pruned(_ strength: Double) -> DecisionTree {
    var pruning = Pruning(self)
    while pruning.cutWeakest(upTo: strength) != nil {}
    return pruning.tree
  }
}

/// A tree that loses its weakest branches one after the other.
private struct Pruning {
  private let whole: DecisionTree
  private let parents: [Int]
  private let risk: [Double]
  private var branchRisk: [Double]
  private var leaves: [Int]
  private var isCut: [Bool]
  private var isInside: [Bool]

  init(_ tree: DecisionTree) {
    whole = tree
    let nodes = Array(tree.nodes)
    let total = nodes[0].weight
    risk = nodes.map { total > 0 ? $0.impurity * $0.weight / total : 0 }
    branchRisk = risk
    leaves = nodes.map { _ in 1 }
    var parents = [Int](repeating: -1, count: nodes.count)
    for index in nodes.indices.reversed() where nodes[index].test != .leaf {
      let (left, right) = (Int(nodes[index].left), Int(nodes[index].right))
      parents[left] = index
      parents[right] = index
      branchRisk[index] = branchRisk[left] + branchRisk[right]
      if nodes[left].rows + nodes[right].rows < nodes[index].rows, total > 0 {
        // Rows that stay at the node keep its impurity.
        let staying = max(nodes[index].weight - nodes[left].weight - nodes[right].weight, 0)
        branchRisk[index] += nodes[index].impurity * staying / total
      }
      leaves[index] = leaves[left] + leaves[right]
    }
    self.parents = parents
    isCut = nodes.map { $0.test == .leaf }
    isInside = nodes.map { _ in true }
  }

  var impurity: Double { branchRisk[0] }
  var leafCount: Int { leaves[0] }

  /// Makes the inner node with the smallest gain per leaf a leaf, if that gain is at most `limit`, and returns
  /// the gain.
  mutating func cutWeakest(upTo limit: Double) -> Double? {
    var (weakest, least) = (-1, Double.infinity)
    for index in risk.indices where isInside[index] && !isCut[index] {
      let gain = (risk[index] - branchRisk[index]) / Double(leaves[index] - 1)
      if gain < least { (weakest, least) = (index, gain) }
    }
    guard weakest >= 0, least <= limit else { return nil }
    isCut[weakest] = true
    var below = [Int(whole.nodes[weakest].left), Int(whole.nodes[weakest].right)]
    while let index = below.popLast() {
      isInside[index] = false
      if whole.nodes[index].test != .leaf {
        below += [Int(whole.nodes[index].left), Int(whole.nodes[index].right)]
      }
    }
    let (lost, gained) = (leaves[weakest] - 1, risk[weakest] - branchRisk[weakest])
    var index = weakest
    while index >= 0 {
      leaves[index] -= lost
      branchRisk[index] += gained
      index = parents[index]
    }
    return least
  }

  /// The tree that is left.
  var tree: DecisionTree {
    let kept = risk.indices.filter { isInside[$0] }
    var places = [Int32](repeating: 0, count: risk.count)
    for (place, index) in kept.enumerated() { places[index] = Int32(truncatingIfNeeded: place) }
    let nodes = kept.map { index in
      var node = whole.nodes[index]
      if isCut[index] {
        (node.feature, node.left, node.right, node.test, node.missingGoesLeft) = (0, 0, 0, .leaf, false)
      } else {
        node.left = places[Int(node.left)]
        node.right = places[Int(node.right)]
      }
      return node
    }
    return DecisionTree(
      grown: nodes,
      values: Matrix(
        rows: kept.count, columns: whole.values.columns, elements: kept.flatMap(whole.values.row)),
      featureCount: whole.featureCount,
      missing: whole.missing)
  }
}
