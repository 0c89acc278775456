import Learning
import LinearAlgebra

extension PrivateTree {
  /// What a statement of privacy says of the tests.
  static let publicTests = "tests are drawn without a look at the data"

  /// Checks the settings and what is public of the features.
  ///
  /// - Throws: ``PrivacyError``, `LearningError`.
  func check(_ rows: Matrix, _ features: [Feature]) throws {
    try checkBudget(epsilon: epsilon)
    guard (1...16).contains(depth) else {
      throw PrivacyError.outOfRange(name: "depth", value: Double(depth), range: "1...16")
    }
    guard (1...10_000).contains(treeCount) else {
      throw PrivacyError.outOfRange(name: "treeCount", value: Double(treeCount), range: "1...10000")
    }
    guard features.count == rows.columns, !features.isEmpty else {
      throw LearningError.featureCountMismatch(expected: rows.columns, found: features.count)
    }
    if let place = rows.elements.firstIndex(where: { $0.isInfinite }) {
      throw LearningError.featureNotFinite(row: place / features.count, column: place % features.count)
    }
  }

  /// A tree without counts, whose tests are drawn from public knowledge.
  func growth(
    _ features: [Feature], values: Int, using random: inout RandomStream
  ) throws -> DecisionTree {
    var nodes: [DecisionTree.Node] = []
    func grow(_ level: Int, _ left: [Feature], using random: inout RandomStream) {
      let place = nodes.count
      nodes.append(
        .init(feature: 0, left: 0, right: 0, test: .leaf, rows: 0, weight: 0, impurity: 0))
      // Features that can still tell rows apart.
      let open = left.indices.filter { index in
        switch left[index] {
        case .number(let range): range.lowerBound < range.upperBound
        case .codes(let count): count > 1
        }
      }
      guard level < depth, !open.isEmpty else { return }
      let feature = open[random.integer(below: open.count)]
      var (below, above) = (left, left)
      let test: DecisionTree.Test
      switch left[feature] {
      case .number(let range):
        let threshold = random.uniform(range.lowerBound, range.upperBound)
        test = .atMost(threshold)
        below[feature] = .number(range.lowerBound...threshold)
        above[feature] = .number(threshold...range.upperBound)
      case .codes(let count):
        test = .equals(Double(random.integer(below: count)))
        below[feature] = .codes(1)
      }
      let first = nodes.count
      grow(level + 1, below, using: &random)
      let second = nodes.count
      grow(level + 1, above, using: &random)
      nodes[place].test = test
      nodes[place].feature = Int32(feature)
      (nodes[place].left, nodes[place].right) = (Int32(first), Int32(second))
    }
    grow(0, features, using: &random)
    return try DecisionTree(
      nodes: nodes, values: Matrix(rows: nodes.count, columns: values), featureCount: features.count,
      missing: .stop)
  }
}
