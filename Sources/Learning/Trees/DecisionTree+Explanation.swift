import LinearAlgebra

extension DecisionTree.Node {
  /// Whether rows without a value go where this node's test came out as given, under
  /// ``DecisionTree/MissingPolicy/learned``.
  public func sendsMissing(_ isTrue: Bool) -> Bool {
    test == .isPresent ? !isTrue : missingGoesLeft == isTrue
  }
}

extension DecisionTree {
  /// The way from the root to one leaf, and what is found there.
  public struct Rule: Sendable, Hashable {
    /// Index of the leaf.
    public let leaf: Int
    /// The tests on the way, in words.
    public let conditions: [String]
    /// Training rows in the leaf.
    public let rows: Int
    /// Class weights, or the mean of the target.
    public let value: [Double]
  }

  /// One rule for every leaf, from left to right.
  ///
  /// - Parameter condition: words for a test of a node that came out as given.
  public func rules(_ condition: (_ node: Node, _ isTrue: Bool) -> String) -> [Rule] {
    rules(of: leaves, condition)
  }

  /// The indices of the leaves, from left to right.
  public var leaves: [Int] { nodes.indices.filter(nodes.isLeaf) }

  /// The rules of some leaves, in the order of the leaves.
  ///
  /// - Parameters:
  ///   - leaves: indices of nodes; all rules of a deep tree may be too long to be of use.
  ///   - condition: words for a test of a node that came out as given.
  public func rules(
    of leaves: [Int], _ condition: (_ node: Node, _ isTrue: Bool) -> String
  ) -> [Rule] {
    var parents = [Int](repeating: -1, count: nodes.count)
    for (index, node) in nodes.enumerated() where node.test != .leaf {
      parents[Int(node.left)] = index
      parents[Int(node.right)] = index
    }
    return leaves.map { leaf in
      var conditions: [String] = []
      var child = leaf
      while parents[child] >= 0 {
        let node = nodes[parents[child]]
        conditions.append(condition(node, child == Int(node.left)))
        child = parents[child]
      }
      return Rule(
        leaf: leaf, conditions: conditions.reversed(), rows: nodes[leaf].rows, value: values.row(leaf))
    }
  }

  /// The share of every feature in the decrease of the impurity; they sum to one, or are all zero for a tree
  /// without a test.
  ///
  /// - Source: Breiman et al. (1984), section 5.3 (without surrogates), as in scikit-learn.
  public var featureImportances: [Double] {
    var result = [Double](repeating: 0, count: featureCount)
    for node in nodes where node.test != .leaf {
      let (left, right) = (nodes[Int(node.left)], nodes[Int(node.right)])
      // Rows that stay at the node decrease nothing.
      let weight = left.rows + right.rows < node.rows ? left.weight + right.weight : node.weight
      result[Int(node.feature)] +=
        weight * node.impurity - left.weight * left.impurity - right.weight * right.impurity
    }
    let total = result.reduce(0, +)
    return total > 0 ? result.map { $0 / total } : result
  }
}
