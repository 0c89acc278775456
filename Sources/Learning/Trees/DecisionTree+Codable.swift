import LinearAlgebra

extension DecisionTree: Codable {
  private enum CodingKeys: String, CodingKey {
    case features, missing, tests, tested, operands, left, right, rows, weights, impurities, values
  }

  /// Arrays by property rather than an array of objects: a tenth of the size in a text file.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(featureCount, forKey: .features)
    try container.encode(missing, forKey: .missing)
    try container.encode(nodes.map { $0.test.code }, forKey: .tests)
    try container.encode(nodes.map { $0.test.operand }, forKey: .operands)
    try container.encode(nodes.map(\.feature), forKey: .tested)
    try container.encode(nodes.map(\.left), forKey: .left)
    try container.encode(nodes.map(\.right), forKey: .right)
    try container.encode(nodes.map(\.rows), forKey: .rows)
    try container.encode(nodes.map(\.weight), forKey: .weights)
    try container.encode(nodes.map(\.impurity), forKey: .impurities)
    try container.encode(values, forKey: .values)
  }

  /// Decodes a tree and checks that it is one.
  ///
  /// - Throws: ``ModelError/invalid(model:reason:)`` for arrays of different length, an unknown test, and for
  ///   what is no tree.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
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
    else {
      throw ModelError.invalid(model: "decision tree", reason: "its arrays have different lengths")
    }
    let nodes = try tests.indices.map { index in
      guard let test = Test(code: tests[index], operand: operands[index]) else {
        throw ModelError.invalid(model: "decision tree", reason: "node \(index) has the test \(tests[index])")
      }
      return Node(
        feature: tested[index], left: left[index], right: right[index], test: test, rows: rows[index],
        weight: weights[index], impurity: impurities[index])
    }
    try self.init(
      nodes: nodes, values: container.decode(Matrix.self, forKey: .values),
      featureCount: container.decode(Int.self, forKey: .features),
      missing: container.decode(MissingPolicy.self, forKey: .missing))
  }
}

extension DecisionTree.Test {
  fileprivate var code: Int {
    switch self {
    case .leaf: 0
    case .atMost: 1
    case .equals: 2
    }
  }

  /// Threshold or code; 0 for a leaf.
  public var operand: Double {
    switch self {
    case .leaf: 0
    case .atMost(let value), .equals(let value): value
    }
  }

  fileprivate init?(code: Int, operand: Double) {
    guard operand.isFinite else { return nil }
    switch code {
    case 0: self = .leaf
    case 1: self = .atMost(operand)
    case 2: self = .equals(operand)
    default: return nil
    }
  }
}
