import Statistics
import LinearAlgebra
import RealModule

/// The exact privacy of adding normal noise to a query of sensitivity 1.
///
/// ```
/// δ(ε) = Φ(−ε σ + 1 / 2σ) − exp(ε) Φ(−ε σ − 1 / 2σ)
/// ```
///
/// With `μ = 1 / σ` this is also the curve of `μ`-Gaussian differential privacy, which composes by
/// `μ = √(Σ μᵢ²)`.
///
/// - Source: Balle and Wang, "Improving the Gaussian mechanism for differential privacy", ICML 2018, theorem 8;
///   Dong, Roth, Su, "Gaussian differential privacy", JRSS B 84 (2022), corollary 1.
public enum GaussianMechanism {
  /// The smallest `δ` at `epsilon` of noise with standard deviation `sigma` in units of the sensitivity.
  public static func delta(epsilon: Double, sigma: Double) -> Double {
    precondition(sigma > 0 && epsilon >= 0, "sigma \(sigma), epsilon \(epsilon)")
    let shift = 1 / (2 * sigma)
    let first = logNormalCDF(shift - epsilon * sigma)
    let second = epsilon + logNormalCDF(-shift - epsilon * sigma)
    return second < first ? Double.exp(logDifference(first, second)) : 0
  }

  /// The smallest `ε` at `delta`, from above.
  public static func epsilon(delta: Double, sigma: Double) -> Double {
    precondition(sigma > 0 && delta > 0 && delta < 1, "sigma \(sigma), delta \(delta)")
    if self.delta(epsilon: 0, sigma: sigma) <= delta { return 0 }
    var high = 1.0
    while self.delta(epsilon: high, sigma: sigma) > delta { high *= 2 }
    return bisect(0, high) { self.delta(epsilon: $0, sigma: sigma) > delta }
  }

  /// The smallest `σ` that gives `(epsilon, delta)`, from above.
  public static func sigma(epsilon: Double, delta: Double) -> Double {
    precondition(epsilon > 0 && delta > 0 && delta < 1, "epsilon \(epsilon), delta \(delta)")
    var high = 1.0
    while self.delta(epsilon: epsilon, sigma: high) > delta { high *= 2 }
    return bisect(0, high) { $0 == 0 || self.delta(epsilon: epsilon, sigma: $0) > delta }
  }
}

/// The smallest number in `low...high` that does not meet a condition which smaller ones meet, to full precision.
func bisect(_ low: Double, _ high: Double, while condition: (Double) -> Bool) -> Double {
  var (low, high) = (low, high)
  while true {
    let middle = low + (high - low) / 2
    if middle <= low || middle >= high { return high }
    if condition(middle) { low = middle } else { high = middle }
  }
}
