public import LinearAlgebra

/// Whole numbers from the discrete Laplace and the discrete normal distribution, in exact arithmetic: no probability is
/// rounded, so that the lowest bits of a released number say no more than its distribution does.
///
/// How long a draw takes depends on the number, which a clock in the same process could see.
///
/// - Source: Canonne, Kamath, Steinke, "The discrete Gaussian for differential privacy", NeurIPS 2020, algorithms 1 to
///   3.
public enum DiscreteNoise {
  /// A whole number `x` with probability in proportion to `exp(−|x| / scale)`.
  public static func laplace(scale: Int, using random: inout RandomStream) -> Int {
    precondition(scale >= 1, "a scale of \(scale)")
    let bound = UInt128(scale)
    while true {
      let start = uniform(below: bound, using: &random)
      guard bernoulli(exponential: start, bound, using: &random) else { continue }
      var whole = 0
      while bernoulli(exponential: 1, 1, using: &random) { whole += 1 }
      let magnitude = Int(start) + scale * whole
      let isNegative = random.next() & 1 == 1
      if isNegative, magnitude == 0 { continue }
      return isNegative ? -magnitude : magnitude
    }
  }

  /// Largest deviation whose fourth power the arithmetic holds.
  static let largestSigma = 1 << 24

  /// A whole number `x` with probability in proportion to `exp(−x² / 2σ²)`; `sigma` is in `1...2²⁴`.
  public static func gaussian(sigma: Int, using random: inout RandomStream) -> Int {
    precondition(sigma >= 1 && sigma <= largestSigma, "a sigma of \(sigma)")
    let scale = sigma + 1
    let square = UInt128(sigma) * UInt128(sigma)
    let divisor = 2 * square * UInt128(scale) * UInt128(scale)
    while true {
      let candidate = laplace(scale: scale, using: &random)
      let product = UInt128(candidate.magnitude) * UInt128(scale)
      let distance = product > square ? product - square : square - product
      if bernoulli(exponential: distance * distance, divisor, using: &random) { return candidate }
    }
  }

  /// True with probability `exp(−numerator / denominator)`.
  static func bernoulli(
    exponential numerator: UInt128, _ denominator: UInt128, using random: inout RandomStream
  ) -> Bool {
    var rest = numerator
    while rest > denominator {
      guard smallBernoulli(1, 1, using: &random) else { return false }
      rest -= denominator
    }
    return smallBernoulli(rest, denominator, using: &random)
  }

  /// The same for an exponent of at most 1: the alternating series of the exponential as a series of coins.
  private static func smallBernoulli(
    _ numerator: UInt128, _ denominator: UInt128, using random: inout RandomStream
  ) -> Bool {
    var count: UInt128 = 1
    while uniform(below: denominator * count, using: &random) < numerator { count += 1 }
    return count % 2 == 1
  }

  /// A whole number below `bound`, all equally likely: random bits until they fit.
  static func uniform(below bound: UInt128, using random: inout RandomStream) -> UInt128 {
    precondition(bound > 0, "nothing is below 0")
    let bits = 128 - (bound - 1).leadingZeroBitCount
    guard bits > 0 else { return 0 }
    while true {
      var value = UInt128(random.next())
      if bits > 64 { value |= UInt128(random.next()) << 64 }
      value &= bits == 128 ? .max : (UInt128(1) << UInt128(bits)) - 1
      if value < bound { return value }
    }
  }
}
