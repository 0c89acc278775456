public import LinearAlgebra

/// A linear learner whose fit depends on the data only through its moments, so that folds, trimming and
/// attacks never multiply the same rows twice.
///
/// `solve` returns the fit with its diagnostics, `fit` only the model.
public protocol MomentLearner: RegressionLearner where Fitted == LinearModel {
  /// Learns from moments.
  ///
  /// - Parameter start: a model near the solution, for iterative methods; nil starts from zero weights.
  /// - Throws: ``LearningError`` when settings or data make a fit impossible.
  func solve(moments: Moments, start: LinearModel?) throws -> LinearFit

  /// Learns from rows, with `workers` threads for the moments. With the rows at hand a direct method can
  /// correct what was lost when the features were squared.
  ///
  /// - Throws: ``LearningError`` naming row and column of a value that is not finite.
  func solve(_ data: RegressionData, start: LinearModel?, workers: Int) throws -> LinearFit
}

extension MomentLearner {
  public func solve(
    _ data: RegressionData, start: LinearModel? = nil, workers: Int = 1
  ) throws -> LinearFit {
    try solve(moments: data.moments(workers: workers), start: start)
  }

  /// The model learned from moments.
  public func fit(moments: Moments, start: LinearModel? = nil) throws -> LinearModel {
    try solve(moments: moments, start: start).model
  }

  /// The model learned from rows; no such learner uses randomness.
  public func fit(_ data: RegressionData, workers: Int = 1) throws -> LinearModel {
    try solve(data, start: nil, workers: workers).model
  }

  public func fit(_ data: RegressionData, using random: inout RandomStream) throws -> LinearModel {
    try solve(data, start: nil, workers: 1).model
  }
}

extension RegressionData {
  /// The moments of these rows, after a check of the data.
  ///
  /// - Throws: ``LearningError`` for fewer than two rows, values that are not finite and impossible weights.
  public func moments(workers: Int = 1) throws -> Moments {
    try checkWeights()
    let result = try uncheckedMoments(workers: workers)
    try result.check()
    return result
  }

  /// The moments of any number of rows.
  func uncheckedMoments(workers: Int = 1) throws -> Moments {
    // The moments, and what a solver makes of them.
    guard SystemMemory.holds(squareOf: features.columns, copies: 4) else {
      throw LearningError.tooManyFeatures(
        method: "a fit by products of features", limit: SystemMemory.largestSquare(copies: 4),
        found: features.columns, remedy: "use fewer columns, more memory, or a tree, logistic or mlp model")
    }
    do {
      let result = try Moments(features: features, target: target, weights: weights, workers: workers)
      try checkSquares(result)
      return result
    } catch LinearAlgebraError.notFinite {
      try checkFinite()
      throw LearningError.valuesTooLarge
    } catch LinearAlgebraError.overflow {
      throw LearningError.valuesTooLarge
    }
  }

  /// Checks that the squares in moments were neither too large nor too small for a number; rows are looked at only where
  /// a column seems to be constant.
  private func checkSquares(_ moments: Moments) throws(LearningError) {
    let (least, most) = (
      SquareRange.smallest * SquareRange.smallest * moments.weight,
      SquareRange.largest * SquareRange.largest * moments.weight
    )
    func check(_ scatter: Double, _ values: () -> [Double]) throws(LearningError) {
      if scatter > most { throw .valuesTooLarge }
      guard scatter <= least else { return }
      let largest = values().reduce(0) { Swift.max($0, abs($1)) }
      if largest > 0, largest < SquareRange.smallest { throw .valuesTooSmall }
    }
    for column in 0..<moments.columns {
      try check(moments.scatter[column, column]) { features.column(column) }
    }
    try check(moments.targetScatter) { target }
  }

  /// Checks that every feature and target is a finite number.
  ///
  /// - Throws: ``LearningError`` with the first row and column that is not.
  public func checkFinite() throws(LearningError) {
    if let position = features.elements.firstIndex(where: { !$0.isFinite }) {
      throw .featureNotFinite(row: position / features.columns, column: position % features.columns)
    }
    if let row = target.firstIndex(where: { !$0.isFinite }) { throw .targetNotFinite(row: row) }
  }

  /// Checks that every weight is a finite number of at least zero and one of them is not zero.
  func checkWeights() throws(LearningError) { try checkRowWeights(weights) }
}

extension Moments {
  /// Checks that there is something to learn from.
  func check() throws(LearningError) {
    guard rowCount >= 2 else { throw .tooFewRows(method: "a linear fit", needed: 2, found: rowCount) }
    guard weight > 0 else { throw .allWeightsZero }
  }

  /// These moments, or those about zero, whose fits have no intercept.
  func about(_ intercept: Bool) -> Moments { intercept ? self : aboutZero }

  /// The features whose spread is above the rounding error of their mean.
  var varyingFeatures: [Int] {
    means.indices.filter { index in
      let noise = 8 * Double.ulpOfOne * means[index]
      return scatter[index, index] > weight * noise * noise
    }
  }

  /// The intercept that belongs to the given weights.
  func intercept(_ weights: [Double]) -> Double { targetMean - dot(means, weights) }
}
