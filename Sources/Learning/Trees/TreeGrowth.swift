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
  private static var pure: Double { 2.220446049250313e-16 }

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
  }

  /// Whether nothing can be gained from a split.
  func isFinal(_ segment: Segment) -> Bool {
    segment.depth >= limits.maximumDepth ?? .max || segment.count < limits.minimumSplitRows
      || segment.count < 2 * limits.minimumLeafRows || segment.impurity <= Self.pure
  }

  /// The features to try in a node, in order, without those that are constant there.
  private func candidates(_ segment: Segment) -> [Int] {
    var order = Array(0..<featureCount)
    if let random {
      var stream = random.child(Int(truncatingIfNeeded: segment.path))
      order = stream.permutation(featureCount)
    }
    order.removeAll { feature in
      let first = ranks[feature * stride + segment.start]
      let last = ranks[feature * stride + segment.start + present(segment, feature) - 1]
      return first == last || first == SortedFeatures.missingRank
    }
    if let priority {
      if segment.depth == priority.depth, order.contains(priority.feature) { return [priority.feature] }
      order.removeAll { $0 == priority.feature }
    }
    if let featuresPerSplit { return Array(order.prefix(featuresPerSplit)) }
    return order
  }

  /// Rows of the segment that have a value, at least 1.
  private func present(_ segment: Segment, _ feature: Int) -> Int {
    let first = feature * stride + segment.start
    guard ranks[first + segment.count - 1] == SortedFeatures.missingRank else { return segment.count }
    var (low, high) = (0, segment.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if ranks[first + middle] == SortedFeatures.missingRank { high = middle } else { low = middle + 1 }
    }
    return max(low, 1)
  }

  /// The split of the highest score, of equal ones that of the feature tried first and there the first place.
  func bestSplit(_ segment: Segment, workers: Int) -> Split? {
    let order = candidates(segment)
    let threads = segment.count >= 4096 ? min(workers, order.count) : 1
    guard threads > 1 else { return best(order, segment) }
    var found = [Split?](repeating: nil, count: order.count)
    found.withUnsafeMutableBufferPointer { found in
      nonisolated(unsafe) let found = found
      forEachConcurrently(order.count, workers: threads) { found[$0] = best([order[$0]], segment) }
    }
    return found.reduce(nil) { best, next in
      guard let next else { return best }
      return next.score > best?.score ?? -.infinity ? next : best
    }
  }

  private func best(_ features: [Int], _ segment: Segment) -> Split? {
    target.withStatistics(segment.sums) { statistics in
      var best: Split?
      for feature in features {
        let present = present(segment, feature)
        statistics.begin()
        let base = feature * stride + segment.start
        for place in present..<max(segment.count, present) { statistics.drop(Int(rows[base + place])) }
        let least = best?.score ?? -.infinity
        let found =
          isCategorical[feature]
          ? categories(&statistics, base, present, above: least)
          : thresholds(&statistics, base, present, above: least)
        if let found {
          best = Split(feature: feature, score: found.score, places: found.places, present: present)
        }
      }
      return best
    }
  }

  /// The best division into low and high values.
  private func thresholds(
    _ statistics: inout Target.Statistics, _ base: Int, _ present: Int, above least: Double
  ) -> (score: Double, places: Range<Int>)? {
    let (rows, ranks) = (rows + base, ranks + base)
    var (best, end) = (least, 0)
    let (first, last) = (limits.minimumLeafRows, present - limits.minimumLeafRows)
    guard first <= last else { return nil }
    var rank = ranks[0]
    for place in 1..<present {
      statistics.move(Int(rows[place - 1]))
      let next = ranks[place]
      guard next != rank else { continue }
      rank = next
      if place >= first, place <= last {
        let score = statistics.score
        if score > best { (best, end) = (score, place) }
      }
    }
    return end > 0 ? (best, 0..<end) : nil
  }

  /// The best division into one category and the rest.
  private func categories(
    _ statistics: inout Target.Statistics, _ base: Int, _ present: Int, above least: Double
  ) -> (score: Double, places: Range<Int>)? {
    var (best, places) = (least, 0..<0)
    var start = 0
    while start < present {
      var end = start
      while end < present, ranks[base + end] == ranks[base + start] {
        statistics.move(Int(rows[base + end]))
        end += 1
      }
      if end - start >= limits.minimumLeafRows, present - (end - start) >= limits.minimumLeafRows {
        let score = statistics.score
        if score > best { (best, places) = (score, start..<end) }
      }
      statistics.restart()
      start = end
    }
    return places.isEmpty ? nil : (best, places)
  }
}
