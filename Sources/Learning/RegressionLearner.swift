public import LinearAlgebra

/// A fitted model that predicts one number per row. It holds parameters, never training data.
public protocol Regressor: Sendable {
  /// Number of features that a row must have.
  var featureCount: Int { get }
  /// One prediction per row of `features`.
  func predict(_ features: Matrix) -> [Double]
}

extension Regressor {
  /// The mean of the squared prediction errors on `data`, every row counted once.
  public func meanSquaredError(on data: RegressionData) -> Double {
    guard data.count > 0 else { return 0 }
    var sum = 0.0
    for (prediction, truth) in zip(predict(data.features), data.target) {
      sum += (prediction - truth) * (prediction - truth)
    }
    return sum / Double(data.count)
  }
}

/// Hyper-parameters of a regression method; `fit` turns them and data into a model.
public protocol RegressionLearner<Fitted>: Sendable {
  /// The kind of model that is fitted.
  associatedtype Fitted: Regressor
  /// Learns from `data`. Deterministic learners do not draw from `random`.
  ///
  /// - Throws: an error that says what in the data makes a fit impossible.
  func fit(_ data: RegressionData, using random: inout RandomStream) throws -> Fitted
}
