import LinearAlgebra

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
  /// - Parameter condition: words for a test on a feature that came out as given.
  public func rules(_ condition: (_ feature: Int, _ test: Test, _ isTrue: Bool) -> String) -> [Rule] {
    var result: [Rule] = []
    var open: [(node: Int, conditions: [String])] = [(0, [])]
    while let (index, conditions) = open.popLast() {
      let node = nodes[index]
      guard node.test != .leaf else {
        result.append(Rule(leaf: index, conditions: conditions, rows: node.rows, value: values.row(index)))
        continue
      }
      open.append((Int(node.right), conditions + [condition(Int(node.feature), node.test, false)]))
      open.append((Int(node.left), conditions + [condition(Int(node.feature), node.test, true)]))
    }
    return result
  }

  /// The share of every feature in the decrease of the impurity; they sum to one, or are all zero for a tree
  /// without a test.
  ///
  /// - Source: Breiman et al. (1984), section 5.3 (without surrogates), as in scikit-learn.
  public var featureImportances: [Double] {
    var result = [Double](repeating: 0, count: featureCount)
    for node in nodes where node.test != .leaf {
      let (left, right) = (nodes[Int(node.left)], nodes[Int(node.right)])
      result[Int(node.feature)] +=
        node.weight * node.impurity - left.weight * left.impurity - right.weight * right.impurity
    }
    let total = result.reduce(0, +)
    return total > 0 ? result.map { $0 / total } : result
  }
}
