import Learning
import LinearAlgebra

/// A tree as a file lists it: nodes with ids of their own that name their children.
struct ImportedTree {
  /// Kinds of nodes.
  enum Mode: String {
    case leaf = "LEAF"
    case atMost = "BRANCH_LEQ"
    case below = "BRANCH_LT"
    case atLeast = "BRANCH_GTE"
    case above = "BRANCH_GT"
    case equal = "BRANCH_EQ"
    case unequal = "BRANCH_NEQ"
  }

  /// A node.
  struct Node {
    let mode: Mode
    let feature: Int
    let operand: Double
    let yes: Int
    let no: Int
    /// Whether a missing value goes to `yes`.
    let missingIsTrue: Bool

    /// The question in the words of ``DecisionTree``, and whether its left is the side where the mode holds.
    ///
    /// A number is below another if it is at most the next smaller one. Every number is at most infinity, so that a test
    /// against it is for missing values, or none.
    var test: (test: DecisionTree.Test, isSwapped: Bool) {
      if operand == .infinity {
        let isSwapped = mode == .above || mode == .atLeast
        return (missingIsTrue == isSwapped ? .isPresent : .atMost(.greatestFiniteMagnitude), isSwapped)
      }
      return switch mode {
      case .leaf: (.leaf, false)
      case .atMost: (.atMost(operand), false)
      case .below: (.atMost(operand.nextDown), false)
      case .atLeast: (.atMost(operand.nextDown), true)
      case .above: (.atMost(operand), true)
      case .equal: (.equals(operand), false)
      case .unequal: (.equals(operand), true)
      }
    }
  }

  /// The targets to which its leaves give something, ascending.
  private(set) var targets: [Int]
  private var nodes: [Node] = []
  private var places: [Int: Int] = [:]
  /// What each node gives every target of ``targets``.
  private var values: [Double] = []

  /// A tree without nodes whose leaves give something to some targets.
  init(targets: [Int]) { self.targets = targets }

  /// Number of nodes.
  var count: Int { nodes.count }

  /// Adds a node; false if the id is taken.
  mutating func append(_ node: Node, id: Int) -> Bool {
    guard places.updateValue(nodes.count, forKey: id) == nil else { return false }
    nodes.append(node)
    for _ in targets { values.append(0) }
    return true
  }

  /// The place of a target among those of the tree.
  private func column(_ target: Int) -> Int? {
    var (low, high) = (0, targets.count)
    while low < high {
      let middle = (low + high) / 2
      if targets[middle] < target { low = middle + 1 } else { high = middle }
    }
    return low < targets.count && targets[low] == target ? low : nil
  }

  /// Adds to what a leaf gives a target; false if there is no such leaf.
  mutating func add(_ value: Double, target: Int, to id: Int) -> Bool {
    guard let place = places[id], nodes[place].mode == .leaf, let column = column(target) else {
      return false
    }
    values[place * targets.count + column] += value
    return true
  }

  /// Turns the only share that every leaf gives into those of the first and the second class.
  mutating func complete(given target: Int, total: Double) {
    guard targets == [target] else { return }
    values = nodes.indices.flatMap { place -> [Double] in
      nodes[place].mode == .leaf ? [total - values[place], values[place]] : [0, 0]
    }
    targets = [0, 1]
  }

  /// Whether the values of every leaf are shares of `total`: none below zero, and adding up to it, both as far as single
  /// precision goes.
  ///
  /// A third as a float is more than a third. So a share that was completed from that of the other class may lie a hair
  /// below zero; it becomes zero.
  mutating func takesShares(of total: Double) -> Bool {
    let (slack, width) = (1e-5 * total, targets.count)
    let leaves = nodes.indices.filter { nodes[$0].mode == .leaf }
    let areShares = leaves.allSatisfy { place in
      let shares = values[place * width..<(place + 1) * width]
      return shares.allSatisfy { $0 >= -slack } && abs(shares.reduce(0, +) - total) <= slack
    }
    guard areShares else { return false }
    for place in leaves {
      for index in place * width..<(place + 1) * width { values[index] = max(0, values[index]) }
    }
    return true
  }

  /// Checks that the nodes form a tree.
  ///
  /// - Throws: ``ModelExchangeError``.
  func check(_ node: ImportedNode) throws {
    var isSeen = [Bool](repeating: false, count: nodes.count)
    guard let root else { throw node.damaged("has a tree without a root") }
    var (open, seen) = ([root], 0)
    while let place = open.popLast() {
      guard !isSeen[place] else { throw node.damaged("has a tree that reaches a node twice") }
      isSeen[place] = true
      seen += 1
      guard nodes[place].mode != .leaf else { continue }
      guard let yes = places[nodes[place].yes], let no = places[nodes[place].no] else {
        throw node.damaged("has a tree with a child that is not there")
      }
      open += [no, yes]
    }
    guard seen == nodes.count else { throw node.damaged("has nodes that no tree reaches") }
  }

  /// The tree with its nodes in depth-first order, after ``check(_:)``; a file does not say how many rows saw a node.
  ///
  /// - Parameters:
  ///   - columns: the encoded columns that it tests.
  ///   - width: numbers of a node.
  ///   - row: what a node says, of what it gives the targets of ``targets``.
  /// - Throws: ``ModelExchangeError`` for a test that cannot be asked here.
  func tree(
    _ columns: ImportedColumns, width: Int, _ row: (ArraySlice<Double>) -> [Double]
  ) throws -> DecisionTree {
    var (order, tests) = ([Int](), [DecisionTree.Node]())
    var open: [(place: Int, parent: Int?, isLeft: Bool)] = root.map { [($0, nil, false)] } ?? []
    while let (place, parent, isLeft) = open.popLast() {
      let index = Int32(clamping: order.count)
      if let parent {
        if isLeft { tests[parent].left = index } else { tests[parent].right = index }
      }
      let test = try columns.test(nodes[place])
      order.append(place)
      tests.append(
        DecisionTree.Node(
          feature: Int32(clamping: test.feature), left: 0, right: 0, test: test.test,
          rows: 0, weight: 0, impurity: 0, missingGoesLeft: test.missingGoesLeft))
      guard test.test != .leaf else { continue }
      guard let yes = places[nodes[place].yes], let no = places[nodes[place].no] else { continue }
      open.append((test.isSwapped ? yes : no, Int(index), false))
      open.append((test.isSwapped ? no : yes, Int(index), true))
    }
    var table = Matrix(rows: order.count, columns: width)
    for (index, place) in order.enumerated() where tests[index].test == .leaf {
      table.setRow(index, row(values[place * targets.count..<(place + 1) * targets.count]))
    }
    for (row, test) in tests.enumerated().reversed() where test.test != .leaf {
      table.setRow(row, zip(table.row(Int(test.left)), table.row(Int(test.right))).map { $0 / 2 + $1 / 2 })
    }
    return try DecisionTree(nodes: tests, values: table, featureCount: columns.count, missing: .learned)
  }

  /// The tree of one target, whose values are multiplied by `factor`; nil if it gives the target nothing.
  func tree(_ columns: ImportedColumns, target: Int, factor: Double) throws -> DecisionTree? {
    guard let column = column(target) else { return nil }
    return try tree(columns, width: 1) { [$0[$0.startIndex + column] * factor] }
  }

  /// The tree of all targets, of which there are `count`.
  func tree(_ columns: ImportedColumns, count: Int) throws -> DecisionTree {
    try tree(columns, width: count) { given in
      var row = [Double](repeating: 0, count: count)
      for (target, value) in zip(targets, given) { row[target] = value }
      return row
    }
  }

  /// The place of the only node that is nobody's child; nil if there is none.
  private var root: Int? {
    var isChild = [Bool](repeating: false, count: nodes.count)
    for parent in nodes where parent.mode != .leaf {
      for child in [parent.yes, parent.no] {
        if let place = places[child] { isChild[place] = true }
      }
    }
    return isChild.firstIndex(of: false)
  }
}
