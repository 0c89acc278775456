public import LinearAlgebra

/// A table as a model sees it: numbers only, with everything needed to find the way back.
public struct Design: Sendable, Hashable {
  /// One row per used row of the table, one column per entry of ``space``.
  public let features: Matrix
  /// Scaled target, one per row.
  public let target: [Double]
  /// Meaning of the columns.
  public let space: FeatureSpace
  /// From the scaled target to the user's unit.
  public let targetScaling: Scaling
  /// The row of the table, from 0, that each row of the design was made of; ascending.
  public let rowIndex: [Int]
  /// What was done to the data, one sentence each.
  public let notes: [String]

  /// Number of rows.
  public var count: Int { target.count }

  /// A design; `features`, `target` and `rowIndex` have the same number of rows.
  public init(
    features: Matrix, target: [Double], space: FeatureSpace, targetScaling: Scaling, rowIndex: [Int],
    notes: [String]
  ) {
    precondition(features.rows == target.count && rowIndex.count == target.count, "one target per row")
    precondition(features.columns == space.count, "one column per entry of the feature space")
    self.features = features
    self.target = target
    self.space = space
    self.targetScaling = targetScaling
    self.rowIndex = rowIndex
    self.notes = notes
  }
}
