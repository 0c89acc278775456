import Learning

/// What a node lists of the leaves of its trees.
struct ImportedLeaves {
  let trees: [Int]
  let nodes: [Int]
  let targets: [Int]
  let weights: [Double]
  /// The targets of every tree, ascending.
  private(set) var targetsOfTree: [Int: [Int]] = [:]

  /// Reads the lists.
  ///
  /// - Parameters:
  ///   - prefix: of their names.
  ///   - targets: how many there may be.
  /// - Throws: ``ModelExchangeError``.
  init(_ node: ImportedNode, prefix: String, targets count: Int) throws {
    (trees, nodes) = (node.integers("\(prefix)_treeids"), node.integers("\(prefix)_nodeids"))
    (targets, weights) = (node.integers("\(prefix)_ids"), try node.numbersOrTensor("\(prefix)_weights"))
    guard [trees.count, nodes.count, targets.count].allSatisfy({ $0 == weights.count }) else {
      throw node.damaged("has lists of different length")
    }
    guard targets.allSatisfy((0..<count).contains), weights.allSatisfy(\.isFinite) else {
      throw node.damaged("has a leaf value that belongs to no leaf or class")
    }
    var sets: [Int: Set<Int>] = [:]
    for (tree, target) in zip(trees, targets) { sets[tree, default: []].insert(target) }
    targetsOfTree = sets.mapValues { $0.sorted() }
  }

  /// How many numbers a node of a tree has.
  func targetCount(ofTree tree: Int) -> Int { targetsOfTree[tree]?.count ?? 1 }
}

/// The trees of a node that holds all their nodes in lists side by side.
struct ImportedEnsemble {
  /// Which ensemble it is.
  let id: Int
  private(set) var trees: [ImportedTree] = []
  /// What the sums of the targets begin with; empty for zeros.
  private var bases: [Double] = []
  /// Whether every leaf holds shares of the classes that add up to the same.
  private(set) var holdsShares = false

  /// Reads the lists.
  ///
  /// - Parameter width: number of encoded columns.
  init(_ node: ImportedNode, id: Int, leaves: ImportedLeaves, width: Int) throws {
    self.id = id
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
        trees.append(ImportedTree(targets: leaves.targetsOfTree[lists.trees[index]] ?? [0]))
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
    for index in leaves.weights.indices {
      guard let place = places[leaves.trees[index]],
        trees[place].add(leaves.weights[index], target: leaves.targets[index], to: leaves.nodes[index])
      else { throw node.damaged("has a leaf value that belongs to no leaf or class") }
    }
    for tree in trees { try tree.check(node) }
  }

  /// The target of all leaves, if they have one only.
  var onlyTarget: Int? {
    guard let first = trees.first?.targets.first, trees.allSatisfy({ $0.targets == [first] }) else {
      return nil
    }
    return first
  }

  /// What the sum of a target begins with; a single one counts for whichever target there is.
  func base(_ target: Int) -> Double {
    bases.count == 1 ? bases[0] : bases.indices.contains(target) ? bases[target] : 0
  }

  /// Reads what the sums begin with.
  mutating func takeBase(_ node: ImportedNode, scores: Int) throws {
    bases = try node.numbersOrTensor("base_values")
    guard bases.isEmpty || bases.count == scores, bases.allSatisfy(\.isFinite) else {
      throw node.unsupported("has \(bases.count) usable base values for \(scores) scores")
    }
  }

  /// Whether the leaves hold shares of the classes, as those of forests do and those of boosted trees do not; a pair of
  /// classes of which only one share is given is completed then.
  mutating func takesShares(completing target: Int?) -> Bool {
    guard bases.allSatisfy({ $0 == 0 }) else { return false }
    var changed = trees
    let share = 1 / Double(trees.count)
    for index in changed.indices {
      if let target { changed[index].complete(given: target, total: share) }
      guard changed[index].takesShares(of: share) else { return false }
    }
    (trees, holdsShares) = (changed, true)
    return true
  }
}
