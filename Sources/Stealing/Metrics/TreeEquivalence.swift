public import Learning
import LinearAlgebra
import Querying
import Tabular

/// Whether two trees on the same columns divide the space alike and answer alike in every part.
///
/// Every leaf of one tree is cut with every leaf of the other, exactly. Parts that are thinner than the tolerance in
/// a column of numbers, which a search of that width cannot see, are left out of the verdict but not of the shares.
public struct TreeEquivalence: Sendable, Hashable {
  /// Leaves of the victim that some query within the bounds of the columns reaches.
  public let victimLeaves: Int
  /// Of those the ones that coincide with one leaf of the copy that answers the same.
  public let matchedLeaves: Int
  /// The share of the space of queries in which the two predict something else.
  public let disagreement: Double
  /// Whether the two predict the same in every part that counts.
  public let isEquivalent: Bool

  /// Whether every leaf of the victim has its equal in the copy.
  public var hasSamePartition: Bool { matchedLeaves == victimLeaves }

  /// Compares two pipelines; nil if one of them is no single tree on the values of the columns themselves.
  ///
  /// - Parameter tolerance: width, in the unit of a column, of parts that do not count.
  public init?(victim: Pipeline, copy: Pipeline, tolerance: Double) {
    guard let original = victim.model.singleTree, let stolen = copy.model.singleTree else { return nil }
    let inputs = victim.features.inputColumns
    guard victim.features.takesValues, copy.features.takesValues,
      inputs.map(\.name) == copy.features.inputColumns.map(\.name), original.featureCount == inputs.count,
      stolen.featureCount == inputs.count
    else { return nil }
    self.init(original, stolen, inputs: inputs, tolerance: tolerance)
  }

  init(_ victim: DecisionTree, _ copy: DecisionTree, inputs: [InputColumn], tolerance: Double) {
    let bounds = QueryRegion(bounds: inputs)
    let leaves = victim.leafRegions(within: bounds)
    var partners = [Set<Int>](repeating: [], count: copy.nodes.count)
    var (visited, disagreement, isEquivalent) = ([(leaf: Int, copies: [Int])](), 0.0, true)
    for (leaf, region) in leaves where region.isThick(tolerance, inputs) {
      var copies: [Int] = []
      for (other, part) in copy.leafRegions(within: region) {
        let isSame = victim.predictsSame(leaf, as: copy, other)
        if !isSame { disagreement += part.share(of: inputs) }
        guard part.isThick(tolerance, inputs) else { continue }
        isEquivalent = isEquivalent && isSame
        copies.append(other)
        partners[other].insert(leaf)
      }
      visited.append((leaf, copies))
    }
    victimLeaves = visited.count
    matchedLeaves = visited.count { leaf, copies in
      copies.count == 1 && partners[copies[0]].count == 1 && victim.predictsSame(leaf, as: copy, copies[0])
    }
    self.disagreement = disagreement
    self.isEquivalent = isEquivalent
  }
}

extension QueryRegion {
  /// Whether the region is wider than `tolerance` in every column of numbers that has any width.
  fileprivate func isThick(_ tolerance: Double, _ inputs: [InputColumn]) -> Bool {
    for (side, input) in zip(sides, inputs) {
      guard case .interval(let lower, let upper) = side, case .number(let least, let most) = input.kind else {
        continue
      }
      if upper - lower <= min(tolerance * 1.001, (most - least) / 2) { return false }
    }
    return true
  }
}

extension DecisionTree {
  /// Whether two leaves predict the same class, or the same number up to the last digits.
  fileprivate func predictsSame(_ leaf: Int, as other: DecisionTree, _ otherLeaf: Int) -> Bool {
    let (value, otherValue) = (values.row(leaf), other.values.row(otherLeaf))
    guard value.count == otherValue.count else { return false }
    if value.count == 1 { return abs(value[0] - otherValue[0]) <= 1e-9 * max(1, abs(value[0])) }
    func best(_ row: [Double]) -> Int { row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 } }
    return best(value) == best(otherValue)
  }
}
