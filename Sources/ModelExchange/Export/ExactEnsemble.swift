/// Trees as the double-precision operator TreeEnsemble of ai.onnx.ml 5, in which a leaf gives one number to one
/// target.
struct ExactEnsemble {
  private var roots: [Int64] = []
  private var features: [Int64] = []
  private var modes: [UInt8] = []
  private var operands: [Double] = []
  private var missingIsTrue: [Int64] = []
  private var children: (whenTrue: [Int64], whenFalse: [Int64]) = ([], [])
  private var endsInLeaf: (whenTrue: [Int64], whenFalse: [Int64]) = ([], [])
  private var leafTargets: [Int64] = []
  private var leafValues: [Double] = []

  /// The number of targets: one per tree.
  private var targetCount: Int { roots.count }

  /// Adds a tree as the next target.
  ///
  /// - Parameter value: what a leaf says.
  mutating func append(_ tree: BranchingTree, value: (_ node: Int) -> Double) {
    let target = Int64(roots.count)
    roots.append(Int64(features.count))
    // Inner nodes and leaves are numbered apart.
    var places: [Int64] = []
    var (inner, leaf) = (features.count, leafValues.count)
    for node in tree.nodes {
      if case .leaf(let node) = node {
        places.append(Int64(leaf))
        leaf += 1
        leafTargets.append(target)
        leafValues.append(value(node))
      } else {
        places.append(Int64(inner))
        inner += 1
      }
    }
    if inner == features.count {
      // A tree without a test gets one whose sides are the same leaf.
      appendTest(
        0, .init(isEqual: false, feature: 0, operand: 0), (places[0], true), (places[0], true))
    }
    for node in tree.nodes {
      guard case .test(let test) = node else { continue }
      let yes = (places[test.whenTrue], tree.isLeaf(test.whenTrue))
      let no = (places[test.whenFalse], tree.isLeaf(test.whenFalse))
      // Equality is asked as inequality; see ``CompatEnsemble``.
      if test.asksInequality {
        appendTest(5, test, no, yes)
      } else {
        appendTest(test.isEqual ? 4 : 0, test, yes, no)
      }
    }
  }

  private mutating func appendTest(
    _ mode: UInt8, _ test: BranchingTree.Test, _ whenTrue: (place: Int64, isLeaf: Bool),
    _ whenFalse: (place: Int64, isLeaf: Bool)
  ) {
    features.append(Int64(test.feature))
    modes.append(mode)
    operands.append(test.operand)
    missingIsTrue.append(test.missingIsTrue ? 1 : 0)
    children.whenTrue.append(whenTrue.place)
    children.whenFalse.append(whenFalse.place)
    endsInLeaf.whenTrue.append(whenTrue.isLeaf ? 1 : 0)
    endsInLeaf.whenFalse.append(whenFalse.isLeaf ? 1 : 0)
  }

  /// The operator's settings.
  var attributes: [ONNXAttributeProto] {
    [
      .integer("aggregate_function", 1),
      .integers("leaf_targetids", leafTargets),
      .tensor("leaf_weights", .numbers(leafValues, [leafValues.count], .double)),
      .integer("n_targets", Int64(targetCount)),
      .integers("nodes_falseleafs", endsInLeaf.whenFalse),
      .integers("nodes_falsenodeids", children.whenFalse),
      .integers("nodes_featureids", features),
    ]
      + (missingIsTrue.contains(1) ? [.integers("nodes_missing_value_tracks_true", missingIsTrue)] : []) + [
        .tensor("nodes_modes", .bytes(modes)),
        .tensor("nodes_splits", .numbers(operands, [operands.count], .double)),
        .integers("nodes_trueleafs", endsInLeaf.whenTrue),
        .integers("nodes_truenodeids", children.whenTrue),
        .integer("post_transform", 0),
        .integers("tree_roots", roots),
      ]
  }
}

extension BranchingTree {
  /// Whether rows end at a node.
  func isLeaf(_ index: Int) -> Bool {
    if case .leaf = nodes[index] { true } else { false }
  }
}

extension BranchingTree.Test {
  /// Whether equality is asked as inequality with the sides exchanged; a missing value is unequal then, so this does where
  /// missing values fail the test.
  var asksInequality: Bool { isEqual && !missingIsTrue }
}
