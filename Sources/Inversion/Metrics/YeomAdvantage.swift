import LinearAlgebra
import RealModule

/// What an attacker gains on a regression whose errors are normal, with the deviations `s` on members and `k·s` on
/// others.
///
/// - Source: Yeom, Giacomelli, Fredrikson, Jha, "Privacy Risk in Machine Learning: Analyzing the Connection to
///   Overfitting", CSF 2018, and the released code.
public enum YeomAdvantage {
  /// The error, in units of `s`, below which a member is the likelier explanation: `k √(2 ln k / (k² − 1))`.
  public static func threshold(ratio: Double) -> Double {
    guard ratio > 1 else { return ratio == 1 ? 1 : .infinity }
    return ratio * (2 * Double.log(ratio) / (ratio * ratio - 1)).squareRoot()
  }

  /// `Pr[right | member] − Pr[wrong | other]` where both deviations are known.
  public static func known(ratio: Double) -> Double {
    guard ratio > 1 else { return 0 }
    let threshold = threshold(ratio: ratio) / 2.0.squareRoot()
    return Double.erf(threshold) - Double.erf(threshold / ratio)
  }

  /// The same where only that on members is known, and a member is whose error is within it.
  public static func unknown(ratio: Double) -> Double {
    Double.erf(1 / 2.0.squareRoot()) - Double.erf(1 / (ratio * 2.0.squareRoot()))
  }

  /// The limit that differential privacy sets: `e^ε − 1`, at most one.
  public static func limit(epsilon: Double) -> Double { min(Double.expMinusOne(epsilon), 1) }

  /// What thresholds on the size of the error gain on real errors: at one deviation of members, and at the threshold of
  /// the normal law with both deviations.
  public static func measured(
    members: [Double], others: [Double]
  ) -> (ratio: Double, unknown: Double, known: Double) {
    func share(_ errors: [Double], within limit: Double) -> Double {
      Double(errors.count { abs($0) < limit }) / Double(max(errors.count, 1))
    }
    let (own, other) = (rootMeanSquare(members), rootMeanSquare(others))
    let ratio = own > 0 ? other / own : .infinity
    func advantage(_ limit: Double) -> Double { share(members, within: limit) - share(others, within: limit) }
    return (ratio, advantage(own), advantage(own * (ratio.isFinite ? threshold(ratio: ratio) : 1)))
  }
}
