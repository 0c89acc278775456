import LinearAlgebra

/// What growing a tree needs of the features: the order of the rows by every feature, or, where a split looks at few of the
/// features, their ranks.
struct FeatureOrder: Sendable {
  /// The orders, which growth uses up; nil if there are ranks.
  var sorted: SortedFeatures?
  /// The ranks, which many trees share.
  let ranked: RankedFeatures?
  /// The rows of a tree that grows from ranks, in ascending order.
  var rows: [UInt32] = []
  /// Rows of the tree.
  private(set) var rowCount: Int

  /// Whether nodes that sort the features they look at cost less than an order of every feature that is divided with them.
  static func sortsInNodes(_ settings: TreeSettings, features: Int, workers: Int) -> Bool {
    guard let some = settings.featuresPerSplit, workers == 1 else { return false }
    return some <= features / 3
  }

  /// All rows.
  ///
  /// - Parameters:
  ///   - sortsInNodes: see ``sortsInNodes(_:features:workers:)``.
  ///   - workers: threads that share the features.
  init(_ features: Matrix, sortsInNodes: Bool, workers: Int) {
    rowCount = features.rows
    if sortsInNodes {
      (sorted, ranked) = (nil, RankedFeatures(features, workers: workers))
      rows = (0..<rowCount).map { UInt32(truncatingIfNeeded: $0) }
    } else {
      (sorted, ranked) = (SortedFeatures(features, workers: workers), nil)
    }
  }

  /// Leaves rows of weight zero out.
  mutating func leaveOut(weights: [Double]?) {
    if ranked == nil {
      rowCount = sorted?.leaveOut(weights: weights) ?? rowCount
    } else if let weights {
      rows.removeAll { weights[Int($0)] == 0 }
      rowCount = rows.count
    }
  }

  /// What is known of the rows, as growth finds it by the number of a row or of its place.
  func select<Value>(_ values: [Value]) -> [Value] {
    ranked == nil ? values : rows.map { values[Int($0)] }
  }
}
