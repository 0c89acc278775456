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
    var branches = nodes.branches.makeIterator()
    var kinds = Data(capacity: nodes.count)
    for index in nodes.indices {
      let pure = nodes.impure.contains(index) ? 0 : Kind.isPure
      guard !nodes.isLeaf(index), let branch = branches.next() else {
        kinds.append(pure)
        continue
      }
      kinds.append(branch.test.code | (branch.missingGoesLeft ? Kind.missingGoesLeft : 0) | pure)
    }
    try container.encode(featureCount, forKey: .features)
    try container.encode(missing, forKey: .missing)
    try container.encode(values.columns, forKey: .width)
    try container.encode(kinds, forKey: .kinds)
    try container.encode(PackedColumn.pack(nodes.branches.lazy.map(\.feature)), forKey: .tested)
    try container.encode(
      PackedColumn.pack(nodes.branches.filter { !$0.asksPresence }.map(\.operand)), forKey: .operands)
    try container.encode(PackedColumn.pack(nodes.rows), forKey: .rows)
    try container.encode(PackedColumn.pack(nodes.weights), forKey: .weights)
    try container.encode(PackedColumn.pack(nodes.impurities), forKey: .impurities)
    try container.encode(PackedColumn.pack(values.numbers), forKey: .values)
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
    let texts = PackedTexts.key.flatMap { decoder.userInfo[$0] as? PackedTexts }
    func bytes(_ key: CodingKeys) throws -> Data {
      if let texts, let column = texts.take(try container.decode(String.self, forKey: key)) { return column }
      return try container.decode(Data.self, forKey: key)
    }
    let kinds = [UInt8](try bytes(.kinds))
    guard !kinds.isEmpty, kinds.count <= Int32.max else { throw Self.invalid("it has \(kinds.count) nodes") }
    func column(_ key: CodingKeys, _ count: Int, mustBeWhole: Bool = false) throws -> CompactNumbers {
      try PackedColumn.compact(
        bytes(key), key.rawValue, count: count, mustBeWhole: mustBeWhole)
    }
    let features = try container.decode(Int.self, forKey: .features)
    guard features >= 0 else { throw Self.invalid("it has \(features) features") }
    let (inner, branches) = try Self.branches(
      kinds, features: features,
      tested: PackedColumn.wholeNumbers(
        bytes(.tested), CodingKeys.tested.rawValue,
        count: kinds.count { $0 & Kind.test != 0 }),
      operands: PackedColumn.doubles(
        bytes(.operands), CodingKeys.operands.rawValue,
        count: kinds.count { [1, 2].contains($0 & Kind.test) }))
    let impurities = try PackedColumn.doubles(
      bytes(.impurities), CodingKeys.impurities.rawValue,
      count: kinds.count { $0 & Kind.isPure == 0 })
    let nodes = try Nodes(
      branches: branches, inner: inner, rows: column(.rows, kinds.count, mustBeWhole: true),
      weights: column(.weights, kinds.count),
      impurities: impurities, of: MarkedPlaces(kinds.count) { kinds[$0] & Kind.isPure == 0 })
    let width = try container.decode(Int.self, forKey: .width)
    let (size, isHuge) = kinds.count.multipliedReportingOverflow(by: width)
    guard width > 0, !isHuge else { throw Self.invalid("its nodes have \(width) values") }
    try self.init(
      columns: nodes,
      values: Values(rows: kinds.count, columns: width, numbers: column(.values, size)),
      featureCount: features, missing: container.decode(MissingPolicy.self, forKey: .missing))
  }

  /// The inner nodes of the kinds of all nodes, which are checked to be one tree in depth-first order.
  private static func branches(
    _ kinds: [UInt8], features: Int, tested: [Int], operands: [Double]
  ) throws(ModelError) -> (inner: MarkedPlaces, branches: [Branch]) {
    let isTest = MarkedPlaces(kinds.count) { kinds[$0] & Kind.test != 0 }
    var branches: [Branch] = []
    branches.reserveCapacity(tested.count)
    var operandPlace = 0
    // The inner nodes whose right child is still to come, and how many leaves stand before each.
    var open: [(branch: Int, leaves: Int)] = []
    for (index, kind) in kinds.enumerated() {
      let code = kind & Kind.test
      guard kind & ~Kind.all == 0 else { throw invalid("node \(index) has the kind \(kind)") }
      guard code == 0 else {
        let feature = tested[branches.count]
        guard feature < features, let place = Int32(exactly: feature) else {
          throw invalid("node \(index) tests feature \(feature) of \(features)")
        }
        var operand = 0.0
        if code != 3 {
          operand = operands[operandPlace]
          operandPlace += 1
        }
        guard let test = Test(code: Int(code), operand: operand) else {
          throw invalid("node \(index) has the kind \(kind)")
        }
        open.append((branches.count, index - branches.count))
        branches.append(Branch(test: test, feature: place, missingGoesLeft: kind & Kind.missingGoesLeft != 0))
        continue
      }
      // What follows a leaf is the right child of the last node that waits for one.
      guard let parent = open.popLast() else {
        guard index + 1 == kinds.count else { throw invalid("nodes follow its last leaf") }
        continue
      }
      guard index + 1 < kinds.count else { throw invalid("a node lacks a child") }
      branches[parent.branch].close(
        leavesOnLeft: index + 1 - branches.count - parent.leaves,
        rightIsLeaf: kinds[index + 1] & Kind.test == 0)
    }
    guard open.isEmpty else { throw invalid("a node lacks a child") }
    return (isTest, branches)
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
