public import LinearAlgebra

/// Rows to learn classes from: features, labels and optional sample weights.
public struct ClassificationData: Sendable, Hashable {
  /// One row per example.
  public var features: Matrix
  /// One class per row, in `0..<classCount`.
  public var labels: [Int]
  /// Number of classes, those without an example included.
  public let classCount: Int
  /// One non-negative weight per row; nil means that all weights are 1.
  public var weights: [Double]?

  /// Number of examples.
  public var count: Int { labels.count }

  /// Takes features and labels of the same number of rows.
  public init(features: Matrix, labels: [Int], classCount: Int, weights: [Double]? = nil) {
    precondition(features.rows == labels.count, "\(features.rows) rows and \(labels.count) labels")
    precondition(weights.map { $0.count == labels.count } ?? true, "one weight per row")
    precondition(labels.allSatisfy { $0 >= 0 && $0 < classCount }, "labels lie in 0..<\(classCount)")
    self.features = features
    self.labels = labels
    self.classCount = classCount
    self.weights = weights
  }

  /// The factors on the weights of rows that give all classes with weight the same total and leave the total of all as
  /// it is; 1 for classes without weight.
  public static func balancedFactors(labels: [Int], classCount: Int, weights: [Double]?) -> [Double] {
    var totals = [Double](repeating: 0, count: classCount)
    for (row, label) in labels.enumerated() { totals[label] += weights?[row] ?? 1 }
    let present = Double(totals.count { $0 > 0 })
    let all = totals.reduce(0, +)
    return totals.map { $0 > 0 ? all / (present * $0) : 1 }
  }

  /// The examples with the given indices, in that order.
  public func rows(at indices: [Int]) -> ClassificationData {
    ClassificationData(
      features: features.rows(at: indices), labels: indices.map { labels[$0] }, classCount: classCount,
      weights: weights.map { weights in indices.map { weights[$0] } })
  }

  /// These examples followed by those of `other`, which has the same classes.
  public func appending(_ other: ClassificationData) -> ClassificationData {
    precondition(classCount == other.classCount, "\(classCount) classes and \(other.classCount)")
    var joined: [Double]?
    if weights != nil || other.weights != nil {
      joined =
        (weights ?? [Double](repeating: 1, count: count))
        + (other.weights ?? [Double](repeating: 1, count: other.count))
    }
    return ClassificationData(
      features: features.appending(rowsOf: other.features), labels: labels + other.labels,
      classCount: classCount, weights: joined)
  }
}
