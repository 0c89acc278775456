import LinearAlgebra

/// Grows one tree from sorted features.
///
/// Every node owns the same stretch of places in the order of every feature. A split is found by one pass over
/// the stretch of each feature, and every stretch is then divided without disturbing its order, so that nothing
/// is sorted twice. Large nodes share their features among threads, small ones are grown whole by one thread
/// each; the tree does not depend on the number of threads.
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
  nonisolated(unsafe) let rows: UnsafeMutablePointer<UInt32>
  nonisolated(unsafe) let ranks: UnsafeMutablePointer<UInt32>
  /// Per row: 1 if it goes left in the split at work.
  nonisolated(unsafe) let side: UnsafeMutablePointer<UInt8>
  let workers: Int
  /// Places between the orders of two features.
  let stride: Int
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

  /// The features to try in a node, in order.
  ///
  /// With a number of features per split so many are drawn from all features. Those that are constant in the node count
  /// as drawn and are not tried; if all of them are, drawing goes on to the first that is not.
  ///
  /// - Source: Breiman, "Random Forests" (2001), section 4; scikit-learn draws alike.
  func candidates(_ segment: Segment) -> [Int] {
    if let priority, segment.depth == priority.depth, varies(priority.feature, in: segment) {
      return [priority.feature]
    }
    var order = Array(0..<featureCount)
    if let random {
      var stream = random.child(Int(truncatingIfNeeded: segment.path))
      order = stream.permutation(featureCount)
    }
    if let priority { order.removeAll { $0 == priority.feature } }
    guard let featuresPerSplit else { return order.filter { varies($0, in: segment) } }
    var (result, drawn) = ([Int](), 0)
    for feature in order {
      if drawn >= featuresPerSplit, !result.isEmpty { break }
      drawn += 1
      if varies(feature, in: segment) { result.append(feature) }
    }
    return result
  }

  /// Whether a feature can tell rows of the segment apart: it has two values there, or, if missing values have a side
  /// of their own, one value and a missing one.
  private func varies(_ feature: Int, in segment: Segment) -> Bool {
    let first = ranks[feature * stride + segment.start]
    let last = ranks[feature * stride + segment.start + segment.count - 1]
    guard last == SortedFeatures.missingRank else { return first != last }
    if first == SortedFeatures.missingRank { return false }
    if missing == .learned { return true }
    return first != ranks[feature * stride + segment.start + present(segment, feature) - 1]
  }

  /// Rows of the segment that have a value, at least 1.
  func present(_ segment: Segment, _ feature: Int) -> Int {
    let first = feature * stride + segment.start
    guard ranks[first + segment.count - 1] == SortedFeatures.missingRank else { return segment.count }
    var (low, high) = (0, segment.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if ranks[first + middle] == SortedFeatures.missingRank { high = middle } else { low = middle + 1 }
    }
    return max(low, 1)
  }
}
