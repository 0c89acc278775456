import Foundation
import Testing

@testable import Privacy

/// Figures recomputed with dp-accounting 0.6.0, and those of the papers named.
@Suite("Privacy accounting")
struct AccountingTests {
  @Test(
    "Normal noise for an epsilon, exactly",
    arguments: [
      (0.1, 30.749566), (0.5, 7.031827), (1, 3.730632), (2, 1.993812), (4, 1.081162), (8, 0.600229),
    ])
  func analyticGaussian(epsilon: Double, sigma: Double) {
    let found = GaussianMechanism.sigma(epsilon: epsilon, delta: 1e-5)
    #expect(abs(found - sigma) < 1e-6)
    #expect(GaussianMechanism.delta(epsilon: epsilon, sigma: found) <= 1e-5)
    #expect(abs(GaussianMechanism.epsilon(delta: 1e-5, sigma: found) - epsilon) < 1e-9)
  }

  @Test(
    "Divergences of the sampled Gaussian",
    arguments: [
      (0.01, 1.0, 2.0, 1.71813422e-4), (0.01, 1, 3, 2.64637575e-4), (0.01, 1, 8, 8.93643908e-4),
      (0.01, 1, 16, 3.08785078), (0.01, 1, 64, 27.3217319), (0.01, 2, 2, 2.84021383e-5),
      (0.01, 2, 64, 3.32174641), (0.1, 2, 4, 6.00328296e-3), (0.1, 2, 32, 1.6272023),
    ])
  func divergences(rate: Double, sigma: Double, order: Double, expected: Double) {
    let found = RenyiAccountant.divergence(order: order, samplingRate: rate, sigma: sigma)
    #expect(abs(found / expected - 1) < 1e-8)
  }

  static let composed: [(q: Double, sigma: Double, steps: Int, old: Double?, new: Double, loss: Double)] = [
    (0.01, 4, 10_000, 1.2586, 1.0355, 0.9470), (0.01, 4, 40_000, 2.5737, 2.2097, 2.0334),
    (250 / 15_000, 1.3, 900, 2.4610, 2.0847, 1.8915), (1024 / 50_000, 1.54, 1464, 3.0267, 2.6083, 2.3863),
    (256 / 60_000, 1.1, 14_040, nil, 2.5944, 2.3796), (0.01, 1, 1000, nil, 2.1014, 1.8282),
    (0.1, 2, 500, nil, 6.0346, 5.5555), (64 / 3614, 1, 2800, nil, 6.4137, 5.8731),
    (1, 10, 100, nil, 4.7285, 4.3772),
  ]

  @Test("Composed steps, old and new conversion", arguments: composed.indices)
  func renyi(index: Int) {
    let one = Self.composed[index]
    var accountant = RenyiAccountant()
    accountant.add(samplingRate: one.q, sigma: one.sigma, count: one.steps)
    // The peer bounds the series of a fractional order from above; here it is exact.
    let found = accountant.epsilon(delta: 1e-5).epsilon
    #expect(found < one.new + 6e-5 && found > one.new - 5e-4)
    if let old = one.old {
      let orders = (1...99).map { 1 + Double($0) / 10 } + (12...63).map { Double($0) }
      var accountant = RenyiAccountant(orders: orders)
      accountant.add(samplingRate: one.q, sigma: one.sigma, count: one.steps)
      #expect(abs(accountant.epsilon(delta: 1e-5, conversion: .old).epsilon - old) < 6e-5)
    }
  }

  @Test("Composed steps by the distribution of the loss", arguments: composed.indices)
  func lossDistribution(index: Int) throws {
    let one = Self.composed[index]
    let epsilon =
      try Adjacency.allCases.map { adjacency in
        let mechanism = SampledGaussian(samplingRate: one.q, sigma: one.sigma, adjacency: adjacency)
        return try PrivacyLossDistribution(mechanism, interval: 1e-4).composed(one.steps).epsilon(delta: 1e-5)
      }.max() ?? 0
    #expect(epsilon > one.loss - 6e-5 && epsilon < one.loss + 5e-3)
  }

  @Test("Without sampling the distribution of the loss is that of Gaussian privacy, from above")
  func unsampled() throws {
    let mechanism = SampledGaussian(samplingRate: 1, sigma: 10, adjacency: .remove)
    let composed = try PrivacyLossDistribution(mechanism, interval: 1e-3).composed(100)
    let exact = GaussianMechanism.epsilon(delta: 1e-5, sigma: 1)
    #expect(abs(exact - 4.377178) < 1e-6)
    let found = composed.epsilon(delta: 1e-5)
    #expect(found >= exact && found < exact + 1e-3)
    #expect(composed.delta(epsilon: 2) >= GaussianMechanism.delta(epsilon: 2, sigma: 1))
  }

  @Test("Twenty Laplace answers have the reference epsilon")
  func laplace() throws {
    let one = try PrivacyLossDistribution(LaplaceMechanism(scale: 10))
    #expect(abs(one.epsilon(delta: 0 + 1e-12) - 0.1) < 1e-9)
    let composed = try one.composed(20)
    #expect(abs(composed.epsilon(delta: 1e-6) - 1.77399) < 1e-4)
    let pair = one.composed(with: one)
    #expect(abs(pair.epsilon(delta: 1e-6) - (try one.composed(2).epsilon(delta: 1e-6))) < 1e-9)
  }

  /// A loss that has a probability of its own may lie on an end of the grid, but for rounding.
  @Test("No Laplace noise is taken for more private than it is", arguments: [1e-4, 1e-3, 0.01, 0.02])
  func atoms(interval: Double) throws {
    let delta = 1e-6
    for step in stride(from: 1, to: 4000, by: 7) {
      let scale = 1000 / Double(step)
      let one = try PrivacyLossDistribution(LaplaceMechanism(scale: scale), interval: interval)
      #expect(abs(one.masses.reduce(one.infinity, +) - 1) < 1e-12)
      // δ(ε) = 1 − exp((ε − 1/scale) / 2).
      let exact = max(1 / scale + 2 * log1p(-delta), 0)
      let found = one.epsilon(delta: delta)
      #expect(found >= exact - 1e-9 && found <= exact + interval, "scale \(scale)")
    }
  }

  @Test("Settings whose largest loss lies on the grid", arguments: [7.142857142857142, 2.375296912114014, 5])
  func onTheGrid(scale: Double) throws {
    let accounts = try PrivacyAccount.laplace(scale: scale, count: 8, delta: 1e-6)
    let (basic, losses) = (accounts[0].epsilon, accounts[1].epsilon)
    #expect(losses <= basic + 1e-3 && losses > basic / 2)
  }

  @Test("Concentrated privacy of normal noise is rho = 1 / (2 sigma²), with the known epsilon")
  func concentrated() {
    let rho = ConcentratedPrivacy.rho(sigma: 3.730632)
    #expect(abs(rho - 0.03592570) < 1e-8)
    #expect(abs(ConcentratedPrivacy.epsilon(rho: rho, delta: 1e-5) - 1.09215) < 1e-3)
  }
}
