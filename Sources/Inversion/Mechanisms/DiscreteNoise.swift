#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
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

/// Numbers moved to a grid of powers of two with exact noise on the grid.
///
/// Sums of rounded products are not what the proof adds noise to, and moving them to the grid changes them by up to
/// half its distance, so the sensitivity is raised by what both can do at worst.
struct GridNoise {
  /// How many points of the grid the noise scale has at least.
  static let resolution = 0x1p20

  /// Numbers of which one row can change each by at most `largest`, as sums over `count` rows.
  let values: [Double]
  let count: Int
  let largest: Double

  /// Most steps of the grid by which rounding can push two neighbouring sums apart.
  private func steps(grid: Double) -> Double {
    let rows = Double(count) + 8
    return 2 + (2 * rows * rows * largest * 0x1p-52 / grid).rounded(.up)
  }

  /// The grid for a noise scale.
  private static func grid(scale: Double) -> Double {
    Double(sign: .plus, exponent: (scale / resolution).exponent, significand: 1)
  }

  /// The values with discrete Laplace noise, `epsilon`-private for sums whose total change is at most `sensitivity`.
  func laplace(
    sensitivity: Double, epsilon: Double, using random: inout RandomStream
  ) -> (values: [Double], scale: Double) {
    // Finer than the grid of normal noise, as nothing limits it.
    let grid = Self.grid(scale: sensitivity / epsilon / 16)
    let total = (sensitivity / grid).rounded(.up) + steps(grid: grid) * Double(values.count)
    let scale = Int((total / epsilon).rounded(.up))
    let noisy = values.map { value in
      (value / grid).rounded() * grid + Double(DiscreteNoise.laplace(scale: scale, using: &random)) * grid
    }
    return (noisy, Double(scale) * grid)
  }

  /// The values with discrete normal noise of at least the deviation `ratio` times the largest Euclidean change.
  ///
  /// - Throws: ``PrivacyError/notApplicable(mechanism:reason:)`` for so many rows that rounding swamps the grid.
  func gaussian(
    sensitivity: Double, ratio: Double, using random: inout RandomStream
  ) throws(PrivacyError) -> (values: [Double], scale: Double) {
    let grid = Self.grid(scale: sensitivity * ratio)
    let total = sensitivity / grid + steps(grid: grid) * Double(values.count).squareRoot()
    guard total * ratio < Double(DiscreteNoise.largestSigma) else {
      throw .notApplicable(
        mechanism: "discrete normal noise",
        reason: "sums over \(count) rows are not exact enough for so much noise; use fewer rows")
    }
    let sigma = Int((total * ratio).rounded(.up))
    let noisy = values.map { value in
      (value / grid).rounded() * grid + Double(DiscreteNoise.gaussian(sigma: sigma, using: &random)) * grid
    }
    return (noisy, Double(sigma) * grid)
  }

  /// By how much `ε` is larger than that of normal noise, at most, when `values` numbers get discrete normal noise.
  ///
  /// Normal noise moved to the grid is a function of normal noise and as private. In a cell at `x` its probability is
  /// that of the discrete distribution up to a factor of about `1 ± (x²/σ² + 1) / 24σ²`, with `σ` in steps of the grid,
  /// so below 1 + 2⁻³² up to 64 deviations at the resolution used here; more are less likely than 10⁻⁸⁰⁰.
  static func epsilonSlack(values: Int) -> Double { 2 * Double(values) * 0x1p-32 }
}
