import RealModule

/// The Shapiro-Wilk test of whether values come from some normal distribution.
///
/// `W` is near one for a normal sample and smaller the less normal it is. The approximation is meant for 3 to 5,000
/// values; beyond that `W` is still computed and the p-value is rough.
///
/// - Source: Royston, "Remark AS R94: A remark on Algorithm AS 181: the W-test for normality", Applied Statistics 44
///   (1995).
public struct ShapiroWilk: Sendable, Hashable {
  /// The statistic, in 0...1.
  public let statistic: Double
  /// The probability of a smaller statistic for a normal sample.
  public let pValue: Double

  /// The test of a sample; nil for fewer than three values and for values that are all equal.
  ///
  /// - Complexity: O(*n* log *n*).
  public init?(_ values: [Double]) {
    guard values.count >= 3 else { return nil }
    // The middle value as origin, so that a large mean costs no digits.
    let origin = values[values.count / 2]
    let sorted = values.map { $0 - origin }.sorted()
    let range = sorted[sorted.count - 1] - sorted[0]
    guard range > 0, range.isFinite else { return nil }
    let weights = Self.weights(sorted.count)
    let complement = Self.complement(sorted.map { $0 / range }, weights)
    statistic = 1 - complement
    pValue = Self.pValue(complement, count: sorted.count)
  }

  /// Coefficients of the larger half of a sample of `count` values, the largest first.
  private static func weights(_ count: Int) -> [Double] {
    guard count > 3 else { return [(1.0 / 2).squareRoot()] }
    let scores = (1...count / 2).map { normalQuantile((Double($0) - 0.375) / (Double(count) + 0.25)) }
    let sum = 2 * scores.reduce(0) { $0 + $1 * $1 }
    let (root, small) = (sum.squareRoot(), 1 / Double(count).squareRoot())
    let first = polynomial([0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056], small) - scores[0] / root
    guard count > 5 else {
      let factor = ((sum - 2 * scores[0] * scores[0]) / (1 - 2 * first * first)).squareRoot()
      return [first] + scores.dropFirst().map { -$0 / factor }
    }
    let second =
      polynomial([0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633], small) - scores[1] / root
    let left = sum - 2 * (scores[0] * scores[0] + scores[1] * scores[1])
    let factor = (left / (1 - 2 * (first * first + second * second))).squareRoot()
    return [first, second] + scores.dropFirst(2).map { -$0 / factor }
  }

  /// `1 − W`, by the squared correlation of values and coefficients without cancellation.
  private static func complement(_ values: [Double], _ weights: [Double]) -> Double {
    let count = values.count
    // The coefficients are antisymmetric, so their mean is zero.
    let mean = values.reduce(0, +) / Double(count)
    var (squares, valueSquares, products) = (0.0, 0.0, 0.0)
    for (index, value) in values.enumerated() {
      let mirror = count - 1 - index
      let weight = index == mirror ? 0 : index < mirror ? -weights[index] : weights[mirror]
      let centred = value - mean
      squares += weight * weight
      valueSquares += centred * centred
      products += weight * centred
    }
    let root = (squares * valueSquares).squareRoot()
    return (root - products) * (root + products) / (squares * valueSquares)
  }

  /// The upper tail of the normalised statistic.
  private static func pValue(_ complement: Double, count: Int) -> Double {
    let size = Double(count)
    if count == 3 {
      let value = 1.90985931710274 * (Double.asin((1 - complement).squareRoot()) - 1.04719755119660)
      return max(value, 0)
    }
    guard complement > 0 else { return 1 }
    var (level, mean, deviation) = (Double.log(complement), 0.0, 1.0)
    if count <= 11 {
      let limit = polynomial([-2.273, 0.459], size)
      if level >= limit { return 1e-99 }
      level = -Double.log(limit - level)
      mean = polynomial([0.544, -0.39978, 0.025054, -6.714e-4], size)
      deviation = Double.exp(polynomial([1.3822, -0.77857, 0.062767, -0.0020322], size))
    } else {
      mean = polynomial([-1.5861, -0.31082, -0.083751, 0.0038915], Double.log(size))
      deviation = Double.exp(polynomial([-0.4803, -0.082676, 0.0030302], Double.log(size)))
    }
    return 0.5 * Double.erfc((level - mean) / deviation * (1.0 / 2).squareRoot())
  }

  /// The value at `x` of the polynomial with these coefficients, lowest power first.
  private static func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
    coefficients.reversed().reduce(0) { $0 * x + $1 }
  }
}
