import RealModule

/// What a tree learns to predict, as its growth needs it: sums over the rows of a node.
protocol GrowthTarget: Sendable {
  associatedtype Statistics: SplitStatistics
  /// Numbers in the sums of a node.
  var sumCount: Int { get }
  /// Numbers in the value of a node.
  var valueCount: Int { get }
  /// Whether sums are whole numbers, so that their differences are exact.
  var hasExactSums: Bool { get }
  /// Adds a row to sums.
  func add(_ row: Int, to sums: inout [Double])
  /// Total weight of a node.
  func weight(_ sums: [Double]) -> Double
  /// Impurity of a node.
  func impurity(_ sums: [Double]) -> Double
  /// The impurity up to which a node counts as pure, given that of the root.
  func pure(root: Double) -> Double
  /// The value of a node.
  func value(_ sums: [Double]) -> [Double]
  /// Puts what is known of the rows of a stretch into the order of their places; only for a target in memory of its own.
  func reorder(
    from start: Int, _ places: UnsafeBufferPointer<UInt32>, room: UnsafeMutablePointer<UInt64>)
  /// Calls `body` with statistics whose right side has the given sums.
  func withStatistics<Result>(_ sums: [Double], _ body: (inout Statistics) -> Result) -> Result
}

/// Classes, under Gini or entropy.
struct ClassTarget<Criterion: ClassCriterion>: GrowthTarget {
  nonisolated(unsafe) let labels: UnsafePointer<Int32>
  nonisolated(unsafe) let weights: UnsafePointer<Double>?
  let classes: Int
  nonisolated(unsafe) let criterion: Criterion
  let isEntropy: Bool
  let hasExactSums: Bool

  var sumCount: Int { classes }
  var valueCount: Int { classes }

  @inline(__always)
  func add(_ row: Int, to sums: inout [Double]) { sums[Int(labels[row])] += weights.map { $0[row] } ?? 1 }

  func weight(_ sums: [Double]) -> Double { sums.reduce(0, +) }

  func impurity(_ sums: [Double]) -> Double {
    let total = weight(sums)
    guard total > 0 else { return 0 }
    var result = isEntropy ? 0.0 : 1.0
    for sum in sums where sum > 0 {
      let share = sum / total
      result -= isEntropy ? share * Double.log2(share) : share * share
    }
    return result
  }

  /// As in scikit-learn.
  func pure(root: Double) -> Double { .ulpOfOne }

  func value(_ sums: [Double]) -> [Double] { sums }

  func reorder(
    from start: Int, _ places: UnsafeBufferPointer<UInt32>, room: UnsafeMutablePointer<UInt64>
  ) {
    RankedRows.reorder(UnsafeMutablePointer(mutating: labels), from: start, places, room: room)
    if let weights {
      RankedRows.reorder(UnsafeMutablePointer(mutating: weights), from: start, places, room: room)
    }
  }

  func withStatistics<Result>(
    _ sums: [Double], _ body: (inout ClassStatistics<Criterion>) -> Result
  ) -> Result {
    sums.withUnsafeBufferPointer { sums in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * classes) { sides in
        guard let total = sums.baseAddress, let sides = sides.baseAddress else {
          preconditionFailure("a classification has classes")
        }
        var statistics = ClassStatistics(
          criterion, labels: labels, weights: weights, classes: classes, total: total, sides: sides)
        return body(&statistics)
      }
    }
  }
}

/// A number, under squared error. The target is centred, so that squares lose no digits.
struct SumTarget: GrowthTarget {
  nonisolated(unsafe) let target: UnsafePointer<Double>
  nonisolated(unsafe) let weights: UnsafePointer<Double>?
  /// What was taken from every target.
  let offset: Double

  /// Weight, weighted sum, weighted sum of squares.
  var sumCount: Int { 3 }
  var hasExactSums: Bool { false }
  var valueCount: Int { 1 }

  @inline(__always)
  func add(_ row: Int, to sums: inout [Double]) {
    let weight = weights.map { $0[row] } ?? 1
    sums[0] += weight
    sums[1] += weight * target[row]
    sums[2] += weight * target[row] * target[row]
  }

  func weight(_ sums: [Double]) -> Double { sums[0] }

  func impurity(_ sums: [Double]) -> Double {
    guard sums[0] > 0 else { return 0 }
    let mean = sums[1] / sums[0]
    return max(sums[2] / sums[0] - mean * mean, 0)
  }

  /// As in scikit-learn, but never more than what rounding leaves of the root's, so that small targets are split too.
  func pure(root: Double) -> Double { .ulpOfOne * min(64 * root, 1) }

  func value(_ sums: [Double]) -> [Double] { [sums[0] > 0 ? offset + sums[1] / sums[0] : offset] }

  func reorder(
    from start: Int, _ places: UnsafeBufferPointer<UInt32>, room: UnsafeMutablePointer<UInt64>
  ) {
    RankedRows.reorder(UnsafeMutablePointer(mutating: target), from: start, places, room: room)
    if let weights {
      RankedRows.reorder(UnsafeMutablePointer(mutating: weights), from: start, places, room: room)
    }
  }

  func withStatistics<Result>(_ sums: [Double], _ body: (inout SumStatistics) -> Result) -> Result {
    var statistics = SumStatistics(
      target: target, weights: weights, totalWeight: sums[0], totalSum: sums[1])
    return body(&statistics)
  }
}
