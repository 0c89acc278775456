public import LinearAlgebra

/// Linear regression of one feature without an intercept by noise on its two moments, once right and once with a fault
/// that a released library had: the sensitivity follows from the lower bounds alone, so that it is 0, and there is no
/// noise, where a lower bound is 0.
///
/// ```
/// w = (Σ xy + Lap(2 Δ₁/ε)) / (Σ x² + Lap(2 Δ₂/ε)),   Δ₁ = max|x| max|y|,  Δ₂ = max x²
/// ```
///
/// It exists to show that an audit finds such a fault.
///
/// - Source: diffprivlib, issue 105 ("LinearRegression sensitivity"), re-created.
public struct OneFeatureRegression: Sendable, Hashable, Codable {
  /// Privacy budget for a row that is there or not.
  public var epsilon: Double
  /// Public range of the feature.
  public var feature: ClosedRange<Double>
  /// Public range of the target.
  public var target: ClosedRange<Double>
  /// Whether the sensitivity is computed wrongly.
  public var isFaulty: Bool

  /// A mechanism with the given settings.
  public init(
    epsilon: Double, feature: ClosedRange<Double> = 0...1, target: ClosedRange<Double> = 0...1,
    isFaulty: Bool = false
  ) {
    self.epsilon = epsilon
    self.feature = feature
    self.target = target
    self.isFaulty = isFaulty
  }

  /// The weight; 0 if the moments give none.
  public func weight(_ rows: [(x: Double, y: Double)], using random: inout RandomStream) -> Double {
    func largest(_ range: ClosedRange<Double>) -> Double {
      isFaulty ? abs(range.lowerBound) : max(abs(range.lowerBound), abs(range.upperBound))
    }
    let (x, y) = (largest(feature), largest(target))
    var (products, squares) = (0.0, 0.0)
    for row in rows {
      products += row.x * row.y
      squares += row.x * row.x
    }
    products += random.laplace(scale: 2 * x * y / epsilon)
    squares += random.laplace(scale: 2 * x * x / epsilon)
    return squares == 0 ? 0 : products / squares
  }

  /// The neighbours of the library's audit: 20 rows of zeros, with or without one row (1, 1).
  public static func auditRows(_ isWith: Bool) -> [(x: Double, y: Double)] {
    [(x: Double, y: Double)](repeating: (0, 0), count: 20) + (isWith ? [(1, 1)] : [])
  }
}
