internal import RealModule
internal import Statistics

// The logarithm and the power come from the C library, so values that need them (all but the normal within
// 0.075 ... 0.925, the others always) may differ in the last bit between platforms.
extension RandomStream {
  /// A standard normal number: `normalQuantile(_:)` of one ``openUniform()``.
  public mutating func normal() -> Double { normalQuantile(openUniform()) }

  /// A normal number: `mean + standardDeviation · z` with `z` from ``normal()``.
  public mutating func normal(mean: Double, standardDeviation: Double) -> Double {
    mean + standardDeviation * normal()
  }

  /// An exponential number of mean `1 / rate`: `−ln(u) / rate` with one ``openUniform()``.
  public mutating func exponential(rate: Double = 1) -> Double {
    precondition(rate > 0, "a rate of \(rate)")
    return -Double.log(openUniform()) / rate
  }

  /// A Laplace number with density `exp(−|x − location| / scale) / (2 · scale)`, by inversion of one
  /// ``openUniform()`` `u`: `scale · ln(2u)` below the median, `−scale · ln(2(1 − u))` above.
  public mutating func laplace(location: Double = 0, scale: Double = 1) -> Double {
    precondition(scale >= 0, "a scale of \(scale)")
    let u = openUniform()
    return location + scale * (u < 0.5 ? Double.log(2 * u) : -Double.log(2 * (1 - u)))
  }

  /// A gamma number with density proportional to `x^(shape − 1) · exp(−x / scale)`.
  ///
  /// With `d = shape − 1/3`, `c = 1 / √(9d)`: draw `x` from ``normal()`` until `v = (1 + cx)³` is positive,
  /// then `u` from ``openUniform()``; accept `d·v` if `u < 1 − 0.0331 x⁴` or
  /// `ln u < x²/2 + d(1 − v + ln v)`, else begin again. A shape below 1 takes the number for `shape + 1`
  /// times `u^(1 / shape)` with a further ``openUniform()``.
  ///
  /// - Source: Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000).
  public mutating func gamma(shape: Double, scale: Double = 1) -> Double {
    precondition(shape > 0 && scale >= 0, "gamma of shape \(shape) and scale \(scale)")
    if shape < 1 {
      let larger = gamma(shape: shape + 1, scale: scale)
      return larger * Double.pow(openUniform(), 1 / shape)
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root
      let u = openUniform()
      let square = x * x
      if u < 1 - 0.0331 * square * square { return scale * d * v }
      if Double.log(u) < 0.5 * square + d * (1 - v + Double.log(v)) { return scale * d * v }
    }
  }

  /// A number from Student's t distribution: `z / √(2g / ν)` with `z` from ``normal()``, then `g` from
  /// ``gamma(shape:scale:)`` of shape `ν / 2`.
  public mutating func studentT(degreesOfFreedom: Double) -> Double {
    precondition(degreesOfFreedom > 0, "\(degreesOfFreedom) degrees of freedom")
    let z = normal()
    return z / (2 * gamma(shape: degreesOfFreedom / 2) / degreesOfFreedom).squareRoot()
  }
}
