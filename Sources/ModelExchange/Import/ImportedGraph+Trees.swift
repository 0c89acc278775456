import Learning
import LinearAlgebra

/// The operators of trees.
extension ImportedGraph {
  /// Counts the trees of a node: its lists, and for every node of a tree three rows of a number per target.
  private mutating func spend(onTrees node: ImportedNode, _ pieces: [FeaturePiece], targets: Int) throws {
    let (row, isHuge) = targets.multipliedReportingOverflow(by: 3 * MemoryLayout<Double>.stride)
    guard !isHuge else { throw node.damaged("has too many classes") }
    try spend(node.integers("nodes_nodeids").count, of: row + 256)
    try spend(on: pieces, adding: 64)
  }

  mutating func treeRegressor(_ node: ImportedNode) throws -> GraphValue {
    let (pieces, width) = try modelInput(node)
    try node.refuse("base_values", "base_values_as_tensor")
    try checkTransform(node, ["NONE"])
    guard ["SUM", "AVERAGE"].contains(node.text("aggregate_function", default: "SUM")),
      node.integer("n_targets", default: 1) == 1
    else { throw node.unsupported("does not add up one number") }
    try spend(onTrees: node, pieces, targets: 1)
    let ensemble = try ImportedEnsemble(node, targets: 1, prefix: "target", width: width)
    guard ensemble.trees.count == 1 else {
      throw node.unsupported("has \(ensemble.trees.count) trees; a model of a number may have one")
    }
    let tree = try ensemble.trees[0].tree(node, ImportedColumns(pieces))
    return .numbers(ImportedModel(features: pieces, model: .treeRegressor(TreeRegressor(tree: tree))))
  }

  /// The label and the probabilities.
  mutating func treeClassifier(_ node: ImportedNode) throws -> [GraphValue] {
    let (pieces, width) = try modelInput(node)
    try node.refuse("base_values", "base_values_as_tensor")
    try checkTransform(node, ["NONE"])
    let labels = try node.labels(integers: "classlabels_int64s")
    try spend(onTrees: node, pieces, targets: labels.count)
    var ensemble = try ImportedEnsemble(node, targets: labels.count, prefix: "class", width: width)
    if labels.count == 2 { ensemble.completePairs(node) }
    try ensemble.checkShares(node)
    try take(labels)
    let columns = ImportedColumns(pieces)
    let trees = try ensemble.trees.map { TreeClassifier(tree: try $0.tree(node, columns)) }
    let model: FittedModel =
      trees.count == 1 ? .treeClassifier(trees[0]) : .forest(try ForestClassifier(trees: trees))
    return [.label, .probabilities(ImportedModel(features: pieces, model: model))]
  }
}

/// The trees of a node that holds all their nodes in lists side by side.
struct ImportedEnsemble {
  private(set) var trees: [ImportedTree] = []

  /// Reads the lists.
  ///
  /// - Parameters:
  ///   - targets: how many numbers a leaf may give.
  ///   - prefix: of the names of the leaves' lists.
  ///   - width: number of encoded columns.
  init(_ node: ImportedNode, targets: Int, prefix: String, width: Int) throws {
    let lists = (
      trees: node.integers("nodes_treeids"), ids: node.integers("nodes_nodeids"),
      features: node.integers("nodes_featureids"), modes: node.texts("nodes_modes"),
      yes: node.integers("nodes_truenodeids"), no: node.integers("nodes_falsenodeids")
    )
    let operands = try node.numbersOrTensor("nodes_values")
    let count = lists.ids.count
    let tracks =
      node.has("nodes_missing_value_tracks_true")
      ? node.integers("nodes_missing_value_tracks_true") : [Int](repeating: 0, count: count)
    guard count > 0 else { throw node.damaged("has no node") }
    let counts = [
      lists.trees.count, lists.features.count, lists.modes.count, lists.yes.count, lists.no.count,
      operands.count, tracks.count,
    ]
    guard counts.allSatisfy({ $0 == count }) else { throw node.damaged("has lists of different length") }
    var places: [Int: Int] = [:]
    for index in 0..<count {
      if places[lists.trees[index]] == nil {
        places[lists.trees[index]] = trees.count
        trees.append(ImportedTree(targets: targets))
      }
      let place = places[lists.trees[index], default: 0]
      let mode = lists.modes[index]
      guard let test = ImportedTree.Mode(rawValue: mode) else {
        throw node.unsupported("has the mode \(mode)")
      }
      if test != .leaf {
        guard (0..<width).contains(lists.features[index]) else {
          throw node.damaged("tests column \(lists.features[index]) of \(width)")
        }
        let isEqual = test == .equal || test == .unequal
        guard operands[index].isFinite || (operands[index] == .infinity && !isEqual) else {
          throw node.damaged("has a threshold that is no number")
        }
      }
      let isNew = trees[place].append(
        .init(
          mode: test, feature: lists.features[index], operand: operands[index], yes: lists.yes[index],
          no: lists.no[index], missingIsTrue: tracks[index] != 0 || test == .unequal), id: lists.ids[index])
      guard isNew else { throw node.damaged("has the node \(lists.ids[index]) of a tree twice") }
    }
    try readLeaves(node, prefix, places, targets)
  }

  private mutating func readLeaves(
    _ node: ImportedNode, _ prefix: String, _ places: [Int: Int], _ targets: Int
  ) throws {
    let (treeIDs, nodeIDs) = (node.integers("\(prefix)_treeids"), node.integers("\(prefix)_nodeids"))
    let (targetIDs, weights) = (
      node.integers("\(prefix)_ids"), try node.numbersOrTensor("\(prefix)_weights")
    )
    guard [treeIDs.count, nodeIDs.count, targetIDs.count].allSatisfy({ $0 == weights.count }) else {
      throw node.damaged("has lists of different length")
    }
    for index in weights.indices {
      guard let place = places[treeIDs[index]], (0..<targets).contains(targetIDs[index]),
        weights[index].isFinite,
        trees[place].add(weights[index], target: targetIDs[index], to: nodeIDs[index])
      else { throw node.damaged("has a leaf value that belongs to no leaf or class") }
    }
  }

  /// With two classes a leaf may give the share of one of them only.
  mutating func completePairs(_ node: ImportedNode) {
    let targets = Set(node.integers("class_ids"))
    guard targets.count == 1 else { return }
    let share = 1 / Double(trees.count)
    // Whatever its number, the single share is that of the second class.
    for index in trees.indices { trees[index].complete(given: targets.first ?? 0, total: share) }
  }

  /// Refuses leaves whose shares do not add up to the same everywhere, as those of boosted trees.
  mutating func checkShares(_ node: ImportedNode) throws {
    let share = 1 / Double(trees.count)
    guard trees.indices.allSatisfy({ trees[$0].takesShares(of: share) }) else {
      throw node.unsupported("has leaves whose shares are no probabilities; boosted trees are not supported")
    }
  }
}
