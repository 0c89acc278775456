import LinearAlgebra

/// Grows one tree from sorted features.
///
/// Every node owns the same stretch of places in the order of every feature. A split is found by one pass over
/// the stretch of each feature, and every stretch is then divided without disturbing its order, so that nothing
/// is sorted twice. Large nodes share their features among threads, small ones are grown whole by one thread
/// each; the tree does not depend on the number of threads.
///
/// Where a split looks at few of the features, those alone are sorted in every node, and only one list of rows is divided;
/// rows are then known by their places in it. The tree is the same.
///
/// - Source: Shafer, Agrawal, Mehta, "SPRINT: A scalable parallel classifier for data mining", VLDB 1996.
struct TreeGrowth<Target: GrowthTarget>: Sendable {
  let target: Target
  let limits: TreeLimits
  let isCategorical: [Bool]
  /// Features tried at a split; nil for all.
  let featuresPerSplit: Int?
  /// Where the order in which features are tried comes from; nil for ascending.
  let random: RandomStream?
  let priority: SplitPriority?
  let missing: DecisionTree.MissingPolicy
  let rowCount: Int
  let featureCount: Int
  /// Row-major features, for thresholds.
  nonisolated(unsafe) let values: UnsafePointer<Double>
  /// Where the orders of the features come from; nil if they all stand in ``rows`` and ``ranks``.
  let ranked: RankedRows?
  nonisolated(unsafe) let rows: UnsafeMutablePointer<UInt32>
  nonisolated(unsafe) let ranks: UnsafeMutablePointer<UInt32>
  /// Per row: 1 if it goes left in the split at work.
  nonisolated(unsafe) let side: UnsafeMutablePointer<UInt8>
  let workers: Int
  /// Places between the orders of two features.
  let stride: Int
  /// Sums over all rows, which are added up in the order of the first feature.
  let rootSums: [Double]
  /// Total weight of the tree.
  let totalWeight: Double
  /// Impurities up to here count as zero.
  let pure: Double

  /// A stretch of places that a node owns.
  struct Segment: Sendable {
    var start: Int
    var count: Int
    var depth: Int
    /// The way from the root, one bit a turn after a leading one; wraps in very deep trees, where it only has to
    /// vary.
    var path: UInt64
    var sums: [Double]
    var impurity: Double
  }

  /// A node as grown; children are indices into the same list.
  struct Grown: Sendable {
    var segment: Segment
    var split: Split?
    var test = DecisionTree.Test.leaf
    var left = 0
    var right = 0
  }

  /// The best split of a node.
  struct Split: Sendable {
    var feature: Int
    var score: Double
    /// Places, from the start of the segment in the order of the feature, that go left.
    var places: Range<Int>
    /// Rows with a value.
    var present: Int
    /// Whether the rows without one go left, under ``DecisionTree/MissingPolicy/learned``.
    var missingGoesLeft: Bool
    /// Whether rows with a value are divided from those without.
    var asksPresence: Bool
  }

  /// Whether nothing can be gained from a split.
  func isFinal(_ segment: Segment) -> Bool {
    segment.depth >= limits.maximumDepth ?? .max || segment.count < limits.minimumSplitRows
      || segment.count < 2 * limits.minimumLeafRows || segment.impurity <= pure
  }

  /// Where the order of a feature in a node begins in ``rows`` and ``ranks``.
  @inline(__always)
  func base(_ feature: Int, _ segment: Segment) -> Int {
    guard let ranked else { return feature * stride + segment.start }
    return ranked.base(feature, segment.start, segment.count)
  }

  /// Calls `body` with the features to try in a node, in order.
  ///
  /// With a number of features per split so many are drawn from all features. Those that are constant in the node count
  /// as drawn and are not tried; if all of them are, drawing goes on to the first that is not.
  ///
  /// - Source: Breiman, "Random Forests" (2001), section 4; scikit-learn draws alike.
  @inline(__always)
  func forEachCandidate(_ segment: Segment, _ body: (Int) -> Void) {
    if let priority, segment.depth == priority.depth, varies([priority.feature], in: segment) {
      return body(priority.feature)
    }
    let order: [Int]
    if let random {
      var stream = random.child(Int(truncatingIfNeeded: segment.path))
      order = stream.permutation(featureCount)
    } else {
      order = Array(0..<featureCount)
    }
    var (drawn, tried) = (0, 0)
    for place in order.indices where order[place] != priority?.feature {
      let left = (featuresPerSplit ?? featureCount) - drawn
      if left <= 0, tried > 0 { break }
      drawn += 1
      guard varies(order[place..<min(place + max(left, 1), featureCount)], in: segment) else {
        continue
      }
      tried += 1
      body(order[place])
    }
  }

  /// Whether the first of some features can tell rows of the segment apart: it has two values there, or, if missing values
  /// have a side of their own, one value and a missing one. The others are likely to be asked for next.
  private func varies(_ features: ArraySlice<Int>, in segment: Segment) -> Bool {
    if let ranked { return ranked.spread(features, segment.start, segment.count).varies(missing) }
    let feature = features[features.startIndex]
    let base = base(feature, segment)
    let spread = RankedRows.Spread(
      low: ranks[base], top: ranks[base + segment.count - 1],
      end: ranks[base + present(segment, feature) - 1] &+ 1)
    return spread.varies(missing)
  }

  /// Rows of the segment that have a value, at least 1.
  func present(_ segment: Segment, _ feature: Int) -> Int {
    let first = base(feature, segment)
    guard ranks[first + segment.count - 1] == SortedFeatures.missingRank else {
      return segment.count
    }
    var (low, high) = (0, segment.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if ranks[first + middle] == SortedFeatures.missingRank { high = middle } else { low = middle + 1 }
    }
    return max(low, 1)
  }
}
