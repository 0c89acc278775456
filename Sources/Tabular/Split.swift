public import LinearAlgebra

/// A division of rows into training, validation and test rows.
public struct Split: Sendable, Hashable {
  /// Rows that a model learns from.
  public let training: [Int]
  /// Rows for choices along the way.
  public let validation: [Int]
  /// Rows that nothing has seen.
  public let test: [Int]

  /// A random division with the given numbers of training and validation rows; the rest are test rows.
  ///
  /// - Throws: ``DesignError/tooFewRows(needed:found:)`` when nothing is left to test on.
  public init(rows: Int, training: Int, validation: Int, using random: inout RandomStream) throws {
    guard training >= 1, validation >= 0, training + validation < rows else {
      throw DesignError.tooFewRows(needed: training + validation + 1, found: rows)
    }
    let order = random.permutation(rows)
    self.training = Array(order[..<training])
    self.validation = Array(order[training..<training + validation])
    test = Array(order[(training + validation)...])
  }

  /// A random division by shares of the rows; the rest are test rows.
  ///
  /// - Throws: ``DesignError/tooFewRows(needed:found:)``.
  public init(rows: Int, trainingShare: Double, validationShare: Double, using random: inout RandomStream)
    throws
  {
    try self.init(
      rows: rows, training: max(1, Int(Double(rows) * trainingShare)),
      validation: Int(Double(rows) * validationShare), using: &random)
  }
}
