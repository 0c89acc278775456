import Statistics
import LinearAlgebra
import RealModule

/// A mechanism by the distribution of its privacy loss `log(dP/dQ)`, where `P` is its output on one data set and `Q`
/// on a neighbour.
public protocol PrivacyLossMechanism: Sendable {
  /// The probability under `P` and under `Q` that the loss lies in `(low, high]`; ends may be infinite.
  func masses(from low: Double, to high: Double) -> (p: Double, q: Double)
  /// A range of losses outside of which at most about 1e-16 of `P` lies.
  var essentialRange: ClosedRange<Double> { get }
}

/// Which of two neighbours has a row more.
public enum Adjacency: String, Sendable, Hashable, Codable, CaseIterable {
  /// `P` is the output with the row, `Q` without.
  case remove
  /// `P` is the output without the row, `Q` with it.
  case add
}

/// A sum of sensitivity 1 over a Poisson sample with normal noise, add/remove adjacency.
///
/// With the row, the output is `(1 − q) N(0, σ²) + q N(1, σ²)`; without it, `N(0, σ²)`.
public struct SampledGaussian: PrivacyLossMechanism, Hashable {
  /// Probability that a row is in the sample.
  public let samplingRate: Double
  /// Standard deviation of the noise in units of the sensitivity.
  public let sigma: Double
  /// Which neighbour is `P`.
  public let adjacency: Adjacency

  /// A mechanism; `samplingRate` is in `0<...1` and `sigma` positive.
  public init(samplingRate: Double, sigma: Double, adjacency: Adjacency) {
    precondition(samplingRate > 0 && samplingRate <= 1 && sigma > 0, "rate \(samplingRate), sigma \(sigma)")
    self.samplingRate = samplingRate
    self.sigma = sigma
    self.adjacency = adjacency
  }

  public func masses(from low: Double, to high: Double) -> (p: Double, q: Double) {
    switch adjacency {
    case .remove:
      let mass = outputMasses(output(low), output(high))
      return (mass.with, mass.without)
    case .add:
      let mass = outputMasses(output(-high), output(-low))
      return (mass.without, mass.with)
    }
  }

  public var essentialRange: ClosedRange<Double> {
    // Φ(−8.5) is 1e-17.
    let (low, high) = (loss(-8.5 * sigma), loss((adjacency == .remove ? 1 : 0) + 8.5 * sigma))
    return adjacency == .remove ? low...high : -high ... -low
  }

  /// `log(with / without)` at an output.
  private func loss(_ output: Double) -> Double {
    let ratio = (2 * output - 1) / (2 * sigma * sigma)
    return samplingRate == 1
      ? ratio : logSum(Double.log(onePlus: -samplingRate), Double.log(samplingRate) + ratio)
  }

  /// The output with a loss; −∞ where no output has so low a one.
  private func output(_ loss: Double) -> Double {
    if loss == .infinity { return .infinity }
    let floor = samplingRate == 1 ? -Double.infinity : Double.log(onePlus: -samplingRate)
    guard loss > floor else { return -.infinity }
    return sigma * sigma * (logDifference(loss, floor) - Double.log(samplingRate)) + 0.5
  }

  private func outputMasses(_ low: Double, _ high: Double) -> (with: Double, without: Double) {
    let without = normalMass(low / sigma, high / sigma)
    let shifted = normalMass((low - 1) / sigma, (high - 1) / sigma)
    return ((1 - samplingRate) * without + samplingRate * shifted, without)
  }

  /// The probability of a standard normal variable in an interval, without cancellation in the upper tail.
  private func normalMass(_ low: Double, _ high: Double) -> Double {
    low > 0 ? normalCDF(-low) - normalCDF(-high) : normalCDF(high) - normalCDF(low)
  }
}

/// A query of sensitivity 1 with Laplace noise of a given scale.
public struct LaplaceMechanism: PrivacyLossMechanism, Hashable {
  /// Scale of the noise in units of the sensitivity.
  public let scale: Double

  /// A mechanism; `scale` is positive.
  public init(scale: Double) {
    precondition(scale > 0, "a scale of \(scale)")
    self.scale = scale
  }

  public var essentialRange: ClosedRange<Double> { -1 / scale...1 / scale }

  public func masses(from low: Double, to high: Double) -> (p: Double, q: Double) {
    let bound = 1 / scale
    var (p, q) = (0.0, 0.0)
    // All outputs below 0 have the largest loss and all above 1 the smallest.
    if low < bound, bound <= high { (p, q) = (p + 0.5, q + 0.5 * Double.exp(-bound)) }
    if low < -bound, -bound <= high { (p, q) = (p + 0.5 * Double.exp(-bound), q + 0.5) }
    let (least, greatest) = (max(low, -bound), min(high, bound))
    guard least < greatest else { return (p, q) }
    let (start, end) = ((1 - scale * greatest) / 2, (1 - scale * least) / 2)
    p += 0.5 * Double.exp(-start / scale) * -Double.expMinusOne(-(end - start) / scale)
    q += 0.5 * Double.exp(-(1 - end) / scale) * -Double.expMinusOne(-(end - start) / scale)
    return (p, q)
  }
}
