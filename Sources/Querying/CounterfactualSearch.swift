import Learning
import LinearAlgebra
import Tabular

/// Nearest counterfactuals of trees and small forests, exactly.
///
/// The distance is `Σ ((x − x') / range)²` over the columns of numbers, whose ranges lie between their bounds, plus 1
/// for every category that changes. Of equally near queries the first found counts. A query beyond a threshold stands
/// on the next number that a `Double` holds. The leaves of all trees are cut with one another; a cut is given up when it
/// is no nearer than the best query so far, and when the trees that are left could not turn the vote. The cuts of many
/// deep trees are more than can be counted, so a search that has made ``workLimit`` of them refuses the query: the
/// nearest of those seen is not known to be the nearest.
///
/// - Source: the optimum that OCEAN finds by integer programming (Parmentier and Vidal, "Optimal Counterfactual
///   Explanations in Tree Ensembles", ICML 2021) for the oracle of the tree reconstruction attack (2025).
struct CounterfactualSearch: Sendable, Hashable {
  private let inputs: [InputColumn]
  /// The region between the bounds that the model knows.
  private let bounds: QueryRegion
  private let trees: [TreeClassifier]
  private let ranges: [Double]
  /// `margins[t][label][c]`: the most by which the trees from the `t`-th on can prefer class `c` to `label`.
  private let margins: [[[Double]]]

  /// Most cuts of one search; some seconds of work.
  static let workLimit = 200_000

  /// A search in a tree or forest on the values of the columns themselves; nil for any other model.
  ///
  /// - Parameter inputs: the columns, whose bounds tell how far apart two numbers are. It looks between those that the
  ///   model knows.
  init?(_ pipeline: Pipeline, inputs: [InputColumn]) {
    let features = pipeline.features
    switch pipeline.model {
    case .treeClassifier(let model): trees = [model]
    case .forest(let model): trees = model.trees
    default: return nil
    }
    self.inputs = inputs
    var bounds = QueryRegion(whole: inputs)
    for (column, described) in features.describedColumns.enumerated() {
      if case .number(let range?) = described.kind {
        bounds.restrict(column, above: range.lowerBound.nextDown, atMost: range.upperBound)
      }
    }
    self.bounds = bounds
    guard features.takesValues else { return nil }
    ranges = inputs.map { input in
      guard case .number(let lower, let upper) = input.kind, upper > lower else { return 1 }
      return upper - lower
    }
    margins = Self.margins(of: trees)
  }

  private static func margins(of trees: [TreeClassifier]) -> [[[Double]]] {
    let classes = trees[0].classCount
    let share = 1 / Double(trees.count)
    let none = [[Double]](repeating: [Double](repeating: 0, count: classes), count: classes)
    var result = [none]
    // Of hundreds of classes the pairs are too many to be worth it; nothing is known of them then.
    guard classes <= 64 else { return [] }
    for tree in trees.reversed() {
      var most = [[Double]](repeating: [Double](repeating: -.infinity, count: classes), count: classes)
      for (index, node) in tree.tree.nodes.enumerated() where node.test == .leaf {
        let shares = tree.probabilities(ofNode: index)
        for label in 0..<classes {
          for other in 0..<classes {
            most[label][other] = max(most[label][other], share * (shares[other] - shares[label]))
          }
        }
      }
      for label in 0..<classes {
        for other in 0..<classes { most[label][other] += result[result.count - 1][label][other] }
      }
      result.append(most)
    }
    return result.reversed()
  }

  private struct Best {
    var work = 0
    var distance = Double.infinity
    var query: [Double] = []
  }

  /// The query nearest to a whole `query` in a region whose label is another than `label`; empty if there is none.
  ///
  /// - Throws: ``QueryError/refused(_:)`` where the trees have too many cuts, `CancellationError`.
  func nearest(to query: [Double], label: Int, within region: QueryRegion) throws -> [Double] {
    guard query.allSatisfy(\.isFinite) else { return [] }
    var best = Best()
    let start = [Double](repeating: 0, count: trees[0].classCount)
    try search(0, region.intersection(bounds), start, query, label, &best)
    return best.query
  }

  private func search(
    _ place: Int, _ region: QueryRegion, _ sum: [Double], _ query: [Double], _ label: Int, _ best: inout Best
  ) throws {
    guard place < trees.count else {
      let winner = sum.indices.reduce(0) { sum[$1] > sum[$0] ? $1 : $0 }
      guard winner != label else { return }
      let point = nearestPoint(to: query, in: region)
      let found = distance(query, point)
      if found < best.distance { (best.distance, best.query) = (found, point) }
      return
    }
    guard canTurn(sum, from: place, label) else { return }
    let share = 1 / Double(trees.count)
    let leaves = trees[place].tree.leafRegions(within: region)
      .map {
        (leaf: $0.leaf, region: $0.region, distance: distance(query, nearestPoint(to: query, in: $0.region)))
      }
      .sorted { ($0.distance, $0.leaf) < ($1.distance, $1.leaf) }
    best.work += leaves.count
    guard best.work <= Self.workLimit else {
      throw QueryError.refused(
        "the nearest counterfactual of \(trees.count) trees was not found among the first \(Self.workLimit) cuts of "
          + "their leaves; ask for counterfactuals of a tree or of fewer or smaller trees")
    }
    try Task.checkCancellation()
    for part in leaves where part.distance < best.distance {
      let one = trees[place].probabilities(ofNode: part.leaf)
      try search(place + 1, part.region, zip(sum, one).map { $0 + share * $1 }, query, label, &best)
    }
  }

  /// Whether the trees from `place` on could let another class win; rounding decides for yes.
  private func canTurn(_ sum: [Double], from place: Int, _ label: Int) -> Bool {
    guard margins.indices.contains(place), sum.indices.contains(label) else { return true }
    return sum.indices.contains { $0 != label && sum[$0] - sum[label] + margins[place][label][$0] > -1e-9 }
  }

  private func nearestPoint(to query: [Double], in region: QueryRegion) -> [Double] {
    zip(query, region.sides).map { value, side in
      switch side {
      case .interval(let lower, let upper):
        return value <= lower ? lower.nextUp : min(value, upper)
      case .levels(let isIn):
        if let level = Int(exactly: value), isIn.indices.contains(level), isIn[level] { return value }
        return Double(isIn.firstIndex(of: true) ?? 0)
      }
    }
  }

  private func distance(_ query: [Double], _ other: [Double]) -> Double {
    var sum = 0.0
    for column in query.indices where query[column] != other[column] {
      let difference = (query[column] - other[column]) / ranges[column]
      sum += inputs[column].isNumber ? difference * difference : 1
    }
    return sum
  }
}
