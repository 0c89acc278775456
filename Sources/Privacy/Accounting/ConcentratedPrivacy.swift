import RealModule

/// Zero-concentrated differential privacy: Rényi divergence of order `α` at most `ρ α`.
///
/// - Source: Bun and Steinke, "Concentrated differential privacy", TCC 2016.
public enum ConcentratedPrivacy {
  /// The `ρ` of normal noise with standard deviation `sigma` in units of the sensitivity; it adds up.
  public static func rho(sigma: Double) -> Double { 1 / (2 * sigma * sigma) }

  /// The smallest `ε` that the conversion gives over all orders, from above.
  ///
  /// - Source: Canonne, Kamath, Steinke, "The discrete Gaussian for differential privacy", NeurIPS 2020,
  ///   proposition 7.
  public static func epsilon(rho: Double, delta: Double) -> Double {
    precondition(rho >= 0 && delta > 0 && delta < 1, "rho \(rho), delta \(delta)")
    if rho == 0 { return 0 }
    func epsilon(_ order: Double) -> Double {
      rho * order + Double.log(onePlus: -1 / order) - Double.log(delta * order) / (order - 1)
    }
    // The function of the order has one minimum; golden section in the logarithm of order − 1.
    let ratio = (5.0.squareRoot() - 1) / 2
    var (low, high) = (-20.0, 30.0)
    for _ in 0..<200 {
      let width = high - low
      let (left, right) = (high - ratio * width, low + ratio * width)
      if epsilon(1 + Double.exp(left)) < epsilon(1 + Double.exp(right)) { high = right } else { low = left }
    }
    return max(epsilon(1 + Double.exp((low + high) / 2)), 0)
  }
}
