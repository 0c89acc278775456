import Learning

/// A decision tree as ONNX sees it: every test sends a missing value to the false side, so that stopping at a node
/// takes a test of its own.
struct BranchingTree {
  /// One node.
  enum Node {
    /// Rows end here and get what `node` of the decision tree says.
    case leaf(node: Int)
    /// Rows whose value passes go to `whenTrue`, all others, and missing values, to `whenFalse`.
    case test(isEqual: Bool, feature: Int, operand: Double, whenTrue: Int, whenFalse: Int)
  }

  /// The nodes, the root first and every child after its parent.
  private(set) var nodes: [Node] = []

  /// The tree, with a test before every node that a missing value may reach.
  ///
  /// Every number is at most infinity and a missing value is not, so this test finds it; further tests of the
  /// feature on the way down need none.
  ///
  /// - Parameter gaps: features that may be missing.
  /// - Throws: ``ModelExchangeError/notExpressible(reason:)`` if missing values follow both branches.
  init(_ tree: DecisionTree, gaps: [Bool]) throws(ModelExchangeError) {
    if tree.missing == .proportional,
      tree.nodes.contains(where: { $0.test != .leaf && gaps[Int($0.feature)] })
    {
      throw .notExpressible(
        reason:
          "rows with missing values follow both branches of the tree, which no operator does; train with "
          + "--set missing=stop or --missing impute")
    }
    var open = [Pending(node: 0, parent: nil, known: [])]
    while let next = open.popLast() {
      let index = nodes.count
      if let parent = next.parent { connect(parent, to: index) }
      let node = tree.nodes[next.node]
      let feature = Int(node.feature)
      guard node.test != .leaf else {
        nodes.append(.leaf(node: next.node))
        continue
      }
      if gaps[feature], !next.known.contains(feature) {
        nodes.append(
          .test(isEqual: false, feature: feature, operand: .infinity, whenTrue: 0, whenFalse: index + 1))
        nodes.append(.leaf(node: next.node))
        open.append(
          Pending(node: next.node, parent: (index, true), known: next.known.union([feature])))
        continue
      }
      if case .equals(let code) = node.test {
        nodes.append(.test(isEqual: true, feature: feature, operand: code, whenTrue: 0, whenFalse: 0))
      } else {
        nodes.append(
          .test(isEqual: false, feature: feature, operand: node.test.operand, whenTrue: 0, whenFalse: 0))
      }
      open.append(Pending(node: Int(node.right), parent: (index, false), known: next.known))
      open.append(Pending(node: Int(node.left), parent: (index, true), known: next.known))
    }
  }

  /// A node of the decision tree that is still to be written.
  private struct Pending {
    let node: Int
    /// Where it hangs.
    let parent: (node: Int, isTrue: Bool)?
    /// Features that are known not to be missing.
    let known: Set<Int>
  }

  private mutating func connect(_ parent: (node: Int, isTrue: Bool), to child: Int) {
    guard case .test(let isEqual, let feature, let operand, let whenTrue, let whenFalse) = nodes[parent.node]
    else { return }
    nodes[parent.node] = .test(
      isEqual: isEqual, feature: feature, operand: operand, whenTrue: parent.isTrue ? child : whenTrue,
      whenFalse: parent.isTrue ? whenFalse : child)
  }
}
