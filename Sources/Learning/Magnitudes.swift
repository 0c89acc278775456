import LinearAlgebra

extension Matrix {
  /// Checks that every column can be squared.
  ///
  /// - Throws: ``LearningError`` for values that are infinite, too large or too small; NaN is let through.
  func checkMagnitudes() throws(LearningError) {
    for magnitude in columnMagnitudes() {
      if magnitude == .infinity, let place = elements.firstIndex(where: { $0.isInfinite }) {
        throw .featureNotFinite(row: place / columns, column: place % columns)
      }
      try checkMagnitude(magnitude)
    }
  }
}

extension RegressionData {
  /// Checks that every feature and the target can be squared.
  func checkMagnitudes() throws(LearningError) {
    try features.checkMagnitudes()
    try checkTargetMagnitude(target)
  }
}

/// Checks that finite targets can be squared.
func checkTargetMagnitude(_ target: [Double]) throws(LearningError) {
  try checkMagnitude(target.reduce(0) { max($0, abs($1)) })
}

/// Checks that numbers up to `magnitude` can be squared.
private func checkMagnitude(_ magnitude: Double) throws(LearningError) {
  if magnitude > SquareRange.largest { throw .valuesTooLarge }
  if magnitude > 0, magnitude < SquareRange.smallest { throw .valuesTooSmall }
}
