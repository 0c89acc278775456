import Learning

/// A decision tree as ONNX sees it: every test sends a missing value to one side, so that stopping at a node takes a test
/// of its own.
struct BranchingTree {
  /// One node.
  enum Node {
    /// Rows end here and get what `node` of the decision tree says.
    case leaf(node: Int)
    /// Rows whose value passes go to `whenTrue`, all others to `whenFalse`.
    case test(Test)
  }

  /// The question of a node.
  struct Test {
    let isEqual: Bool
    let feature: Int
    let operand: Double
    /// Whether missing values count as passed.
    var missingIsTrue = false
    var whenTrue = 0
    var whenFalse = 0
  }

  /// The nodes, the root first and every child after its parent.
  private(set) var nodes: [Node] = []

  /// The tree, with a test before every node at which a missing value may stop.
  ///
  /// Every number is at most infinity and a missing value is not, so this test finds it; further tests of the
  /// feature on the way down need none. Where missing values have a learned side, the node's own test says which, as
  /// long as they can reach it.
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
          + "--set missing=learned, --set missing=stop or --missing impute")
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
      let mayBeMissing = gaps[feature] && !known[feature]
      if mayBeMissing, tree.missing == .stop, node.test != .isPresent {
        nodes.append(.test(Test(isEqual: false, feature: feature, operand: .infinity, whenFalse: index + 1)))
        nodes.append(.leaf(node: place))
        known[feature] = true
        open += [.forget(feature: feature), .write(node: place, parent: (index, true))]
        continue
      }
      let asksPresence = node.test == .isPresent
      let missingIsLeft = mayBeMissing && !asksPresence && node.missingGoesLeft
      nodes.append(
        .test(
          Test(
            isEqual: node.test == .equals(node.test.operand), feature: feature,
            operand: asksPresence ? .infinity : node.test.operand, missingIsTrue: missingIsLeft)))
      // Below the side that missing values do not take the feature is known.
      let (left, right) = (
        Step.write(node: Int(node.left), parent: (index, true)),
        Step.write(node: Int(node.right), parent: (index, false))
      )
      guard mayBeMissing else {
        open += [right, left]
        continue
      }
      open +=
        missingIsLeft ? [left, .forget(feature: feature), right] : [right, .forget(feature: feature), left]
      known[feature] = true
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
    guard case .test(var test) = nodes[parent.node] else { return }
    if parent.isTrue { test.whenTrue = child } else { test.whenFalse = child }
    nodes[parent.node] = .test(test)
  }
}
