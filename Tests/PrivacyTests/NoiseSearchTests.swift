import Foundation
import TestSupport
import Testing

@testable import Privacy

/// Reference values of `Tests/Fixtures/make/noise.py`.
private struct NoiseFixtures: Decodable {
  struct Case: Decodable {
    let epsilon: Double
    let delta: Double
    let samplingRate: Double
    let steps: Int
    let sigma: Double
  }

  let interval: Double
  let cases: [Case]

  static func load() throws -> NoiseFixtures {
    try FixtureFile.decode("noise.json")
  }
}

@Suite("The noise for a budget")
struct NoiseSearchTests {
  /// With `BEZOAR_LONG_TESTS` all settings, else those of few steps.
  @Test(
    "Beside dp-accounting 0.6.0: never below its noise, above it by less than 1e-4, and the account keeps the budget"
  )
  func peer() throws {
    let fixtures = try NoiseFixtures.load()
    #expect(fixtures.cases.count == 68)
    for one in fixtures.cases where TestData.runsLong || one.steps <= 100 || one.samplingRate == 1 {
      let sigma = try PrivacyAccount.sampledGaussianNoise(
        epsilon: one.epsilon, delta: one.delta, samplingRate: one.samplingRate, steps: one.steps,
        interval: fixtures.interval)
      // The peer's root is known to 1e-9 of itself, its tails to about 1e-7.
      #expect(sigma >= one.sigma * (1 - 1e-6), "\(one)")
      #expect(sigma <= one.sigma * (1 + 1e-4), "\(one): \(sigma)")
      let accounts = try PrivacyAccount.sampledGaussian(
        samplingRate: one.samplingRate, sigma: sigma, steps: one.steps, delta: one.delta,
        interval: fixtures.interval)
      #expect(accounts.bound <= one.epsilon, "\(one)")
    }
  }

  @Test("A small budget over many steps: dp-accounting's 757.3667 on the same grid, and less on a finer one")
  func smallBudget() throws {
    func noise(_ interval: Double) throws -> Double {
      try PrivacyAccount.sampledGaussianNoise(
        epsilon: 0.002, delta: 1e-5, samplingRate: 0.01, steps: 1000, interval: interval)
    }
    let coarse = try noise(1e-4)
    #expect(coarse >= 757.3667 && coarse <= 757.3667 * (1 + 1e-4))
    #expect(try noise(1e-5) < 400)
  }

  @Test("The noise of a training keeps the epsilon that the training states")
  func training() throws {
    for (epsilon, rate, steps) in [(0.5, 0.02, 50), (3.0, 0.1, 20)] {
      let sigma = try PrivateGradientDescent.noiseMultiplier(
        epsilon: epsilon, delta: 1e-5, samplingRate: rate, steps: steps)
      let stated = try PrivateGradientDescent(samplingRate: rate, steps: steps, noiseMultiplier: sigma)
        .epsilon(delta: 1e-5)
      #expect(stated <= epsilon && stated > epsilon * (1 - 1e-3))
    }
  }

  @Test(
    "Any falling curve: the result keeps the budget, and a little less noise does not",
    arguments: [0.001, 0.3, 1, 17, 4000])
  func curves(budget: Double) throws {
    let curves: [@Sendable (Double) -> Double] = [
      { 1 / $0 }, { 3 / ($0 * $0) }, { max(0, 5 - $0) }, { $0 < 2 ? .infinity : 1 / $0 },
      { (10 / $0).rounded(.up) / 7 }, { exp(10 / $0) - 1 },
    ]
    for (index, curve) in curves.enumerated() {
      for guess in [0.01, 1, 300, 1e9] {
        var asked = 0
        let search = NoiseSearch(range: PrivacyAccount.noiseRange) { noise throws(PrivacyError) in
          asked += 1
          return curve(noise)
        }
        guard let found = try search.smallest(for: budget, near: guess) else {
          #expect(curve(1e9) > budget)
          continue
        }
        #expect(curve(found) <= budget, "curve \(index)")
        let less = found / (1 + 1.01e-5)
        #expect(less < 0.01 || curve(less) > budget, "curve \(index) from \(guess): \(found)")
        #expect(asked < 120)
      }
    }
  }

  @Test("What cannot be kept is said")
  func impossible() throws {
    #expect(throws: PrivacyError.noNoise(epsilon: 1e-4, delta: 1e-50)) {
      _ = try PrivacyAccount.sampledGaussianNoise(
        epsilon: 1e-4, delta: 1e-50, samplingRate: 1, steps: 100_000_000)
    }
    #expect(throws: PrivacyError.self) {
      _ = try PrivacyAccount.sampledGaussianNoise(epsilon: -1, delta: 1e-5, samplingRate: 0.1, steps: 10)
    }
  }

  @Test("An account without a figure says why")
  func reasons() throws {
    let settings: [(Double, Double, Int, Double, Double)] = [
      (0.5, 0.01, 1, 1e-6, 1e-4), (1, 0.01, 100_000_000, 1e-6, 1e-4), (0.1, 1, 1000, 1e-16, 1e-2),
    ]
    for (rate, sigma, steps, delta, interval) in settings {
      let accounts = try PrivacyAccount.sampledGaussian(
        samplingRate: rate, sigma: sigma, steps: steps, delta: delta, interval: interval)
      #expect(accounts.contains { !$0.epsilon.isFinite })
      for one in accounts {
        #expect(!one.epsilon.isNaN)
        #expect(one.epsilon.isFinite || one.note?.hasPrefix("none: ") == true, "\(one)")
      }
    }
  }
}
