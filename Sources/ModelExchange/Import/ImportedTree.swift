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

  private let targets: Int
  private var nodes: [Node] = []
  private var places: [Int: Int] = [:]
  /// What each node gives every target.
  private var values: [Double] = []

  /// A tree without nodes.
  init(targets: Int) { self.targets = targets }

  /// Adds a node; false if the id is taken.
  mutating func append(_ node: Node, id: Int) -> Bool {
    guard places.updateValue(nodes.count, forKey: id) == nil else { return false }
    nodes.append(node)
    values += [Double](repeating: 0, count: targets)
    return true
  }

  /// Adds to what a leaf gives a target; false if there is no such leaf.
  mutating func add(_ value: Double, target: Int, to id: Int) -> Bool {
    guard let place = places[id], nodes[place].mode == .leaf else { return false }
    values[place * targets + target] += value
    return true
  }

  /// Turns the only share that every leaf gives into those of the second and the first class.
  mutating func complete(given target: Int, total: Double) {
    for place in nodes.indices where nodes[place].mode == .leaf {
      let share = values[place * 2 + target]
      values[place * 2] = total - share
      values[place * 2 + 1] = share
    }
  }

  /// Whether the values of every leaf are shares of `total`: none below zero, and adding up to it, both as far as single
  /// precision goes.
  ///
  /// A third as a float is more than a third. So a share that was completed from that of the other class may lie a hair
  /// below zero; it becomes zero.
  mutating func takesShares(of total: Double) -> Bool {
    let slack = 1e-5 * total
    let leaves = nodes.indices.filter { nodes[$0].mode == .leaf }
    let areShares = leaves.allSatisfy { place in
      let shares = values[place * targets..<(place + 1) * targets]
      return shares.allSatisfy { $0 >= -slack } && abs(shares.reduce(0, +) - total) <= slack
    }
    guard areShares else { return false }
    for place in leaves {
      for index in place * targets..<(place + 1) * targets { values[index] = max(0, values[index]) }
    }
    return true
  }

  /// The tree with its nodes in depth-first order; a file does not say how many rows saw a node.
  ///
  /// - Throws: ``ModelExchangeError`` for nodes that form no tree.
  func tree(_ node: ImportedNode, _ columns: ImportedColumns) throws -> DecisionTree {
    var (order, tests) = ([Int](), [DecisionTree.Node]())
    var isSeen = [Bool](repeating: false, count: nodes.count)
    var open: [(place: Int, parent: Int?, isLeft: Bool)] = [(try root(node), nil, false)]
    while let (place, parent, isLeft) = open.popLast() {
      guard !isSeen[place] else { throw node.damaged("has a tree that reaches a node twice") }
      isSeen[place] = true
      let index = Int32(clamping: order.count)
      if let parent {
        if isLeft { tests[parent].left = index } else { tests[parent].right = index }
      }
      var (test, isSwapped) = nodes[place].test
      let missingGoesLeft = test != .leaf && test != .isPresent && nodes[place].missingIsTrue != isSwapped
      if case .atMost(let value) = test, let number = columns.numbers[nodes[place].feature] {
        test = .atMost(number.threshold(value))
      }
      order.append(place)
      tests.append(
        DecisionTree.Node(
          feature: test == .leaf ? 0 : Int32(clamping: nodes[place].feature), left: 0, right: 0, test: test,
          rows: 0, weight: 0, impurity: 0, missingGoesLeft: missingGoesLeft))
      guard test != .leaf else { continue }
      guard let yes = places[nodes[place].yes], let no = places[nodes[place].no] else {
        throw node.damaged("has a tree with a child that is not there")
      }
      open.append((isSwapped ? yes : no, Int(index), false))
      open.append((isSwapped ? no : yes, Int(index), true))
    }
    guard order.count == nodes.count else { throw node.damaged("has nodes that no tree reaches") }
    var table = Matrix(rows: order.count, columns: targets)
    for (row, place) in order.enumerated() {
      table.setRow(row, Array(values[place * targets..<(place + 1) * targets]))
    }
    for (row, test) in tests.enumerated().reversed() where test.test != .leaf {
      table.setRow(row, zip(table.row(Int(test.left)), table.row(Int(test.right))).map { ($0 + $1) / 2 })
    }
    return try DecisionTree(
      nodes: tests, values: table, featureCount: columns.count, missing: .learned)
  }

  /// The only node that is nobody's child.
  private func root(_ node: ImportedNode) throws -> Int {
    var isChild = [Bool](repeating: false, count: nodes.count)
    for parent in nodes where parent.mode != .leaf {
      for child in [parent.yes, parent.no] {
        if let place = places[child] { isChild[place] = true }
      }
    }
    guard let root = isChild.firstIndex(of: false) else { throw node.damaged("has a tree without a root") }
    return root
  }
}

/// The encoded columns that trees test.
struct ImportedColumns {
  /// How many there are.
  let count: Int
  /// The numbers among them, by their places.
  let numbers: [Int: ImportedNumber]

  /// The columns of features.
  init(_ pieces: [FeaturePiece]) {
    var (numbers, column) = ([Int: ImportedNumber](), 0)
    for piece in pieces {
      if case .number(let number) = piece { numbers[column] = number }
      column += piece.width
    }
    self.numbers = numbers
    count = column
  }
}
