import RealModule

/// The probability that a beta variable with parameters `a` and `b` is at most `x`: the regularised incomplete beta
/// function, by its continued fraction.
///
/// - Source: Press, Teukolsky, Vetterling, Flannery, "Numerical Recipes", 3rd edition (2007), section 6.4.
public func betaCDF(_ x: Double, a: Double, b: Double) -> Double {
  precondition(a > 0 && b > 0, "parameters \(a) and \(b)")
  if x <= 0 { return 0 }
  if x >= 1 { return 1 }
  // The fraction converges fast on one side of the mean; the other side is its mirror image.
  let front = Double.exp(
    Double.logGamma(a + b) - Double.logGamma(a) - Double.logGamma(b) + a * Double.log(x) + b
      * Double.log(onePlus: -x))
  if x > (a + 1) / (a + b + 2) { return 1 - front * betaFraction(1 - x, b, a) / b }
  return front * betaFraction(x, a, b) / a
}

/// The continued fraction of the incomplete beta function, by the modified method of Lentz.
private func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
  let tiny = 1e-300
  func nonzero(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
  var c = 1.0
  var d = 1 / nonzero(1 - (a + b) * x / (a + 1))
  var value = d
  for step in 1...100_000 {
    let m = Double(step)
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonzero(1 + even * d)
    c = nonzero(1 + even / c)
    value *= c * d
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonzero(1 + odd * d)
    c = nonzero(1 + odd / c)
    value *= c * d
    if abs(c * d - 1) < 1e-15 { break }
  }
  return value
}

/// The `x` with ``betaCDF(_:a:b:)`` equal to `probability`, by bisection to full precision.
public func betaQuantile(_ probability: Double, a: Double, b: Double) -> Double {
  precondition((0...1).contains(probability), "a probability of \(probability)")
  var (low, high) = (0.0, 1.0)
  while true {
    let middle = (low + high) / 2
    if middle <= low || middle >= high { return middle }
    if betaCDF(middle, a: a, b: b) < probability { low = middle } else { high = middle }
  }
}

/// The probability that a binomial variable of `trials` with success probability `probability` is at least `count`.
public func binomialTail(_ count: Int, trials: Int, probability: Double) -> Double {
  if count <= 0 { return 1 }
  if count > trials { return 0 }
  return betaCDF(probability, a: Double(count), b: Double(trials - count + 1))
}

/// The quantile of Student's distribution with so many degrees of freedom, for probabilities from one half to below one.
public func studentQuantile(_ probability: Double, degrees: Int) -> Double {
  precondition(degrees >= 1 && probability >= 0.5 && probability < 1, "\(probability), \(degrees) degrees")
  // ν / (ν + t²) has a beta distribution with ν/2 and 1/2.
  let share = betaQuantile(2 * (1 - probability), a: Double(degrees) / 2, b: 0.5)
  return (Double(degrees) * (1 - share) / share).squareRoot()
}
