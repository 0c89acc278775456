public import LinearAlgebra

/// Rows to learn a regression from: features, target and optional sample weights.
public struct RegressionData: Sendable, Hashable {
  /// One row per example.
  public var features: Matrix
  /// One value per row.
  public var target: [Double]
  /// One non-negative weight per row; nil means that all weights are 1.
  public var weights: [Double]?

  /// Number of examples.
  public var count: Int { features.rows }

  /// Takes features and targets of the same number of rows.
  public init(features: Matrix, target: [Double], weights: [Double]? = nil) {
    precondition(features.rows == target.count, "\(features.rows) rows and \(target.count) targets")
    precondition(weights.map { $0.count == target.count } ?? true, "one weight per row")
    self.features = features
    self.target = target
    self.weights = weights
  }

  /// The examples with the given indices, in that order.
  public func rows(at indices: [Int]) -> RegressionData {
    RegressionData(
      features: features.rows(at: indices), target: indices.map { target[$0] },
      weights: weights.map { weights in indices.map { weights[$0] } })
  }

  /// These examples followed by those of `other`.
  public func appending(_ other: RegressionData) -> RegressionData {
    var joined: [Double]?
    if weights != nil || other.weights != nil {
      joined =
        (weights ?? [Double](repeating: 1, count: count))
        + (other.weights ?? [Double](repeating: 1, count: other.count))
    }
    return RegressionData(
      features: features.appending(rowsOf: other.features), target: target + other.target, weights: joined)
  }
}
