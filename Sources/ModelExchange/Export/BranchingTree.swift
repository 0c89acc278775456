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
    var known = [Bool](repeating: false, count: gaps.count)
    var open = [Step.write(node: 0, parent: nil)]
    while let step = open.popLast() {
      guard case .write(let place, let parent) = step else {
        if case .forget(let feature) = step { known[feature] = false }
        continue
      }
      let index = nodes.count
      if let parent { connect(parent, to: index) }
      let node = tree.nodes[place]
      let feature = Int(node.feature)
      guard node.test != .leaf else {
        nodes.append(.leaf(node: place))
        continue
      }
      if gaps[feature], !known[feature] {
        nodes.append(
          .test(isEqual: false, feature: feature, operand: .infinity, whenTrue: 0, whenFalse: index + 1))
        nodes.append(.leaf(node: place))
        known[feature] = true
        open += [.forget(feature: feature), .write(node: place, parent: (index, true))]
        continue
      }
      nodes.append(
        .test(
          isEqual: node.test == .equals(node.test.operand), feature: feature, operand: node.test.operand,
          whenTrue: 0, whenFalse: 0))
      open.append(.write(node: Int(node.right), parent: (index, false)))
      open.append(.write(node: Int(node.left), parent: (index, true)))
    }
  }

  /// What is still to be done, last first.
  private enum Step {
    /// Write a node of the decision tree and hang it below another.
    case write(node: Int, parent: (node: Int, isTrue: Bool)?)
    /// All nodes below the test for a missing value are written.
    case forget(feature: Int)
  }

  private mutating func connect(_ parent: (node: Int, isTrue: Bool), to child: Int) {
    guard case .test(let isEqual, let feature, let operand, let whenTrue, let whenFalse) = nodes[parent.node]
    else { return }
    nodes[parent.node] = .test(
      isEqual: isEqual, feature: feature, operand: operand, whenTrue: parent.isTrue ? child : whenTrue,
      whenFalse: parent.isTrue ? whenFalse : child)
  }
}
