import LinearAlgebra

/// How close predictions come to the truth.
public struct RegressionMetrics: Sendable, Hashable, Codable {
  /// Mean of the squared errors.
  public let meanSquaredError: Double
  /// Mean of the magnitudes of the errors.
  public let meanAbsoluteError: Double
  /// `1 − Σ (y − ŷ)² / Σ (y − ȳ)²`; for a constant truth 1 when it is met exactly and 0 when not, as in
  /// scikit-learn.
  public let rSquared: Double
  /// Share of the predictions within 20 % of the truth, the measure of dosage studies (IWPC, "Estimation of
  /// the warfarin dose with clinical and pharmacogenetic data", N. Engl. J. Med. 360, 2009).
  public let shareWithin20Percent: Double
  /// Number of predictions.
  public let count: Int

  /// Compares predictions with the truth.
  ///
  /// ``rSquared`` is right for numbers of any size; ``meanSquaredError`` is zero where it is below the smallest double.
  ///
  /// - Throws: ``LearningError/tooFewRows(method:needed:found:)`` when there is nothing to compare,
  ///   ``LearningError/answerNotFinite(row:)`` for a prediction that is NaN or infinite, and
  ///   ``LearningError/valuesTooLarge`` when the mean squared error is above the largest double.
  public init(predictions: [Double], truth: [Double]) throws(LearningError) {
    precondition(predictions.count == truth.count, "\(predictions.count) predictions, \(truth.count) truths")
    guard !truth.isEmpty else { throw .tooFewRows(method: "a comparison", needed: 1, found: 0) }
    if let row = predictions.firstIndex(where: { !$0.isFinite }) { throw .answerNotFinite(row: row) }
    count = truth.count
    let rows = Double(count)
    let sum = truth.reduce(0, +)
    let mean = sum.isFinite ? sum / rows : truth.reduce(0) { $0 + $1 / rows }
    var (squares, magnitudes, spread, near) = (0.0, 0.0, 0.0, 0)
    for (prediction, value) in zip(predictions, truth) {
      let error = prediction - value
      squares += error * error
      magnitudes += abs(error)
      spread += (value - mean) * (value - mean)
      if abs(error) <= 0.2 * abs(value) { near += 1 }
    }
    if !SquareRange.isSafe(squares) || !SquareRange.isSafe(spread) {
      // The squares overflow or vanish, so their ratio is taken of numbers over a power of two.
      let errors = ScaledDifferences(predictions, truth)
      let meanSquare = errors.values.reduce(0) { $0 + $1 * $1 / rows }
      meanSquaredError = Double(sign: .plus, exponent: 2 * errors.exponent, significand: meanSquare)
      (squares, spread) = squareSums(errors, ScaledDifferences(truth, about: mean))
      magnitudes = errors.values.reduce(0) { $0 + abs($1) / rows }
      meanAbsoluteError = Double(sign: .plus, exponent: errors.exponent, significand: magnitudes)
    } else {
      meanSquaredError = squares / rows
      meanAbsoluteError = magnitudes / rows
    }
    guard meanSquaredError.isFinite else { throw .valuesTooLarge }
    rSquared = spread > 0 ? 1 - squares / spread : (squares == 0 ? 1 : 0)
    shareWithin20Percent = Double(near) / rows
  }

  /// Compares the predictions of `model` with the targets of `data`, every row counted once.
  ///
  /// - Throws: ``LearningError/tooFewRows(method:needed:found:)`` when there is nothing to compare.
  public init(_ model: some Regressor, on data: RegressionData) throws(LearningError) {
    try self.init(predictions: model.predict(data.features), truth: data.target)
  }
}
