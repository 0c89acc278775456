import Foundation
import Privacy
import TestSupport
import Testing

/// Reference values of `Tests/Fixtures/make/accounting.py`.
private struct AccountingFixtures: Decodable {
  struct Case: Decodable {
    let samplingRate: Double
    let sigma: Double
    let steps: Int
    let delta: Double
    let divergences: [Double]
    let interval: Double
    let upper: Double
    let lower: Double
  }

  struct Laplace: Decodable {
    let scale: Double
    let steps: Int
    let delta: Double
    let interval: Double
    let upper: Double
    let lower: Double
  }

  let orders: [Double]
  let cases: [Case]
  let laplace: [Laplace]

  static func load() throws -> AccountingFixtures {
    try FixtureFile.decode("accounting.json")
  }
}

@Suite("Accounting beside dp-accounting 0.6.0")
struct PeerAccountingTests {
  @Test("Divergences of 200 random settings")
  func divergences() throws {
    let fixtures = try AccountingFixtures.load()
    #expect(fixtures.cases.count == 200)
    for one in fixtures.cases {
      for (order, expected) in zip(fixtures.orders, one.divergences) {
        let found = RenyiAccountant.divergence(
          order: order, samplingRate: one.samplingRate, sigma: one.sigma)
        // A divergence near the rounding of doubles is 0 there and here.
        #expect(abs(found - expected) <= 1e-6 * expected + 1e-14)
      }
    }
  }

  @Test("Laplace noise, also where its largest loss lies on the grid")
  func laplace() throws {
    let cases = try AccountingFixtures.load().laplace
    #expect(cases.count == 40)
    for one in cases {
      let epsilon = try PrivacyLossDistribution(LaplaceMechanism(scale: one.scale), interval: one.interval)
        .composed(one.steps).epsilon(delta: one.delta)
      #expect(epsilon >= one.lower - 1e-9)
      #expect(epsilon <= one.upper + 1e-3 * max(one.upper, 1))
    }
  }

  /// All 200 settings with `BEZOAR_LONG_TESTS`, else the first 12 whose composition is quick.
  @Test("Loss distributions are never below the truth, and not above it by more than the grid")
  func losses() throws {
    let all = try AccountingFixtures.load().cases
    let cases = TestData.runsLong ? all : Array(all.filter { $0.steps < 300 }.prefix(12))
    for one in cases {
      let epsilon =
        try Adjacency.allCases.map { adjacency in
          let step = SampledGaussian(
            samplingRate: one.samplingRate, sigma: one.sigma, adjacency: adjacency)
          return try PrivacyLossDistribution(step, interval: one.interval).composed(one.steps)
            .epsilon(delta: one.delta)
        }.max() ?? 0
      #expect(epsilon >= one.lower - 1e-9)
      // The peer connects the dots on the same grid; the ends of the grids differ.
      #expect(epsilon <= one.upper + 1e-3 * max(one.upper, 1))
    }
  }
}
