import Learning
import LinearAlgebra
import Querying
import Tabular

/// Makes a decision tree of a list of leaves.
///
/// A query belongs to the smallest region that holds it; of regions of the same size to the one found first. Leaves
/// of a tree of which no split was missed do not overlap and fill the space, and then come back as they were, though
/// the tests may stand in another order. What belongs to no region becomes leaves without rows.
///
/// A node is cut where the fewest regions reach to both sides, and among such cuts most evenly.
struct RegionTree {
  /// The tree, and the share of the space that belongs to no region.
  struct Result {
    let tree: DecisionTree
    let missedShare: Double
  }

  let inputs: [InputColumn]
  let leaves: [KnownLeaf]
  /// Number of classes; 0 for a number.
  let classCount: Int

  private struct Cut {
    let column: Int
    let test: DecisionTree.Test
    /// Regions on either side.
    let left: Int
    let right: Int

    func isBetter(than other: Cut) -> Bool {
      let (cost, otherCost) = (left + right, other.left + other.right)
      return cost != otherCost ? cost < otherCost : max(left, right) < max(other.left, other.right)
    }
  }

  private struct Growth {
    var nodes: [DecisionTree.Node] = []
    var values: [[Double]] = []
    var missed = 0.0
  }

  /// The tree.
  ///
  /// - Throws: `ModelError` if an answer holds no finite number.
  func build() throws -> Result {
    let shares = leaves.map { $0.region.share(of: inputs) }
    let order = leaves.indices.sorted { (shares[$0], $0) < (shares[$1], $1) }
    var growth = Growth()
    let rows = leaves.map { Self.value($0.answer, classCount: classCount) }
    let other = mean(rows, weights: leaves.map { _ in 1 })
    grow(QueryRegion(whole: inputs), order, rows, other, &growth)
    let tree = try DecisionTree(
      nodes: growth.nodes, values: Matrix(growth.values), featureCount: inputs.count, missing: .stop)
    return Result(tree: tree, missedShare: growth.missed)
  }

  /// Adds the node of a region and all below it; gives its index.
  @discardableResult
  private func grow(
    _ region: QueryRegion, _ candidates: [Int], _ rows: [[Double]], _ other: [Double], _ growth: inout Growth
  ) -> Int {
    let index = growth.nodes.count
    let inside = candidates.filter { leaves[$0].region.intersects(region) }
    growth.nodes.append(
      .init(feature: 0, left: 0, right: 0, test: .leaf, rows: inside.isEmpty ? 0 : 1, weight: 0, impurity: 0))
    guard let first = inside.first else {
      growth.missed += region.share(of: inputs)
      growth.values.append(other)
      return index
    }
    growth.nodes[index].weight = 1
    growth.values.append(rows[first])
    guard !leaves[first].region.covers(region), let cut = bestCut(region, inside) else { return index }
    var (left, right) = (region, region)
    switch cut.test {
    case .atMost(let threshold):
      left.restrict(cut.column, atMost: threshold)
      right.restrict(cut.column, above: threshold)
    case .equals(let code):
      left.restrict(cut.column, to: [Int(code)])
      right.remove(Int(code), from: cut.column)
    case .leaf, .isPresent: break
    }
    let leftIndex = grow(left, inside, rows, other, &growth)
    let rightIndex = grow(right, inside, rows, other, &growth)
    let children = [growth.nodes[leftIndex], growth.nodes[rightIndex]]
    growth.nodes[index].feature = Int32(cut.column)
    growth.nodes[index].test = cut.test
    growth.nodes[index].left = Int32(leftIndex)
    growth.nodes[index].right = Int32(rightIndex)
    growth.nodes[index].rows = children[0].rows + children[1].rows
    growth.nodes[index].weight = children[0].weight + children[1].weight
    growth.values[index] = mean(
      [growth.values[leftIndex], growth.values[rightIndex]], weights: children.map { max($0.weight, 1e-9) })
    return index
  }

  private func bestCut(_ region: QueryRegion, _ inside: [Int]) -> Cut? {
    var best: Cut?
    func consider(_ cut: Cut) {
      if best.map({ cut.isBetter(than: $0) }) ?? true { best = cut }
    }
    for column in inputs.indices {
      switch region.sides[column] {
      case .interval(let lower, let upper):
        for cut in numberCuts(column, lower, upper, inside) { consider(cut) }
      case .levels(let isIn):
        for cut in levelCuts(column, isIn, inside) { consider(cut) }
      }
    }
    return best
  }

  /// The cuts at the ends of regions.
  private func numberCuts(_ column: Int, _ lower: Double, _ upper: Double, _ inside: [Int]) -> [Cut] {
    var (starts, ends) = ([Double](), [Double]())
    for index in inside {
      guard case .interval(let start, let end) = leaves[index].region.sides[column] else { continue }
      starts.append(start)
      ends.append(end)
    }
    let thresholds = Set(starts + ends).filter { $0 > lower && $0 < upper }.sorted()
    guard !thresholds.isEmpty else { return [] }
    starts.sort()
    ends.sort()
    var (begun, ended) = (0, 0)
    return thresholds.map { threshold in
      while begun < starts.count, starts[begun] < threshold { begun += 1 }
      while ended < ends.count, ends[ended] <= threshold { ended += 1 }
      return Cut(column: column, test: .atMost(threshold), left: begun, right: ends.count - ended)
    }
  }

  /// The cuts between one level and the rest.
  private func levelCuts(_ column: Int, _ isIn: [Bool], _ inside: [Int]) -> [Cut] {
    let allowed = isIn.indices.filter { isIn[$0] }
    guard allowed.count > 1 else { return [] }
    var (holding, alone) = ([Int](repeating: 0, count: isIn.count), [Int](repeating: 0, count: isIn.count))
    for index in inside {
      guard case .levels(let levels) = leaves[index].region.sides[column] else { continue }
      let held = allowed.filter { levels[$0] }
      for level in held { holding[level] += 1 }
      if held.count == 1 { alone[held[0]] += 1 }
    }
    guard allowed.contains(where: { holding[$0] < inside.count }) else { return [] }
    return allowed.map { level in
      Cut(
        column: column, test: .equals(Double(level)), left: holding[level],
        right: inside.count - alone[level])
    }
  }

  /// What a leaf holds: the predicted number, the probabilities, or weights of the classes whose largest is that of
  /// the label and says its confidence as far as it can.
  static func value(_ answer: Answer, classCount: Int) -> [Double] {
    if classCount == 0 { return [answer.number ?? 0] }
    if answer.probabilities.count == classCount,
      answer.probabilities.allSatisfy({ $0 >= 0 }), answer.probabilities.contains(where: { $0 > 0 })
    {
      return answer.probabilities
    }
    let label = answer.label ?? 0
    let confidence = answer.confidence ?? 1
    let rest = classCount > 1 ? (1 - confidence) / Double(classCount - 1) : 0
    let says = confidence > rest && rest >= 0
    return (0..<classCount).map { $0 == label ? (says ? confidence : 1) : (says ? rest : 0) }
  }

  /// The weighted mean of values.
  private func mean(_ rows: [[Double]], weights: [Double]) -> [Double] {
    let total = weights.reduce(0, +)
    var mean = [Double](repeating: 0, count: rows.first?.count ?? 0)
    for (row, weight) in zip(rows, weights) {
      for column in mean.indices { mean[column] += row[column] * weight / total }
    }
    return mean
  }
}
