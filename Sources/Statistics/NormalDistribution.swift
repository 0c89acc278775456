import RealModule

/// The probability that a standard normal variable is at most `value`, with full relative precision in both tails.
public func normalCDF(_ value: Double) -> Double { Double.erfc(-value / 2.0.squareRoot()) / 2 }

/// The density of the standard normal distribution.
public func normalDensity(_ value: Double) -> Double {
  Double.exp(-value * value / 2) / (2 * Double.pi).squareRoot()
}

/// The logarithm of ``normalCDF(_:)``, finite for every finite value.
///
/// Below −35 the asymptotic series of the tail is used, whose first omitted term is under 1e-13 there.
public func logNormalCDF(_ value: Double) -> Double {
  if value > -35 { return Double.log(normalCDF(value)) }
  let square = value * value
  let series = 1 - 1 / square * (1 - 3 / square * (1 - 5 / square * (1 - 7 / square)))
  return -square / 2 - Double.log(-value * (2 * Double.pi).squareRoot()) + Double.log(series)
}

/// `log(exp(left) + exp(right))` without overflow.
public func logSum(_ left: Double, _ right: Double) -> Double {
  let (low, high) = (min(left, right), max(left, right))
  return low == -.infinity ? high : high + Double.log(onePlus: Double.exp(low - high))
}

/// `log(exp(left) − exp(right))` for `left >= right`; −∞ where they are equal.
public func logDifference(_ left: Double, _ right: Double) -> Double {
  right == -.infinity ? left : left + Double.log(-Double.expMinusOne(right - left))
}
