import RealModule

extension PrivacyAccount {
  /// The noise that accounts can speak of.
  public static let noiseRange = 0.01...1e9

  /// The smallest `ε` that one of the accounts of ``sampledGaussian(samplingRate:sigma:steps:delta:interval:)`` shows to
  /// bound the truth.
  ///
  /// - Throws: ``PrivacyError``.
  public static func sampledGaussianBound(
    samplingRate: Double, sigma: Double, steps: Int, delta: Double, interval: Double = 1e-4
  ) throws(PrivacyError) -> Double {
    try sampledGaussian(
      samplingRate: samplingRate, sigma: sigma, steps: steps, delta: delta, interval: interval
    ).bound
  }

  /// The smallest noise for which ``sampledGaussianBound(samplingRate:sigma:steps:delta:interval:)`` is at most
  /// `epsilon`: never below it, and above it by at most one in 10⁵.
  ///
  /// The search asks the very accounts that are shown of the noise, on the same grid, so that what it finds keeps the
  /// budget by their word.
  ///
  /// - Parameters:
  ///   - epsilon: the budget, above 0.
  ///   - interval: distance of the points of loss distributions. Where the loss of one step is not far above it the grid
  ///     makes the account, and with it the noise, larger than need be.
  /// - Returns: the standard deviation in units of the sensitivity; the lower end of ``noiseRange`` where that is enough.
  /// - Throws: ``PrivacyError``; ``PrivacyError/noNoise(epsilon:delta:)`` where the largest noise is not enough.
  public static func sampledGaussianNoise(
    epsilon: Double, delta: Double, samplingRate: Double, steps: Int, interval: Double = 1e-4
  ) throws(PrivacyError) -> Double {
    try checkBudget(epsilon: epsilon, delta: delta)
    let guess = Self.guess(epsilon: epsilon, delta: delta, samplingRate: samplingRate, steps: steps)
    let found = try NoiseSearch(range: noiseRange) { sigma throws(PrivacyError) in
      try sampledGaussianBound(
        samplingRate: samplingRate, sigma: sigma, steps: steps, delta: delta, interval: interval)
    }.smallest(for: epsilon, near: guess)
    guard let found else { throw .noNoise(epsilon: epsilon, delta: delta) }
    return found
  }

  /// The noise by the limit for many steps; without sampling it is exact.
  private static func guess(epsilon: Double, delta: Double, samplingRate: Double, steps: Int) -> Double {
    let whole = GaussianMechanism.sigma(epsilon: epsilon, delta: delta) * Double(steps).squareRoot()
    if samplingRate == 1 { return whole }
    let ratio = 1 / (whole * samplingRate)
    return 1 / Double.log(onePlus: ratio * ratio).squareRoot()
  }
}

extension Sequence<PrivacyAccount> {
  /// The smallest `ε` of the accounts that bound the truth; infinite if none does.
  public var bound: Double { lazy.filter(\.isBound).map(\.epsilon).min() ?? .infinity }
}

/// The search for the smallest noise that keeps a budget, where `ε` falls as the noise grows.
struct NoiseSearch {
  /// The noise that may be asked about.
  let range: ClosedRange<Double>
  /// The `ε` of a noise.
  let epsilon: (Double) throws(PrivacyError) -> Double

  /// How far the result may be above the smallest noise, as a share of it.
  static let tolerance = 1e-5

  /// The smallest noise with an `ε` of at most `budget`; nil if the whole range has none.
  func smallest(for budget: Double, near guess: Double) throws(PrivacyError) -> Double? {
    guard var (low, high) = try bracket(budget, min(max(guess, range.lowerBound), range.upperBound)) else {
      return nil
    }
    // Between the logarithms of noise and ε the curve is nearly a line; where it is not, halving takes over.
    var slowSteps = 0
    while high.noise > low.noise * (1 + Self.tolerance) {
      let width = Double.log(high.noise / low.noise)
      var share = 0.5
      if slowSteps < 3, low.epsilon.isFinite, high.epsilon > 0, low.epsilon > high.epsilon {
        // Half a tolerance from the ends, so that a point at the zero closes the interval from both sides.
        let margin = Self.tolerance / 2 / width
        share = Double.log(low.epsilon / budget) / Double.log(low.epsilon / high.epsilon)
        share = min(max(share, margin), 1 - margin)
      }
      let noise = low.noise * Double.exp(share * width)
      guard noise > low.noise, noise < high.noise else { break }
      let found = try epsilon(noise)
      if found <= budget { high = (noise, found) } else { low = (noise, found) }
      slowSteps = Double.log(high.noise / low.noise) > 0.51 * width ? slowSteps + 1 : 0
    }
    return high.noise
  }

  private typealias Point = (noise: Double, epsilon: Double)

  /// A noise that breaks the budget and a larger one that keeps it; twice the lower end of the range if that keeps it,
  /// nil if the upper end does not.
  private func bracket(_ budget: Double, _ guess: Double) throws(PrivacyError) -> (Point, Point)? {
    var point: Point = (guess, try epsilon(guess))
    var factor = 1 + 1e-12
    if point.epsilon <= budget {
      while point.noise > range.lowerBound {
        let lower = max(point.noise / factor, range.lowerBound)
        let next: Point = (lower, try epsilon(lower))
        if next.epsilon > budget { return (next, point) }
        (point, factor) = (next, factor * factor * 1.01)
      }
      return (point, point)
    }
    while point.noise < range.upperBound {
      let upper = min(point.noise * factor, range.upperBound)
      let next: Point = (upper, try epsilon(upper))
      if next.epsilon <= budget { return (point, next) }
      (point, factor) = (next, factor * factor * 1.01)
    }
    return nil
  }
}
