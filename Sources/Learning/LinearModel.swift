public import LinearAlgebra

/// The affine function `f(x) = wᵀx + b`.
public struct LinearModel: Regressor, Hashable, Codable {
  /// The weight `w` of every feature.
  public var weights: [Double]
  /// The intercept `b`.
  public var intercept: Double

  /// A model with the given parameters.
  public init(weights: [Double], intercept: Double) {
    self.weights = weights
    self.intercept = intercept
  }

  public var featureCount: Int { weights.count }

  public func predict(_ features: Matrix) -> [Double] {
    var result = features.times(weights)
    for index in result.indices { result[index] += intercept }
    return result
  }
}
