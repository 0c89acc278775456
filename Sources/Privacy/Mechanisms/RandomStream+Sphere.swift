import LinearAlgebra

extension RandomStream {
  /// A vector with density in proportion to `exp(−‖b‖ / scale)`: a uniform direction with a norm from the gamma
  /// distribution of shape `dimension`.
  ///
  /// - Source: Chaudhuri, Monteleoni, Sarwate, JMLR 12 (2011), algorithm 1.
  mutating func sphericalLaplace(dimension: Int, scale: Double) -> [Double] {
    var direction = (0..<dimension).map { _ in normal() }
    while norm2(direction) == 0 { direction = direction.map { _ in normal() } }
    let factor = gamma(shape: Double(dimension), scale: scale) / norm2(direction)
    return direction.map { $0 * factor }
  }
}

/// What is to be said where noise is a floating-point number.
let floatingPointNoise =
  "the noise is drawn in floating-point numbers, whose gaps can tell data sets apart that the proof does not "
  + "(Mironov, On significance of the least significant bits, CCS 2012)"
