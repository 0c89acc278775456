import Learning
import LinearAlgebra
import Querying
import Tabular

/// Mends a copy of a tree where rows show that it is wrong.
///
/// A row that the copy answers differently lies in a leaf of the copy with another row, the witness, that it answers
/// right. On the way from the witness to the row, one column after the other, the model changes its answer in one
/// column; there a bisection finds a threshold of the model, and the leaf is split at it. Every split is one that the
/// model has, though its tree may have it elsewhere.
struct TreeRepair {
  private struct Witness {
    let row: [Double]
    let answer: Answer
  }

  let session: QuerySession
  /// Width to which thresholds are found, as a share of the range of their column.
  let share: Double
  private var nodes: [DecisionTree.Node]
  private var values: [[Double]]
  private var witnesses: [Int: Witness] = [:]
  /// Thresholds of every column: the number right below and the one right above.
  private var thresholds: [Int: [(below: Double, above: Double)]] = [:]
  /// How many splits were added.
  private(set) var splits = 0

  /// A repair of a tree that tests the values of the columns.
  init(_ tree: DecisionTree, session: QuerySession, share: Double) {
    self.session = session
    self.share = share
    nodes = Array(tree.nodes)
    values = (0..<tree.values.rows).map(tree.values.row)
  }

  /// The mended tree, depth first.
  ///
  /// - Throws: `ModelError` if an answer held no finite number.
  func tree() throws -> DecisionTree {
    var (order, open) = ([Int](), [0])
    while let index = open.popLast() {
      order.append(index)
      if nodes[index].test != .leaf { open += [Int(nodes[index].right), Int(nodes[index].left)] }
    }
    let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    let sorted = order.map { index in
      var node = nodes[index]
      if node.test != .leaf {
        node.left = Int32(places[Int(node.left)] ?? 0)
        node.right = Int32(places[Int(node.right)] ?? 0)
      }
      return node
    }
    return try DecisionTree(
      nodes: sorted, values: Matrix(order.map { values[$0] }), featureCount: session.schema.inputs.count,
      missing: .stop)
  }

  /// Remembers a row that the copy answers right.
  mutating func confirm(_ row: [Double], _ answer: Answer) {
    let leaf = leaf(of: row)
    if witnesses[leaf] == nil { witnesses[leaf] = Witness(row: row, answer: answer) }
  }

  /// Mends the leaf of a row so that the copy gives its answer there.
  ///
  /// - Throws: `QueryError.budgetSpent`, and errors of the oracle.
  mutating func mend(_ row: [Double], _ answer: Answer) async throws {
    guard !row.contains(where: \.isNaN) else { return }
    let leaf = leaf(of: row)
    guard let witness = witnesses[leaf] else {
      // No row is known that the leaf answers right.
      set(leaf, Witness(row: row, answer: answer))
      return
    }
    if witness.answer.isSame(as: answer) { return }
    try await split(leaf, witness, Witness(row: row, answer: answer))
  }

  private mutating func set(_ leaf: Int, _ witness: Witness) {
    values[leaf] = RegionTree.value(witness.answer, classCount: session.schema.classCount)
    nodes[leaf].rows = max(nodes[leaf].rows, 1)
    nodes[leaf].weight = max(nodes[leaf].weight, 1)
    witnesses[leaf] = witness
  }

  /// Splits a leaf between two rows with different answers.
  private mutating func split(_ leaf: Int, _ one: Witness, _ other: Witness) async throws {
    let columns = one.row.indices.filter { one.row[$0] != other.row[$0] }
    // Rows that take more and more columns from the other one.
    func mixed(_ count: Int) -> [Double] {
      var row = one.row
      for column in columns.prefix(count) { row[column] = other.row[column] }
      return row
    }
    var (low, high) = (0, columns.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if try await session.ask(mixed(middle)).isSame(as: one.answer) { low = middle } else { high = middle }
    }
    let (column, start) = (columns[high - 1], mixed(low))
    guard session.schema.inputs[column].isNumber else {
      add(leaf, column, .equals(other.row[column]), left: other, right: one)
      return
    }
    let end = try await threshold(column, from: start, to: other.row[column], one.answer)
    let isUp = other.row[column] > start[column]
    add(leaf, column, .atMost(end), left: isUp ? one : other, right: isUp ? other : one)
  }

  private mutating func add(
    _ leaf: Int, _ column: Int, _ test: DecisionTree.Test, left: Witness, right: Witness
  ) {
    let first = nodes.count
    for witness in [left, right] {
      nodes.append(.init(feature: 0, left: 0, right: 0, test: .leaf, rows: 1, weight: 1, impurity: 0))
      values.append([])
      set(nodes.count - 1, witness)
    }
    witnesses[leaf] = nil
    nodes[leaf].feature = Int32(column)
    nodes[leaf].test = test
    (nodes[leaf].left, nodes[leaf].right) = (Int32(first), Int32(first + 1))
    splits += 1
  }

  /// The largest number that still goes to the lower side of a threshold between a row and another value of a column.
  private mutating func threshold(
    _ column: Int, from start: [Double], to value: Double, _ answer: Answer
  ) async throws -> Double {
    let session = session
    func isSame(_ place: Double) async throws -> Bool {
      var row = start
      row[column] = place
      return try await session.ask(row).isSame(as: answer)
    }
    // `near` has the answer of the start, `far` another.
    var (near, far) = (start[column], value)
    func isInside(_ place: Double) -> Bool { min(near, far) < place && place < max(near, far) }
    var known = thresholds[column, default: []].filter { isInside($0.below) && isInside($0.above) }
      .sorted { $0.below < $1.below }
    while !known.isEmpty {
      let middle = known[known.count / 2]
      let isUp = near < far
      let (first, second) = isUp ? (middle.below, middle.above) : (middle.above, middle.below)
      if !(try await isSame(first)) {
        far = first
      } else if try await isSame(second) {
        near = second
      } else {
        return middle.below
      }
      known = known.filter { isInside($0.below) && isInside($0.above) }
    }
    while abs(far - near) > width(column) {
      let middle = near / 2 + far / 2
      guard isInside(middle) else { break }
      if try await isSame(middle) { near = middle } else { far = middle }
    }
    thresholds[column, default: []].append((min(near, far), max(near, far)))
    return min(near, far)
  }

  private func width(_ column: Int) -> Double {
    guard case .number(let lower, let upper) = session.schema.inputs[column].kind, upper > lower else {
      return 0
    }
    return share * (upper - lower)
  }

  private func leaf(of row: [Double]) -> Int {
    var index = 0
    while let child = nodes[index].child(for: row[Int(nodes[index].feature)], .stop) { index = child }
    return index
  }
}

extension Answer {
  /// Whether two answers of the same model are the same up to rounding.
  func isSame(as other: Answer) -> Bool {
    guard label == other.label, probabilities.count == other.probabilities.count else { return false }
    if let number, let second = other.number {
      return abs(number - second) <= 1e-12 * max(abs(number), abs(second))
    }
    if probabilities.isEmpty, let confidence, let second = other.confidence {
      return abs(confidence - second) <= 1e-12
    }
    return zip(probabilities, other.probabilities).allSatisfy { abs($0 - $1) <= 1e-12 }
  }
}
