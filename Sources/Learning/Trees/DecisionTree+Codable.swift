import FoundationEssentials
import LinearAlgebra

extension DecisionTree: Codable {
  private enum CodingKeys: String, CodingKey {
    case features, missing, kinds, width, tested, operands, rows, weights, impurities, values
    // Of version 1 only.
    case tests, left, right
  }

  /// What the byte of a node says.
  private enum Kind {
    static let test: UInt8 = 0b0011
    static let missingGoesLeft: UInt8 = 0b0100
    static let isPure: UInt8 = 0b1000
    static let all: UInt8 = 0b1111
  }

  /// Writes the nodes as packed columns; their order tells who is whose child.
  ///
  /// `kinds` has a byte per node: 0 for a leaf, 1 for "at most", 2 for "equals", 3 for "is present", plus 4 if missing
  /// values go left, plus 8 if the impurity is zero. `tested` holds the features of inner nodes, `operands` the numbers of
  /// the tests that have one, `impurities` those that are not zero; `rows` and `weights` one number a node, `values` one
  /// row of `width` a node. See ``PackedColumn`` for the bytes.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    let kinds = nodes.map { node in
      node.test.code | (node.missingGoesLeft ? Kind.missingGoesLeft : 0)
        | (node.impurity == 0 ? Kind.isPure : 0)
    }
    try container.encode(featureCount, forKey: .features)
    try container.encode(missing, forKey: .missing)
    try container.encode(values.columns, forKey: .width)
    try container.encode(Data(kinds), forKey: .kinds)
    try container.encode(
      PackedColumn.pack(nodes.filter { $0.test != .leaf }.map { Int($0.feature) }), forKey: .tested)
    try container.encode(
      PackedColumn.pack(nodes.filter { $0.test.hasOperand }.map(\.test.operand)), forKey: .operands)
    try container.encode(PackedColumn.pack(nodes.map(\.rows)), forKey: .rows)
    try container.encode(PackedColumn.pack(nodes.map(\.weight)), forKey: .weights)
    try container.encode(
      PackedColumn.pack(nodes.filter { $0.impurity != 0 }.map(\.impurity)), forKey: .impurities)
    try container.encode(PackedColumn.pack(values.elements), forKey: .values)
  }

  /// Decodes a tree and checks that it is one.
  ///
  /// - Throws: ``ModelError/invalid(model:reason:)`` for columns of a wrong length, an unknown test, and for what is no
  ///   tree; `DecodingError` for what is no base64.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if container.contains(.tests) {
      self = try Self.firstVersion(container)
      return
    }
    let kinds = [UInt8](try container.decode(Data.self, forKey: .kinds))
    func column(_ key: CodingKeys, _ count: Int) throws -> [Double] {
      try PackedColumn.doubles(container.decode(Data.self, forKey: key), key.rawValue, count: count)
    }
    func wholeColumn(_ key: CodingKeys, _ count: Int) throws -> [Int] {
      try PackedColumn.wholeNumbers(container.decode(Data.self, forKey: key), key.rawValue, count: count)
    }
    let (inner, operated) = (
      kinds.count { $0 & Kind.test != 0 }, kinds.count { [1, 2].contains($0 & Kind.test) }
    )
    let tested = try wholeColumn(.tested, inner)
    let operands = try column(.operands, operated)
    let rows = try wholeColumn(.rows, kinds.count)
    let weights = try column(.weights, kinds.count)
    let impurities = try column(.impurities, kinds.count { $0 & Kind.isPure == 0 })
    let width = try container.decode(Int.self, forKey: .width)
    let (size, isHuge) = kinds.count.multipliedReportingOverflow(by: width)
    guard width > 0, !isHuge else { throw Self.invalid("its nodes have \(width) values") }
    let values = try column(.values, size)
    var nodes: [Node] = []
    nodes.reserveCapacity(kinds.count)
    var (testPlace, operandPlace, impurityPlace, open) = (0, 0, 0, [Int]())
    for (index, kind) in kinds.enumerated() {
      let code = kind & Kind.test
      var operand = 0.0
      if code == 1 || code == 2 {
        operand = operands[operandPlace]
        operandPlace += 1
      }
      guard kind & ~Kind.all == 0, let test = Test(code: Int(code), operand: operand) else {
        throw Self.invalid("node \(index) has the kind \(kind)")
      }
      var node = Node(
        feature: 0, left: 0, right: 0, test: test, rows: rows[index], weight: weights[index], impurity: 0,
        missingGoesLeft: kind & Kind.missingGoesLeft != 0)
      if kind & Kind.isPure == 0 {
        node.impurity = impurities[impurityPlace]
        impurityPlace += 1
      }
      let next = Int32(truncatingIfNeeded: index + 1)
      if test == .leaf {
        // What follows a leaf is the right child of the last node that waits for one.
        if let parent = open.popLast() {
          nodes[parent].right = next
        } else if index + 1 < kinds.count {
          throw Self.invalid("nodes follow its last leaf")
        }
      } else {
        node.feature = Int32(clamping: tested[testPlace])
        testPlace += 1
        node.left = next
        open.append(index)
      }
      nodes.append(node)
    }
    guard kinds.last.map({ $0 & Kind.test == 0 }) ?? true, open.isEmpty else {
      throw Self.invalid("a node lacks a child")
    }
    try self.init(
      nodes: nodes, values: Matrix(rows: kinds.count, columns: width, elements: values),
      featureCount: container.decode(Int.self, forKey: .features),
      missing: container.decode(MissingPolicy.self, forKey: .missing))
  }

  /// The arrays of numbers of version 1, whose missing values stop or follow both branches.
  private static func firstVersion(_ container: KeyedDecodingContainer<CodingKeys>) throws -> DecisionTree {
    let tests = try container.decode([Int].self, forKey: .tests)
    let operands = try container.decode([Double].self, forKey: .operands)
    let tested = try container.decode([Int32].self, forKey: .tested)
    let left = try container.decode([Int32].self, forKey: .left)
    let right = try container.decode([Int32].self, forKey: .right)
    let rows = try container.decode([Int].self, forKey: .rows)
    let weights = try container.decode([Double].self, forKey: .weights)
    let impurities = try container.decode([Double].self, forKey: .impurities)
    let count = tests.count
    guard
      [operands.count, tested.count, left.count, right.count, rows.count, weights.count, impurities.count]
        .allSatisfy({ $0 == count })
    else { throw invalid("its arrays have different lengths") }
    let nodes = try tests.indices.map { index in
      guard tests[index] < 3, let test = Test(code: tests[index], operand: operands[index]) else {
        throw invalid("node \(index) has the test \(tests[index])")
      }
      return Node(
        feature: tested[index], left: left[index], right: right[index], test: test, rows: rows[index],
        weight: weights[index], impurity: impurities[index])
    }
    let missing = try container.decode(MissingPolicy.self, forKey: .missing)
    guard missing != .learned else { throw invalid("its nodes have no side for missing values") }
    return try DecisionTree(
      nodes: nodes, values: container.decode(Matrix.self, forKey: .values),
      featureCount: container.decode(Int.self, forKey: .features), missing: missing)
  }

  private static func invalid(_ reason: String) -> ModelError {
    .invalid(model: "decision tree", reason: reason)
  }
}

extension DecisionTree.Test {
  fileprivate var code: UInt8 {
    switch self {
    case .leaf: 0
    case .atMost: 1
    case .equals: 2
    case .isPresent: 3
    }
  }

  /// Threshold or code; 0 for a leaf and a test for presence.
  public var operand: Double {
    switch self {
    case .leaf, .isPresent: 0
    case .atMost(let value), .equals(let value): value
    }
  }

  fileprivate var hasOperand: Bool { self != .leaf && self != .isPresent }

  fileprivate init?(code: Int, operand: Double) {
    guard operand.isFinite else { return nil }
    switch code {
    case 0: self = .leaf
    case 1: self = .atMost(operand)
    case 2: self = .equals(operand)
    case 3: self = .isPresent
    default: return nil
    }
  }
}
