import LinearAlgebra
import Testing

@testable import Privacy

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Exact noise on whole numbers")
struct DiscreteNoiseTests {
  /// Pearson's statistic of draws against probabilities of −limit ... limit, in standard deviations from its mean.
  private func misfit(_ draws: [Int], limit: Int, _ weight: (Int) -> Double) -> Double {
    let places = Array(-limit...limit)
    let total = (-200...200).reduce(0) { $0 + weight($1) }
    var (statistic, inside) = (0.0, 0.0)
    for place in places {
      let expected = Double(draws.count) * weight(place) / total
      let found = Double(draws.count { $0 == place })
      statistic += (found - expected) * (found - expected) / expected
      inside += expected
    }
    let rest = Double(draws.count) - inside
    let outside = Double(draws.count { abs($0) > limit })
    if rest > 1 { statistic += (outside - rest) * (outside - rest) / rest }
    let freedom = Double(places.count)
    return (statistic - freedom) / (2 * freedom).squareRoot()
  }

  @Test("Discrete Laplace draws have their probabilities", arguments: [1, 3, 7])
  func laplace(scale: Int) {
    var random = RandomStream(seed: UInt64(scale))
    let draws = (0..<20_000).map { _ in DiscreteNoise.laplace(scale: scale, using: &random) }
    #expect(abs(misfit(draws, limit: 3 * scale) { exp(-abs(Double($0)) / Double(scale)) }) < 4)
  }

  @Test("Discrete normal draws have their probabilities", arguments: [1, 3, 8])
  func gaussian(sigma: Int) {
    var random = RandomStream(seed: UInt64(sigma))
    let draws = (0..<20_000).map { _ in DiscreteNoise.gaussian(sigma: sigma, using: &random) }
    let square = Double(2 * sigma * sigma)
    #expect(abs(misfit(draws, limit: 2 * sigma) { exp(-Double($0 * $0) / square) }) < 4)
  }

  @Test("A coin of exp(−x) above and below 1", arguments: [(1, 3), (1, 1), (5, 2)] as [(UInt128, UInt128)])
  func coins(numerator: UInt128, denominator: UInt128) {
    var random = RandomStream(seed: 2)
    let share =
      Double(
        (0..<20_000).count { _ in
          DiscreteNoise.bernoulli(exponential: numerator, denominator, using: &random)
        }) / 20_000
    #expect(abs(share - exp(-Double(numerator) / Double(denominator))) < 0.015)
  }

  @Test("Wide numbers are drawn evenly below a bound beyond 64 bits")
  func wide() {
    var random = RandomStream(seed: 3)
    let bound = UInt128(3) << 70
    let draws = (0..<6000).map { _ in DiscreteNoise.uniform(below: bound, using: &random) }
    #expect(draws.allSatisfy { $0 < bound })
    let lowest = draws.count { $0 < UInt128(1) << 70 }
    #expect(abs(lowest - 2000) < 160)
  }

  @Test("Numbers with noise lie on the grid, and the noise has its scale")
  func grid() throws {
    var random = RandomStream(seed: 4)
    let noise = GridNoise(rows: 2, width: 4000) { _, values in
      for place in values.indices { values[place] = 0.05 }
    }
    let laplace = noise.laplace(sensitivity: 2, epsilon: 0.5, using: &random)
    // Rounding costs little: 4,000 numbers on a grid of 2⁻²⁴ of the scale.
    #expect(laplace.scale >= 4 && laplace.scale < 4.02)
    let mean = laplace.values.reduce(0) { $0 + abs($1 - 0.1) } / 4000
    #expect(abs(mean - 4) < 0.25)
    let normal = try noise.gaussian(sensitivity: 2, ratio: 3, using: &random)
    #expect(normal.scale >= 6 && normal.scale < 6.01)
    let square = normal.values.reduce(0) { $0 + ($1 - 0.1) * ($1 - 0.1) } / 4000
    #expect(abs(square.squareRoot() - 6) < 0.25)
    let step = 0x1p-22
    #expect((laplace.values + normal.values).allSatisfy { ($0 / step) == ($0 / step).rounded() })
  }
}
