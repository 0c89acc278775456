import LinearAlgebra
import RealModule

/// The distribution of the privacy loss of a mechanism on a grid, never more private than the mechanism.
///
/// The probability of every interval of the grid goes to its two ends so that the probabilities under both `P` and `Q`
/// are kept ("connecting the dots" of the hockey-stick curve), which is exact at the points of the grid and too
/// large between them. What lies above the grid goes to its upper end and to an infinite loss, what lies below goes up
/// to its lower end.
///
/// - Source: Doroshenko, Ghazi, Kamath, Kumar, Manurangsi, "Connect the dots: tighter discrete approximations of
///   privacy loss distributions", PoPETs 2022; composition by Fourier transform: Koskela, Jälkö, Honkela,
///   "Computing tight differential privacy guarantees using FFT", AISTATS 2020.
public struct PrivacyLossDistribution: Sendable, Hashable {
  /// Distance of the points of the grid.
  public let interval: Double
  /// Probability under `P` of an infinite loss.
  public let infinity: Double
  /// The first point of the grid in units of ``interval``.
  let offset: Int
  /// Probabilities under `P` of the points of the grid.
  let masses: [Double]

  /// Most points of a grid.
  static let largestSize = 1 << 24
  /// Probability that a composition may push off its grid.
  private static let tailMass = 1e-15

  init(interval: Double, infinity: Double, offset: Int, masses: [Double]) {
    self.interval = interval
    self.infinity = infinity
    self.offset = offset
    self.masses = masses
  }

  /// The distribution of one run of a mechanism.
  ///
  /// - Throws: ``PrivacyError/gridTooLarge(interval:points:)``.
  public init(_ mechanism: some PrivacyLossMechanism, interval: Double = 1e-4) throws(PrivacyError) {
    precondition(interval > 0, "an interval of \(interval)")
    let range = mechanism.essentialRange
    let (first, last) = (
      (range.lowerBound / interval).rounded(.down), (range.upperBound / interval).rounded(.up)
    )
    guard last - first < Double(Self.largestSize) else {
      throw .gridTooLarge(interval: interval, points: last - first)
    }
    offset = Int(first)
    self.interval = interval
    var masses = [Double](repeating: 0, count: Int(last - first) + 1)
    masses[0] = mechanism.masses(from: -.infinity, to: first * interval).p
    var low = first * interval
    for index in 1..<max(masses.count, 1) {
      // An interval ends exactly where the next one begins, so that a loss with a probability of its own is in one of them.
      let high = (first + Double(index)) * interval
      let (p, q) = mechanism.masses(from: low, to: high)
      // Beyond the range of doubles all of it goes up.
      let upper = low < 700 ? min(max((p - q * Double.exp(low)) / -Double.expMinusOne(low - high), 0), p) : p
      masses[index] += upper
      masses[index - 1] += p - upper
      low = high
    }
    let (p, q) = mechanism.masses(from: last * interval, to: .infinity)
    let finite = last * interval < 700 ? min(q * Double.exp(last * interval), p) : 0
    masses[masses.count - 1] += finite
    infinity = p - finite
    self.masses = masses
  }

  /// The distribution of `count` independent runs.
  ///
  /// - Throws: ``PrivacyError/gridTooLarge(interval:points:)``.
  public func composed(_ count: Int) throws(PrivacyError) -> PrivacyLossDistribution {
    precondition(count >= 1, "\(count) runs")
    if count == 1 { return self }
    let bounds = bounds(of: count)
    let points = bounds.upperBound - bounds.lowerBound + 1
    guard points < Self.largestSize else {
      throw .gridTooLarge(interval: interval, points: Double(points))
    }
    var size = 1
    while size < max(points, masses.count) { size *= 2 }
    let circle = circularConvolutionPower(masses, power: count, size: size)
    // Place `i` of the circle holds the losses `count * offset + i + k * size` of all k.
    let start = bounds.lowerBound - count * offset
    let result = (0..<points).map { index in
      let place = (start + index) % size
      return max(circle[place < 0 ? place + size : place], 0)
    }
    // What may lie off the grid, and rounding of the transform, count as an infinite loss.
    let rounding = Double(count) * 0x1p-53
    let lost =
      -Double.expMinusOne(Double(count) * Double.log(onePlus: -infinity)) + 2 * Self.tailMass + rounding
    return PrivacyLossDistribution(
      interval: interval, infinity: min(lost, 1), offset: bounds.lowerBound, masses: result)
  }

  /// The distribution of this mechanism and another one of the same grid, run independently.
  public func composed(with other: PrivacyLossDistribution) -> PrivacyLossDistribution {
    precondition(interval == other.interval, "grids of different distance")
    let points = masses.count + other.masses.count - 1
    var size = 1
    while size < points { size *= 2 }
    let product = circularConvolution(masses, other.masses, size: size)
    return PrivacyLossDistribution(
      interval: interval, infinity: min(1 - (1 - infinity) * (1 - other.infinity) + 0x1p-50, 1),
      offset: offset + other.offset, masses: product[0..<points].map { max($0, 0) })
  }

  /// Points between which a sum of `count` losses lies but for ``tailMass`` on each side, by Chernoff's bound.
  private func bounds(of count: Int) -> ClosedRange<Int> {
    let least = count * offset
    let greatest = count * (offset + masses.count - 1)
    var (low, high) = (Double(least), Double(greatest))
    let limit = -Double.log(Self.tailMass)
    for exponent in stride(from: -12.0, through: 6, by: 0.5) {
      let order = Double.exp2(exponent)
      for sign in [1.0, -1] {
        let moment = logMoment(sign * order)
        // A moment beyond the range of doubles bounds nothing.
        guard moment.isFinite else { continue }
        let bound = (Double(count) * moment + limit) / order / interval
        if sign > 0 { high = min(high, bound) } else { low = max(low, -bound) }
      }
    }
    return Int(low.rounded(.down))...max(Int(high.rounded(.up)), Int(low.rounded(.down)))
  }

  /// `log Σ p exp(order · loss)`.
  private func logMoment(_ order: Double) -> Double {
    let ends = [order * Double(offset) * interval, order * Double(offset + masses.count - 1) * interval]
    let largest = max(ends[0], ends[1])
    var sum = 0.0
    for (index, mass) in masses.enumerated() {
      sum += mass * Double.exp(order * Double(offset + index) * interval - largest)
    }
    return largest + Double.log(sum)
  }

  /// The smallest `δ` at `epsilon`.
  public func delta(epsilon: Double) -> Double {
    var sum = infinity
    for (index, mass) in masses.enumerated() {
      let loss = Double(offset + index) * interval
      if loss > epsilon { sum += mass * -Double.expMinusOne(epsilon - loss) }
    }
    return min(sum, 1)
  }

  /// The smallest `ε >= 0` at `delta`; infinite if an infinite loss is more likely than that.
  public func epsilon(delta: Double) -> Double {
    guard infinity <= delta else { return .infinity }
    // From the top: `mass` is P above the point, `weighted` its part under Q.
    var (mass, weighted) = (infinity, 0.0)
    for index in masses.indices.reversed() {
      let loss = Double(offset + index) * interval
      if loss < 0 { break }
      if mass - Double.exp(loss) * weighted > delta { return solved(mass, weighted, delta) }
      mass += masses[index]
      weighted += masses[index] * Double.exp(-loss)
    }
    return mass - weighted > delta ? solved(mass, weighted, delta) : 0
  }

  /// The `ε` with `mass − exp(ε) weighted = delta`.
  private func solved(_ mass: Double, _ weighted: Double, _ delta: Double) -> Double {
    max(Double.log((mass - delta) / weighted), 0)
  }
}
