public import LinearAlgebra

extension DecisionTree {
  /// The nodes of a tree in depth-first order; what they say stands in columns.
  ///
  /// A node of a large tree takes about 16 bytes, half of what its file holds as text.
  public struct Nodes: Sendable, Hashable {
    /// The inner nodes, in their order.
    let branches: [Branch]
    /// Which nodes are inner ones.
    let inner: MarkedPlaces
    let rows: CompactNumbers
    let weights: CompactNumbers
    /// Which nodes have an impurity other than zero.
    let impure: MarkedPlaces
    /// The impurities of those.
    let impurities: [Double]

    public var count: Int { rows.count }
  }

  /// What prediction needs of an inner node.
  ///
  /// A tree of *m* leaves has 2*m* − 1 nodes, *m* − 1 of them inner ones. So the leaves on the left tell both where the
  /// right child stands among all nodes and where it stands among the inner ones.
  struct Branch: Sendable {
    /// Threshold or code; NaN where the test asks for presence.
    let operand: Double
    /// The tested feature, and the sign bit set if missing values go left.
    private let place: Int32
    /// Leaves below the left child times 4, plus 2 if the right child is a leaf, plus 1 for a test of equality.
    private var link: UInt32

    /// A test whose children are still to come; see ``close(leavesOnLeft:rightIsLeaf:)``.
    init(test: Test, feature: Int32, missingGoesLeft: Bool) {
      var isEquality = false
      switch test {
      case .leaf, .isPresent: operand = .nan
      case .atMost(let value): operand = value
      case .equals(let value): (operand, isEquality) = (value, true)
      }
      place = feature & .max | (missingGoesLeft ? .min : 0)
      link = isEquality ? 1 : 0
    }

    /// Says where the right child stands, once.
    mutating func close(leavesOnLeft: Int, rightIsLeaf: Bool) {
      link |= UInt32(truncatingIfNeeded: leavesOnLeft) << 2 | (rightIsLeaf ? 2 : 0)
    }

    @inline(__always) var feature: Int { Int(place & .max) }
    @inline(__always) var missingGoesLeft: Bool { place < 0 }
    @inline(__always) var leavesOnLeft: Int { Int(link >> 2) }
    @inline(__always) var rightIsLeaf: Bool { link & 2 != 0 }
    @inline(__always) var isEquality: Bool { link & 1 != 0 }
    @inline(__always) var asksPresence: Bool { operand.isNaN }

    var test: Test { asksPresence ? .isPresent : isEquality ? .equals(operand) : .atMost(operand) }

    /// Whether a row with this value goes left; nil where it stops.
    @inline(__always)
    func goesLeft(_ value: Double, _ missing: MissingPolicy) -> Bool? {
      if value.isNaN {
        if asksPresence { return false }
        return missing == .learned ? missingGoesLeft : nil
      }
      // No number is greater than the operand of a test for presence.
      return isEquality ? value == operand : !(value > operand)
    }
  }
}

extension DecisionTree.Branch: Hashable {
  static func == (left: Self, right: Self) -> Bool {
    left.place == right.place && left.link == right.link
      && (left.operand == right.operand || left.asksPresence && right.asksPresence)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(operand)
    hasher.combine(place)
    hasher.combine(link)
  }
}

extension DecisionTree.Nodes: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { count }

  public subscript(index: Int) -> DecisionTree.Node {
    precondition(index >= 0 && index < count, "node \(index) of \(count)")
    let impurity = impure.contains(index) ? impurities[impure.rank(index)] : 0
    let rows = Int(rows[index])
    guard inner.contains(index) else {
      return DecisionTree.Node(
        feature: 0, left: 0, right: 0, test: .leaf, rows: rows, weight: weights[index], impurity: impurity)
    }
    let branch = branches[inner.rank(index)]
    return DecisionTree.Node(
      feature: Int32(truncatingIfNeeded: branch.feature), left: Int32(truncatingIfNeeded: index + 1),
      right: Int32(truncatingIfNeeded: index + 2 * branch.leavesOnLeft), test: branch.test, rows: rows,
      weight: weights[index], impurity: impurity, missingGoesLeft: branch.missingGoesLeft)
  }

  /// Whether no test follows a node.
  func isLeaf(_ index: Int) -> Bool { !inner.contains(index) }
}

extension DecisionTree.Nodes {
  /// Columns that fit together.
  init(
    branches: [DecisionTree.Branch], inner: MarkedPlaces, rows: CompactNumbers, weights: CompactNumbers,
    impurities: [Double], of impure: MarkedPlaces
  ) {
    self.branches = branches
    self.inner = inner
    self.rows = rows
    // Without weights of rows the two say the same and share their memory.
    self.weights = weights == rows ? rows : weights
    self.impure = impure
    self.impurities = impurities
  }

  /// The columns of nodes that are known to be a tree in depth-first order.
  init(_ nodes: [DecisionTree.Node]) {
    var branches: [DecisionTree.Branch] = []
    branches.reserveCapacity(nodes.count / 2)
    for (index, node) in nodes.enumerated() where node.test != .leaf {
      var branch = DecisionTree.Branch(
        test: node.test, feature: node.feature, missingGoesLeft: node.missingGoesLeft)
      branch.close(
        leavesOnLeft: (Int(node.right) - index) / 2, rightIsLeaf: nodes[Int(node.right)].test == .leaf)
      branches.append(branch)
    }
    self.init(
      branches: branches, inner: MarkedPlaces(nodes.count) { nodes[$0].test != .leaf },
      rows: CompactNumbers(whole: nodes.lazy.map(\.rows)), weights: CompactNumbers(nodes.lazy.map(\.weight)),
      impurities: nodes.lazy.map(\.impurity).filter { $0 != 0 },
      of: MarkedPlaces(nodes.count) { nodes[$0].impurity != 0 })
  }
}

extension DecisionTree {
  /// The values of all nodes: one row a node, with a number per class or the mean of the target.
  public struct Values: Sendable, Hashable {
    /// Number of nodes.
    public let rows: Int
    /// Numbers of a node.
    public let columns: Int
    let numbers: CompactNumbers

    init(rows: Int, columns: Int, numbers: CompactNumbers) {
      precondition(numbers.count == rows * columns, "\(numbers.count) values for \(rows) x \(columns)")
      (self.rows, self.columns, self.numbers) = (rows, columns, numbers)
    }

    init(_ values: Matrix) {
      self.init(
        rows: values.rows, columns: values.columns,
        numbers: values.withElements { CompactNumbers($0) })
    }

    /// The number of a node in a column, both from zero.
    public subscript(node: Int, column: Int) -> Double {
      precondition(column >= 0 && column < columns, "column \(column) of \(columns)")
      return numbers[node * columns + column]
    }

    /// The numbers of a node.
    public func row(_ node: Int) -> [Double] {
      precondition(node >= 0 && node < rows, "node \(node) of \(rows)")
      return numbers.withReader { reader in (node * columns..<(node + 1) * columns).map { reader[$0] } }
    }

    /// All numbers, node after node.
    public var elements: [Double] { numbers.withReader { reader in (0..<numbers.count).map { reader[$0] } } }

    /// All numbers, one row a node.
    public var matrix: Matrix { Matrix(rows: rows, columns: columns, elements: elements) }
  }
}
