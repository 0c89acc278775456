import Learning
import LinearAlgebra
import Methods

/// Regression that minimises `Σ |y − wᵀx − b|`: it predicts the median, and a few wild targets move it little.
///
/// By least squares with the weights `1 / max(|r|, ε)` of the residuals before, until the sum falls no more; `ε` is a
/// millionth of the mean absolute residual of least squares. A row of poison with an extreme `x` still moves it.
///
/// - Source: Schlossmacher, "An Iterative Technique for Absolute Deviations Curve Fitting", JASA 68 (1973).
struct LeastAbsoluteDeviations: RegressorRecipe {
  static let card = MethodCard(
    id: "lad", family: .learner, title: "Least absolute deviations",
    summary: "A linear model of the median.",
    citation: "Schlossmacher, An Iterative Technique for Absolute Deviations Curve Fitting, JASA 68 (1973)",
    needs: "Finite numbers.")

  static let settings: [Setting<Self>] = [
    .init("iterations", \.iterations, "most fits by weighted least squares", in: 1...10_000),
    .init("intercept", \.intercept, "whether the model has an intercept"),
  ]

  /// Most fits by weighted least squares.
  var iterations = 100
  /// Whether the model has an intercept.
  var intercept = true

  func train(
    _ data: RegressionData, columns: EncodedColumns, workers: Int, using random: inout RandomStream
  ) throws -> TrainedModel {
    let learner = LinearLearner.leastSquares.with(intercept: intercept)
    var model = try learner.fit(data, workers: workers)
    var deviations = deviations(model, data)
    var mean = weightedMean(deviations, data)
    let least = 1e-6 * mean
    var fits = 0
    while fits < iterations, least > 0 {
      var weighted = data
      weighted.weights = deviations.indices.map { (data.weights?[$0] ?? 1) / max(deviations[$0], least) }
      let next = try learner.fit(weighted, workers: workers)
      let found = self.deviations(next, data)
      let better = weightedMean(found, data)
      guard better < mean else { break }
      (model, deviations, mean, fits) = (next, found, better, fits + 1)
    }
    return TrainedModel(
      .linear(model),
      notes: ["the mean absolute deviation of the training rows is \(mean), after \(fits) fits"])
  }

  /// The magnitude of every residual.
  private func deviations(_ model: LinearModel, _ data: RegressionData) -> [Double] {
    zip(model.predict(data.features), data.target).map { abs($1 - $0) }
  }

  /// The mean over the rows, by their weights.
  private func weightedMean(_ values: [Double], _ data: RegressionData) -> Double {
    guard let weights = data.weights else { return values.reduce(0, +) / Double(max(values.count, 1)) }
    return dot(values, weights) / max(weights.reduce(0, +), .leastNormalMagnitude)
  }
}
