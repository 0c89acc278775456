import LinearAlgebra

/// Sums over rows on a grid of powers of two, with exact noise on the grid.
///
/// What a row adds is moved to the grid before it is summed, and sums of whole numbers are exact. So one row changes
/// every sum by at most half a step more than by its own numbers, a replaced one by at most one step more, whatever
/// the order of summation and the number of rows.
struct GridNoise {
  /// How many points of the grid the noise scale has at least.
  static let resolution = 0x1p20

  /// Number of rows.
  let rows: Int
  /// Number of sums.
  let width: Int
  /// Writes what one row adds to every sum.
  let contribution: (_ row: Int, _ values: inout [Double]) -> Void

  /// Sums over rows.
  init(rows: Int, width: Int, contribution: @escaping (_ row: Int, _ values: inout [Double]) -> Void) {
    self.rows = rows
    self.width = width
    self.contribution = contribution
  }

  /// A number that is no sum, with the error of its computation counted in its sensitivity by the caller.
  init(value: Double) {
    self.init(rows: 1, width: 1) { _, values in values[0] = value }
  }

  /// The grid for a noise scale.
  private static func grid(scale: Double) -> Double {
    Double(sign: .plus, exponent: (scale / resolution).exponent, significand: 1)
  }

  /// The sums in steps of a grid.
  private func sums(_ grid: Double) -> [Int] {
    var (result, values) = ([Int](repeating: 0, count: width), [Double](repeating: 0, count: width))
    for row in 0..<rows {
      contribution(row, &values)
      for place in 0..<width { result[place] += Int((values[place] / grid).rounded()) }
    }
    return result
  }

  /// The sums with discrete Laplace noise, `epsilon`-private for sums whose total change is at most `sensitivity`.
  func laplace(
    sensitivity: Double, epsilon: Double, using random: inout RandomStream
  ) -> (values: [Double], scale: Double) {
    // Finer than the grid of normal noise, as nothing limits it.
    let grid = Self.grid(scale: sensitivity / epsilon / 16)
    let total = (sensitivity / grid).rounded(.up) + Double(width)
    let scale = Int((total / epsilon).rounded(.up))
    let noisy = sums(grid).map { sum in
      Double(sum + DiscreteNoise.laplace(scale: scale, using: &random)) * grid
    }
    return (noisy, Double(scale) * grid)
  }

  /// The sums with discrete normal noise of at least the deviation `ratio` times the largest Euclidean change.
  ///
  /// - Throws: ``PrivacyError/notApplicable(mechanism:reason:)`` for so many sums that rounding swamps the grid.
  func gaussian(
    sensitivity: Double, ratio: Double, using random: inout RandomStream
  ) throws(PrivacyError) -> (values: [Double], scale: Double) {
    let grid = Self.grid(scale: sensitivity * ratio)
    let total = sensitivity / grid + Double(width).squareRoot()
    guard total * ratio < Double(DiscreteNoise.largestSigma) else {
      throw .notApplicable(
        mechanism: "discrete normal noise", reason: "\(width) sums are too many for so much noise")
    }
    let sigma = Int((total * ratio).rounded(.up))
    let noisy = sums(grid).map { sum in
      Double(sum + DiscreteNoise.gaussian(sigma: sigma, using: &random)) * grid
    }
    return (noisy, Double(sigma) * grid)
  }

  /// By how much `ε` is larger than that of normal noise, at most, when `values` numbers get discrete normal noise.
  ///
  /// Normal noise moved to the grid is a function of normal noise and as private. In a cell at `x` its probability is
  /// that of the discrete distribution up to a factor of about `1 ± (x²/σ² + 1) / 24σ²`, with `σ` in steps of the grid,
  /// so below 1 + 2⁻³² up to 64 deviations at the resolution used here; more are less likely than 10⁻⁸⁰⁰. Half of the slack
  /// is the logarithm of the factor for all numbers, by which `δ` is larger too.
  static func epsilonSlack(values: Int) -> Double { 2 * Double(values) * 0x1p-32 }
}
