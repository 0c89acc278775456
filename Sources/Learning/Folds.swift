public import LinearAlgebra

/// A division of rows into folds of nearly equal size, each of which is once the validation set.
public struct Folds: Sendable, Hashable {
  /// The rows of every fold.
  public let rows: [[Int]]

  /// Number of folds.
  public var count: Int { rows.count }

  /// Folds of neighbouring rows; the first `rows % folds` have one row more (as scikit-learn's `KFold`).
  ///
  /// - Throws: ``LearningError`` for fewer than two folds or fewer rows than folds.
  public static func contiguous(rows: Int, folds: Int) throws(LearningError) -> Folds {
    try Folds(order: Array(0..<rows), folds: folds)
  }

  /// Folds of randomly chosen rows.
  ///
  /// - Throws: ``LearningError`` for fewer than two folds or fewer rows than folds.
  public static func shuffled(
    rows: Int, folds: Int, using random: inout RandomStream
  ) throws(LearningError) -> Folds {
    try Folds(order: random.permutation(rows), folds: folds)
  }

  private init(order: [Int], folds: Int) throws(LearningError) {
    guard folds >= 2 else {
      throw .parameterOutOfRange(name: "folds", value: Double(folds), allowed: "2...")
    }
    guard order.count >= folds else {
      throw .tooFewRows(method: "\(folds)-fold cross-validation", needed: folds, found: order.count)
    }
    var (parts, start) = ([[Int]](), 0)
    for fold in 0..<folds {
      let size = order.count / folds + (fold < order.count % folds ? 1 : 0)
      parts.append(Array(order[start..<start + size]))
      start += size
    }
    rows = parts
  }
}
