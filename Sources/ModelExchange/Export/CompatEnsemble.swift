/// Trees as the single-precision operators TreeEnsembleClassifier and TreeEnsembleRegressor.
///
/// Two ways of saying things are avoided, because onnxruntime 1.32 computes them wrongly: it merges chains of
/// BRANCH_EQ although their leaves differ, so equality is asked as BRANCH_NEQ with the sides exchanged (a missing value
/// is unequal too) unless missing values pass, which no second test below can meet again; and of two classes that both
/// have weights it takes the second whenever its sum is above zero, so leaves give the share of the second class only, as
/// those of scikit-learn's exporter. The second class is then taken where its sum is above one half, so the shares of
/// forests are rounded down: equal votes stay at or below one half and go to the first class, as here.
struct CompatEnsemble {
  /// How thresholds of encoded features are rounded.
  let thresholds: [CompatThreshold]
  /// Whether leaves are added up in double precision, which takes features in double precision. Sums over trees need it
  /// for classes with equal votes: their shares, rounded to single precision, add up without error in any order, while
  /// sums of single precision gave one row in 500 another label.
  let addsInDouble: Bool

  private var trees: [Int64] = []
  private var ids: [Int64] = []
  private var features: [Int64] = []
  private var modes: [String] = []
  private var operands: [Double] = []
  private var missingIsTrue: [Int64] = []
  private var whenTrue: [Int64] = []
  private var whenFalse: [Int64] = []
  private var leaf: (trees: [Int64], nodes: [Int64], targets: [Int64], weights: [Double]) = ([], [], [], [])
  private var treeCount = 0

  /// An ensemble without trees.
  init(thresholds: [CompatThreshold], addsInDouble: Bool = false) {
    self.thresholds = thresholds
    self.addsInDouble = addsInDouble
  }

  /// Adds a tree.
  ///
  /// - Parameter values: what a leaf says of every target.
  mutating func append(_ tree: BranchingTree, values: (_ node: Int) -> [Double]) {
    for (index, node) in tree.nodes.enumerated() {
      trees.append(Int64(treeCount))
      ids.append(Int64(index))
      switch node {
      case .leaf(let node):
        appendTest("LEAF", .init(isEqual: false, feature: 0, operand: 0), operand: 0, (0, 0))
        let all = values(node)
        // The only target of a number and the second of two classes both have the number 0.
        let second = addsInDouble ? all.last.map { Double(Float(roundedDown: $0)) } : all.last
        for (target, value) in (all.count == 2 ? [second ?? 0] : all).enumerated() {
          leaf.trees.append(Int64(treeCount))
          leaf.nodes.append(Int64(index))
          leaf.targets.append(Int64(target))
          leaf.weights.append(value)
        }
      case .test(let test):
        let rounded = test.isEqual ? test.operand : thresholds[test.feature].rounded(test.operand)
        if test.asksInequality {
          appendTest("BRANCH_NEQ", test, operand: rounded, (test.whenFalse, test.whenTrue))
        } else {
          appendTest(
            test.isEqual ? "BRANCH_EQ" : "BRANCH_LEQ", test, operand: rounded, (test.whenTrue, test.whenFalse)
          )
        }
      }
    }
    treeCount += 1
  }

  private mutating func appendTest(
    _ mode: String, _ test: BranchingTree.Test, operand: Double, _ sides: (yes: Int, no: Int)
  ) {
    modes.append(mode)
    features.append(Int64(test.feature))
    operands.append(operand)
    missingIsTrue.append(test.missingIsTrue ? 1 : 0)
    whenTrue.append(Int64(sides.yes))
    whenFalse.append(Int64(sides.no))
  }

  private func numbers(_ name: String, _ values: [Double]) -> ONNXAttributeProto {
    addsInDouble
      ? .tensor("\(name)_as_tensor", .numbers(values.map { Double(Float($0)) }, [values.count], .double))
      : .numbers(name, values)
  }

  private var nodeAttributes: [ONNXAttributeProto] {
    [
      .integers("nodes_falsenodeids", whenFalse),
      .integers("nodes_featureids", features),
      .numbers("nodes_hitrates", operands.map { _ in 1 }),
      .integers("nodes_missing_value_tracks_true", missingIsTrue),
      .texts("nodes_modes", modes),
      .integers("nodes_nodeids", ids),
      .integers("nodes_treeids", trees),
      .integers("nodes_truenodeids", whenTrue),
      numbers("nodes_values", operands),
      .text("post_transform", "NONE"),
    ]
  }

  /// The settings of a classifier.
  func attributes(labels: ONNXAttributeProto) -> [ONNXAttributeProto] {
    [
      .integers("class_ids", leaf.targets), .integers("class_nodeids", leaf.nodes),
      .integers("class_treeids", leaf.trees), numbers("class_weights", leaf.weights), labels,
    ] + nodeAttributes
  }

  /// The settings of a regression model.
  var attributes: [ONNXAttributeProto] {
    [
      .integer("n_targets", 1), .integers("target_ids", leaf.targets),
      .integers("target_nodeids", leaf.nodes), .integers("target_treeids", leaf.trees),
      .numbers("target_weights", leaf.weights),
    ] + nodeAttributes
  }
}
