public import LinearAlgebra

/// A binary tree of tests on single features, with what the training rows of every node looked like.
///
/// Nodes stand in depth-first order, left before right, so a child always has a larger index than its parent.
/// A tree predicts rows of numbers; categorical features hold codes. A missing value is NaN.
///
/// - Source: Breiman, Friedman, Olshen, Stone, "Classification and Regression Trees" (1984).
public struct DecisionTree: Sendable, Hashable {
  /// What a node asks.
  public enum Test: Sendable, Hashable {
    /// Nothing: rows stop here.
    case leaf
    /// Rows with a value of at most this go left.
    case atMost(Double)
    /// Rows with exactly this code go left.
    case equals(Double)
  }

  /// What happens to a row whose value is missing.
  public enum MissingPolicy: String, Sendable, Hashable, Codable, CaseIterable {
    /// The row stops and gets the distribution of the node (BigML's "last prediction").
    case stop
    /// Both branches are followed, and their answers mixed by their shares of the training rows.
    case proportional
  }

  /// One node.
  public struct Node: Sendable, Hashable {
    /// The feature that is tested; 0 for a leaf.
    public var feature: Int32
    /// Index of the left child; 0 for a leaf.
    public var left: Int32
    /// Index of the right child; 0 for a leaf.
    public var right: Int32
    /// The question.
    public var test: Test
    /// Training rows that reached the node.
    public var rows: Int
    /// Their total weight.
    public var weight: Double
    /// Impurity of the node under the criterion that grew the tree.
    public var impurity: Double

    /// A node; a leaf tests feature 0 and has the children 0.
    public init(
      feature: Int32, left: Int32, right: Int32, test: Test, rows: Int, weight: Double, impurity: Double
    ) {
      self.feature = feature
      self.left = left
      self.right = right
      self.test = test
      self.rows = rows
      self.weight = weight
      self.impurity = impurity
    }
  }

  /// The nodes; the root is the first.
  public let nodes: [Node]
  /// One row per node: weighted class counts, or the mean of the target in one column.
  public let values: Matrix
  /// Number of features that a row must have.
  public let featureCount: Int
  /// What happens to missing values.
  public var missing: MissingPolicy

  /// A tree of nodes in depth-first order.
  ///
  /// - Throws: ``ModelError/invalid(model:reason:)`` if nodes, values and features do not fit together.
  public init(nodes: [Node], values: Matrix, featureCount: Int, missing: MissingPolicy) throws(ModelError) {
    self.nodes = nodes
    self.values = values
    self.featureCount = featureCount
    self.missing = missing
    if let reason = Self.defect(nodes, values, featureCount) {
      throw ModelError.invalid(model: "decision tree", reason: reason)
    }
  }

  /// A tree that growth made.
  init(grown nodes: [Node], values: Matrix, featureCount: Int, missing: MissingPolicy) {
    self.nodes = nodes
    self.values = values
    self.featureCount = featureCount
    self.missing = missing
  }

  private static func defect(_ nodes: [Node], _ values: Matrix, _ features: Int) -> String? {
    guard !nodes.isEmpty else { return "it has no node" }
    guard values.rows == nodes.count, values.columns > 0 else {
      return "\(nodes.count) nodes have \(values.rows) rows of values"
    }
    guard features >= 0 else { return "it has \(features) features" }
    var parents = [Int](repeating: 0, count: nodes.count)
    for (index, node) in nodes.enumerated() where node.test != .leaf {
      guard node.feature >= 0, node.feature < features else {
        return "node \(index) tests feature \(node.feature) of \(features)"
      }
      for child in [Int(node.left), Int(node.right)] {
        guard child > index, child < nodes.count else { return "node \(index) has the child \(child)" }
        parents[child] += 1
      }
    }
    if let index = parents.indices.dropFirst().first(where: { parents[$0] != 1 }) {
      return "node \(index) has \(parents[index]) parents"
    }
    return values.elements.allSatisfy(\.isFinite) ? nil : "a value is not a finite number"
  }

  /// Number of leaves.
  public var leafCount: Int { nodes.count { $0.test == .leaf } }

  /// The largest number of tests on a way from the root to a leaf.
  public var depth: Int {
    var depths = [Int](repeating: 0, count: nodes.count)
    for (index, node) in nodes.enumerated() where node.test != .leaf {
      depths[Int(node.left)] = depths[index] + 1
      depths[Int(node.right)] = depths[index] + 1
    }
    return depths.max() ?? 0
  }
}

extension DecisionTree {
  /// The node in which a row ends: a leaf, or the node whose feature it lacks.
  public func endNode(of row: UnsafeBufferPointer<Double>) -> Int {
    precondition(row.count == featureCount, "\(row.count) features for a tree of \(featureCount)")
    return nodes.withUnsafeBufferPointer { nodes in Self.endNode(nodes, row) }
  }

  /// The node in which every row of `features` ends.
  public func endNodes(of features: Matrix) -> [Int] {
    precondition(
      features.columns == featureCount, "\(features.columns) features for a tree of \(featureCount)")
    return nodes.withUnsafeBufferPointer { nodes in
      features.withElements { elements in
        (0..<features.rows).map { row in
          Self.endNode(
            nodes,
            UnsafeBufferPointer(rebasing: elements[row * featureCount..<(row + 1) * featureCount]))
        }
      }
    }
  }

  @inline(__always)
  private static func endNode(
    _ nodes: UnsafeBufferPointer<Node>, _ row: UnsafeBufferPointer<Double>
  ) -> Int {
    var index = 0
    while true {
      let goesLeft: Bool
      switch nodes[index].test {
      case .leaf: return index
      case .atMost(let threshold):
        let value = row[Int(nodes[index].feature)]
        if value.isNaN { return index }
        goesLeft = value <= threshold
      case .equals(let code):
        let value = row[Int(nodes[index].feature)]
        if value.isNaN { return index }
        goesLeft = value == code
      }
      index = Int(goesLeft ? nodes[index].left : nodes[index].right)
    }
  }

  /// Puts one row of `table`, which has a row per node, into each row of the result: that of the end node, or a
  /// mixture where the policy follows both branches.
  func lookUp(_ features: Matrix, in table: Matrix) -> Matrix {
    precondition(
      features.columns == featureCount, "\(features.columns) features for a tree of \(featureCount)")
    var result = Matrix(rows: features.rows, columns: table.columns)
    let width = table.columns
    nodes.withUnsafeBufferPointer { nodes in
      features.withElements { elements in
        table.withElements { table in
          result.withMutableElements { result in
            for row in 0..<features.rows {
              let values = UnsafeBufferPointer(
                rebasing: elements[row * featureCount..<(row + 1) * featureCount])
              let end = Self.endNode(nodes, values)
              if missing == .proportional, nodes[end].test != .leaf {
                mix(values, from: end, share: 1) { node, share in
                  for column in 0..<width {
                    result[row * width + column] += share * table[node * width + column]
                  }
                }
              } else {
                for column in 0..<width { result[row * width + column] = table[end * width + column] }
              }
            }
          }
        }
      }
    }
    return result
  }

  /// Follows both branches wherever a value is missing; `visit` gets every leaf with its share.
  private func mix(
    _ row: UnsafeBufferPointer<Double>, from start: Int, share: Double, _ visit: (Int, Double) -> Void
  ) {
    var open = [(start, share)]
    while let (index, share) = open.popLast() {
      let node = nodes[index]
      guard node.test != .leaf else {
        visit(index, share)
        continue
      }
      let value = row[Int(node.feature)]
      guard !value.isNaN else {
        let left = nodes[Int(node.left)].weight
        let total = left + nodes[Int(node.right)].weight
        let part = total > 0 ? left / total : 0.5
        open.append((Int(node.right), share * (1 - part)))
        open.append((Int(node.left), share * part))
        continue
      }
      switch node.test {
      case .leaf: break
      case .atMost(let threshold):
        open.append((Int(value <= threshold ? node.left : node.right), share))
      case .equals(let code):
        open.append((Int(value == code ? node.left : node.right), share))
      }
    }
  }
}
