public import Learning
import LinearAlgebra

/// What the structure of a classification tree with its counts discloses to any attack.
///
/// - Source: the structural attack of SACRO-ML (Smith et al., "SACRO-ML", 2023), on leaves in place of distinct answers.
public struct TreeExposure: Sendable, Hashable {
  /// Training rows of the smallest leaf: everybody is hidden among at least so many.
  public let anonymity: Int
  /// Leaves that hold one row.
  public let lonelyLeaves: Int
  /// Leaves in which all rows have one class, which is thereby disclosed for every row that is known to be in one.
  public let pureLeaves: Int
  /// Leaves without a row of some class, which is thereby ruled out for every row that is known to be in one.
  public let disclosingLeaves: Int
  /// Number of leaves.
  public let leaves: Int
  /// Share of the training rows in pure leaves.
  public let pureShare: Double
  /// Training rows less the free parameters of the tree (a threshold per test, a distribution per leaf).
  public let residualFreedom: Int

  /// The exposure of a tree with counts.
  public init(_ model: TreeClassifier) {
    let tree = model.tree
    let ends = tree.nodes.indices.filter { tree.nodes[$0].test == .leaf }
    let pure = ends.filter { node in tree.values.row(node).count { $0 > 0 } == 1 }
    anonymity = ends.map { tree.nodes[$0].rows }.min() ?? 0
    lonelyLeaves = ends.count { tree.nodes[$0].rows == 1 }
    pureLeaves = pure.count
    disclosingLeaves = ends.count { node in tree.values.row(node).contains(0) }
    leaves = ends.count
    let rows = tree.nodes.first?.rows ?? 0
    pureShare = Double(pure.reduce(0) { $0 + tree.nodes[$1].rows }) / Double(max(rows, 1))
    residualFreedom = rows - (ends.count - 1) - ends.count * (model.classCount - 1)
  }
}
