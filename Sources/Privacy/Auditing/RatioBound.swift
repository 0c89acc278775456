import Statistics
import LinearAlgebra
import RealModule

/// Approximate lower bounds on the ratio of two probabilities, whose logarithm is a lower bound on `ε`.
///
/// Narrower than the exact intervals of `ClopperPearson`, but wrong more often than stated where counts are small.
public enum RatioBound: String, Sendable, Hashable, Codable, CaseIterable {
  /// Normal in the logarithm of the ratio (Katz, Baptista, Azen, Pike, "Obtaining confidence intervals for the risk
  /// ratio in cohort studies", Biometrics 34, 1978).
  case katzLog = "katz-log"
  /// Normal in the cube root of the ratio (Bailey, "Confidence limits to the risk ratio", Biometrics 43, 1987).
  case bailey

  /// The lower bound on the ratio of the chance of a hit to that of a false alarm, one-sided.
  ///
  /// - Parameter error: chance that the ratio is lower.
  /// - Returns: 0 without a hit, and the bound with one false alarm in place of none.
  public func lower(_ counts: AuditCounts, error: Double = 0.05) -> Double {
    guard counts.hits > 0 else { return 0 }
    let (x, n) = (Double(counts.hits), Double(counts.trialsWith))
    let (y, m) = (Double(max(counts.falseAlarms, 1)), Double(counts.trialsWithout))
    let z = normalQuantile(1 - error)
    let ratio = (x / n) / (y / m)
    let (missed, right) = (1 - x / n, 1 - y / m)
    switch self {
    case .katzLog: return ratio * Double.exp(-z * (missed / x + right / y).squareRoot())
    case .bailey:
      let inner = missed / x + right / y - z * z * missed * right / (9 * x * y)
      let root = (1 - z * max(inner, 0).squareRoot() / 3) / (1 - z * z * right / (9 * y))
      return ratio * max(root, 0) * max(root, 0) * max(root, 0)
    }
  }
}
