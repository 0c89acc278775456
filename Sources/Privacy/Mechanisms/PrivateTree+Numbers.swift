public import Learning
import LinearAlgebra
import Methods

extension PrivateTree {
  /// Trains one tree for a number. ``treeCount`` must be 1.
  ///
  /// A row that lacks a feature on its way, as NaN, counts nowhere.
  ///
  /// - Parameters:
  ///   - features: one public description per column.
  ///   - target: public range of the target; values outside count as its ends.
  /// - Throws: ``PrivacyError``, `LearningError` for infinite features, targets that are not finite and sample weights.
  public func fit(
    _ data: RegressionData, features: [Feature], target: ClosedRange<Double>, using random: inout RandomStream
  ) throws -> PrivateFit<TreeRegressor> {
    guard treeCount == 1 else {
      throw PrivacyError.outOfRange(name: "treeCount", value: Double(treeCount), range: "1 for a number")
    }
    guard data.weights == nil else { throw LearningError.weightsUnsupported(method: "a private tree") }
    try check(data.features, features)
    let bounds = PublicBounds(norm: 1, target: target)
    try bounds.check(target: true)
    let scaled = try BoundedTarget(data.target, bounds: bounds)
    var structure = random.child("trees").child(0)
    random = random.child("noise")
    let tree = try growth(features, values: 1, using: &structure)
    let ends = tree.endNodes(of: data.features)
    let leaves = tree.nodes.indices.filter { tree.nodes[$0].test == .leaf }
    var place = [Int?](repeating: nil, count: tree.nodes.count)
    for (index, leaf) in leaves.enumerated() { place[leaf] = index }
    // Counts first, then sums.
    let noise = GridNoise(rows: data.count, width: 2 * leaves.count) { row, values in
      for index in values.indices { values[index] = 0 }
      guard let index = place[ends[row]] else { return }
      (values[index], values[leaves.count + index]) = (1, scaled.values[row])
    }.laplace(sensitivity: adjacency == .addRemove ? 2 : 4, epsilon: epsilon, using: &random)
    let model = TreeRegressor(
      tree: try averaged(
        tree, leaves: leaves, counts: Array(noise.values.prefix(leaves.count)),
        sums: Array(noise.values.dropFirst(leaves.count)), least: noise.scale, target: target))
    return PrivateFit(
      model: model,
      privacy: PrivacyStatement(
        mechanism: Self.card.id, epsilon: epsilon, delta: 0, adjacency: adjacency,
        bounds: [
          "every feature has a public range or a public list of categories",
          "the target lies in \(target.lowerBound)...\(target.upperBound)",
        ], noiseScale: noise.scale,
        noise: "scale of the discrete Laplace noise on the counts and scaled sums of the leaves",
        assumptions: [Self.publicTests, "sums and noise are exact on a grid"]))
  }

  /// The tree with means; every node with too few rows takes the mean of the one above it, and the first one the middle of
  /// the public range.
  private func averaged(
    _ tree: DecisionTree, leaves: [Int], counts: [Double], sums: [Double], least: Double,
    target: ClosedRange<Double>
  ) throws -> DecisionTree {
    var count = [Double](repeating: 0, count: tree.nodes.count)
    var sum = count
    for (index, leaf) in leaves.enumerated() { (count[leaf], sum[leaf]) = (counts[index], sums[index]) }
    var nodes = Array(tree.nodes)
    // Children stand behind their parents.
    for index in nodes.indices.reversed() {
      if nodes[index].test != .leaf {
        for child in [Int(nodes[index].left), Int(nodes[index].right)] {
          (count[index], sum[index]) = (count[index] + count[child], sum[index] + sum[child])
        }
      }
      nodes[index].weight = max(count[index], 0)
      nodes[index].rows = Int(min(nodes[index].weight, 0x1p50).rounded())
    }
    var means = Matrix(rows: nodes.count, columns: 1)
    for index in nodes.indices {
      if index == 0 || count[index] > least {
        let mean = count[index] > least ? min(max(sum[index] / count[index], -1), 1) : 0
        means[index, 0] = target.lowerBound + (mean + 1) / 2 * (target.upperBound - target.lowerBound)
      }
      guard nodes[index].test != .leaf else { continue }
      for child in [Int(nodes[index].left), Int(nodes[index].right)] where count[child] <= least {
        means[child, 0] = means[index, 0]
      }
    }
    return try DecisionTree(
      nodes: nodes, values: means, featureCount: tree.featureCount, missing: tree.missing)
  }
}
