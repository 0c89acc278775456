import LinearAlgebra

/// How a tree looks at its features; the same for classes and numbers.
public struct TreeSettings: Sendable, Hashable, Codable {
  /// Where growth stops.
  public var limits: TreeLimits
  /// Columns that hold codes of categories, which are split into one category and the rest.
  public var categoricalFeatures: [Int]
  /// Features drawn at random for a split; nil for all. Those that are constant in the node count as drawn, but drawing
  /// goes on until one varies.
  public var featuresPerSplit: Int?
  /// Whether features are tried in random order, which decides between equally good splits; else the first
  /// feature wins.
  public var breaksTiesAtRandom: Bool
  /// What happens to missing values, in growth and in prediction.
  public var missing: DecisionTree.MissingPolicy
  /// A feature that is tested at one depth only.
  public var priority: SplitPriority?

  /// All features at every split, no limits, a learned side for missing values.
  public init(
    limits: TreeLimits = .init(), categoricalFeatures: [Int] = [], featuresPerSplit: Int? = nil,
    breaksTiesAtRandom: Bool = false, missing: DecisionTree.MissingPolicy = .learned,
    priority: SplitPriority? = nil
  ) {
    self.limits = limits
    self.categoricalFeatures = categoricalFeatures
    self.featuresPerSplit = featuresPerSplit
    self.breaksTiesAtRandom = breaksTiesAtRandom
    self.missing = missing
    self.priority = priority
  }

  /// Where the order of the features comes from; nil if it is ascending.
  func stream(using random: inout RandomStream) -> RandomStream? {
    guard breaksTiesAtRandom || featuresPerSplit != nil else { return nil }
    return random.child(String(random.next()))
  }

  /// Checks the settings against the data.
  ///
  /// - Throws: ``LearningError`` for a setting outside its range, no row, an infinite feature and bad weights.
  func check(_ features: Matrix, _ weights: [Double]?) throws(LearningError) {
    try limits.check()
    guard features.rows > 0 else { throw .tooFewRows(method: "a decision tree", needed: 1, found: 0) }
    if let featuresPerSplit, featuresPerSplit < 1 {
      throw .parameterOutOfRange(name: "featuresPerSplit", value: Double(featuresPerSplit), allowed: "1...")
    }
    let places = categoricalFeatures + (priority.map { [$0.feature] } ?? [])
    if let place = places.first(where: { $0 < 0 || $0 >= features.columns }) {
      throw .parameterOutOfRange(
        name: "feature", value: Double(place), allowed: "0..<\(features.columns)")
    }
    if let position = features.elements.firstIndex(where: { $0.isInfinite }) {
      throw .featureNotFinite(row: position / features.columns, column: position % features.columns)
    }
    try checkRowWeights(weights)
  }

  /// Grows a tree on features that are sorted or ranked already; an order is used up.
  func grow<Target: GrowthTarget>(
    _ target: Target, features: Matrix, order: inout FeatureOrder, random: RandomStream?,
    workers: Int
  ) -> DecisionTree {
    let rowCount = order.rowCount
    return features.withElements { values in
      guard features.columns > 0, let values = values.baseAddress else {
        return stump(target, rowCount: rowCount, of: features.rows)
      }
      if let ranked = order.ranked {
        return ranked.withRows(&order.rows) { ranked in
          grow(
            target, features, values, rows: ranked.rows, ranks: ranked.ranks, ranked: ranked,
            rowCount: rowCount, stride: rowCount, random, workers)
        }
      }
      let stride = features.rows
      return order.sorted?.withPointers { rows, ranks in
        grow(
          target, features, values, rows: rows, ranks: ranks, ranked: nil, rowCount: rowCount,
          stride: stride,
          random, workers)
      } ?? stump(target, rowCount: rowCount, of: features.rows)
    }
  }

  private func grow<Target: GrowthTarget>(
    _ target: Target, _ features: Matrix, _ values: UnsafePointer<Double>,
    rows: UnsafeMutablePointer<UInt32>,
    ranks: UnsafeMutablePointer<UInt32>, ranked: RankedRows?, rowCount: Int, stride: Int,
    _ random: RandomStream?, _ workers: Int
  ) -> DecisionTree {
    var isCategorical = [Bool](repeating: false, count: features.columns)
    for feature in categoricalFeatures { isCategorical[feature] = true }
    let side = UnsafeMutablePointer<UInt8>.allocate(capacity: max(features.rows, 1))
    defer { side.deallocate() }
    var sums = [Double](repeating: 0, count: target.sumCount)
    let base = ranked?.base(0, 0, rowCount) ?? 0
    for place in 0..<rowCount { target.add(Int(rows[base + place]), to: &sums) }
    let growth = TreeGrowth(
      target: target, limits: limits, isCategorical: isCategorical,
      featuresPerSplit: featuresPerSplit,
      random: random, priority: priority, missing: missing, rowCount: rowCount,
      featureCount: features.columns, values: values, ranked: ranked, rows: rows, ranks: ranks,
      side: side,
      workers: workers, stride: stride, rootSums: sums, totalWeight: target.weight(sums),
      pure: target.pure(root: target.impurity(sums)))
    return growth.tree(growth.grow())
  }

  /// The tree without a test, for data without features.
  private func stump<Target: GrowthTarget>(_ target: Target, rowCount: Int, of all: Int)
    -> DecisionTree
  {
    var sums = [Double](repeating: 0, count: target.sumCount)
    // Rows of weight zero add nothing.
    for row in 0..<all { target.add(row, to: &sums) }
    let leaf = DecisionTree.Node(
      feature: 0, left: 0, right: 0, test: .leaf, rows: rowCount, weight: target.weight(sums),
      impurity: target.impurity(sums))
    return DecisionTree(
      grown: [leaf], values: Matrix([target.value(sums)]), featureCount: 0, missing: missing)
  }
}
