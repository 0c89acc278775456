public import LinearAlgebra

/// A binary tree of tests on single features, with what the training rows of every node looked like.
///
/// Nodes stand in depth-first order, left before right: the left child follows its parent, and the right one all that is
/// below the left.
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
    /// Rows that have a value go left; those without go right, whatever the policy of missing values says.
    case isPresent
  }

  /// What happens to a row whose value is missing, in growth and in prediction alike.
  public enum MissingPolicy: String, Sendable, Hashable, Codable, CaseIterable {
    /// The row takes the side on which growth found the missing values of the node to fit better; where training saw
    /// none, the side of more training rows. This is scikit-learn's rule.
    case learned
    /// The row stops and gets the distribution of the node (BigML's "last prediction"); growth leaves it there.
    case stop
    /// Both branches are followed, and their answers mixed by their shares of the training rows; growth leaves the row
    /// at the node.
    case proportional
  }

  /// One node.
  public struct Node: Sendable, Hashable {
    /// The question.
    public var test: Test
    /// Whether rows without a value go left under ``MissingPolicy/learned``; false elsewhere.
    public var missingGoesLeft: Bool
    /// The feature that is tested; 0 for a leaf.
    public var feature: Int32
    /// Index of the left child; 0 for a leaf.
    public var left: Int32
    /// Index of the right child; 0 for a leaf.
    public var right: Int32
    /// Training rows that reached the node.
    public var rows: Int
    /// Their total weight.
    public var weight: Double
    /// Impurity of the node under the criterion that grew the tree.
    public var impurity: Double

    /// A node; a leaf tests feature 0 and has the children 0.
    public init(
      feature: Int32, left: Int32, right: Int32, test: Test, rows: Int, weight: Double, impurity: Double,
      missingGoesLeft: Bool = false
    ) {
      self.feature = feature
      self.left = left
      self.right = right
      self.test = test
      self.rows = rows
      self.weight = weight
      self.impurity = impurity
      self.missingGoesLeft = missingGoesLeft
    }

    /// The child to which a row with this value goes; nil for a leaf and where the row stops, as a missing value does
    /// unless the policy is ``MissingPolicy/learned``.
    @inlinable
    public func child(for value: Double, _ missing: MissingPolicy) -> Int? {
      let goesLeft: Bool
      switch test {
      case .leaf: return nil
      case .isPresent: goesLeft = !value.isNaN
      case .atMost, .equals:
        if value.isNaN {
          guard missing == .learned else { return nil }
          goesLeft = missingGoesLeft
        } else if case .atMost(let threshold) = test {
          goesLeft = value <= threshold
        } else {
          goesLeft = value == test.operand
        }
      }
      return Int(goesLeft ? left : right)
    }
  }

  /// The nodes; the root is the first.
  public let nodes: Nodes
  /// One row per node: weighted class counts, or the mean of the target in one column.
  public let values: Values
  /// Number of features that a row must have.
  public let featureCount: Int
  /// What happens to missing values.
  public var missing: MissingPolicy

  /// A tree of nodes, the root first. Nodes that do not stand in depth-first order are put into it.
  ///
  /// - Throws: ``ModelError/invalid(model:reason:)`` if nodes, values and features do not fit together.
  public init(
    nodes: some Sequence<Node>, values: Matrix, featureCount: Int, missing: MissingPolicy
  ) throws(ModelError) {
    let given = Array(nodes)
    let order = values.rows == given.count ? Self.depthFirstOrder(given) : nil
    let nodes = order.map { Self.nodes(given, in: $0) } ?? given
    let values = order.map { values.rows(at: $0) } ?? values
    if let reason = Self.defect(nodes, values, featureCount) {
      throw ModelError.invalid(model: "decision tree", reason: reason)
    }
    self.init(grown: nodes, values: values, featureCount: featureCount, missing: missing)
  }

  /// The nodes in the order in which they are met depth first, left before right; nil if they stand so already, or if
  /// they are no tree.
  private static func depthFirstOrder(_ nodes: [Node]) -> [Int]? {
    var isMet = [Bool](repeating: false, count: nodes.count)
    var (open, order) = ([0], [Int]())
    while let index = open.popLast() {
      guard isMet.indices.contains(index), !isMet[index] else { return nil }
      isMet[index] = true
      order.append(index)
      if nodes[index].test != .leaf {
        open.append(Int(nodes[index].right))
        open.append(Int(nodes[index].left))
      }
    }
    return order.count == nodes.count && order != Array(nodes.indices) ? order : nil
  }

  private static func nodes(_ nodes: [Node], in order: [Int]) -> [Node] {
    var places = [Int32](repeating: 0, count: nodes.count)
    for (place, index) in order.enumerated() { places[index] = Int32(place) }
    return order.map { index in
      var node = nodes[index]
      guard node.test != .leaf else { return node }
      (node.left, node.right) = (places[Int(node.left)], places[Int(node.right)])
      return node
    }
  }

  /// A tree that growth made.
  init(grown nodes: [Node], values: Matrix, featureCount: Int, missing: MissingPolicy) {
    self.init(
      columns: Nodes(nodes), values: Values(values), featureCount: featureCount, missing: missing)
  }

  /// A tree whose columns are known to fit together.
  init(columns nodes: Nodes, values: Values, featureCount: Int, missing: MissingPolicy) {
    self.nodes = nodes
    self.values = values
    self.featureCount = featureCount
    self.missing = missing
  }

  private static func defect(_ nodes: [Node], _ values: Matrix, _ features: Int) -> String? {
    guard !nodes.isEmpty, nodes.count <= Int32.max else { return "it has \(nodes.count) nodes" }
    guard values.rows == nodes.count, values.columns > 0 else {
      return "\(nodes.count) nodes have \(values.rows) rows of values"
    }
    guard features >= 0 else { return "it has \(features) features" }
    // Right children that are still to come, the next one last.
    var open: [Int32] = []
    for (index, node) in nodes.enumerated() {
      guard (0...CompactNumbers.largest).contains(node.rows), node.weight.isFinite, node.impurity.isFinite
      else {
        return "node \(index) has no usable counts"
      }
      guard node.test == .leaf else {
        guard node.feature >= 0, node.feature < features else {
          return "node \(index) tests feature \(node.feature) of \(features)"
        }
        guard node.test.operand.isFinite else { return "node \(index) has a threshold that is no number" }
        guard node.left == index + 1, node.right > node.left, node.right < nodes.count else {
          return "node \(index) has the children \(node.left) and \(node.right)"
        }
        open.append(node.right)
        continue
      }
      guard let next = open.popLast() ?? (index == nodes.count - 1 ? Int32(nodes.count) : nil),
        next == index + 1
      else { return "its nodes do not stand in depth-first order" }
    }
    return values.elements.allSatisfy(\.isFinite) ? nil : "a value is not a finite number"
  }

  /// Number of leaves.
  public var leafCount: Int { (nodes.count + 1) / 2 }

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
