import Learning
import LinearAlgebra
import Testing

@testable import Privacy

@Suite("Histograms and accountants side by side")
struct OtherDefenceTests {
  /// Two categories of three and two levels, whose first level has no indicator, and a number.
  private static func patients(_ rows: Int) -> RegressionData {
    let levels = (0..<rows).map { ($0 % 3, $0 / 3 % 2) }
    let features = Matrix(levels.map { [$0 == 1 ? 1 : 0, $0 == 2 ? 1 : 0, $1 == 1 ? 1 : 0] })
    return RegressionData(features: features, target: levels.map { Double($0 + 3 * $1) })
  }

  @Test("A histogram with hardly any noise gives the means of its cells, and an empty cell the middle")
  func histogram() throws {
    var random = RandomStream(seed: 1)
    let data = Self.patients(600)
    let groups = [[0, 1], [2]]
    let fit = try PrivateHistogram(epsilon: 1000).fit(data, groups: groups, target: 0...10, using: &random)
    for (prediction, truth) in zip(fit.model.predict(data.features), data.target) {
      #expect(abs(prediction - truth) < 0.01)
    }
    #expect(fit.privacy.adjacency == .addRemove && fit.privacy.delta == 0)
    let few = data.rows(at: [0, 3])
    let empty = try PrivateHistogram(epsilon: 1000).fit(few, groups: groups, target: 0...10, using: &random)
    #expect(empty.model.predict(Matrix([[0, 1, 1]])) == [5])
    #expect(throws: PrivacyError.self) {
      try PrivateHistogram().fit(data, groups: [[7]], target: 0...1, using: &random)
    }
  }

  @Test("The noise of a histogram does not depend on the number of rows")
  func publicNoise() throws {
    func scale(_ rows: Int) throws -> Double {
      var random = RandomStream(seed: 2)
      return try PrivateHistogram().fit(
        Self.patients(rows), groups: [[0, 1], [2]], target: 0...10, using: &random
      ).privacy.noiseScale
    }
    #expect(try scale(6) == scale(600))
    func adaptive(_ rows: Int) throws -> Double {
      var random = RandomStream(seed: 2)
      return try AdaSSP().fit(
        Self.patients(rows), bounds: PublicBounds(norm: 2, target: 0...10), publicRows: 100, using: &random
      ).privacy.noiseScale
    }
    #expect(try adaptive(6) == adaptive(600))
  }

  @Test("Accountants side by side, from the loosest to the exact one")
  func accounts() throws {
    let all = try PrivacyAccount.sampledGaussian(
      samplingRate: 1, sigma: 10, steps: 100, delta: 1e-5, interval: 1e-3)
    let epsilons = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0.epsilon) })
    // Published pins of the composed table: 4.7285 by divergences, 4.377178 exactly.
    let exact = try #require(epsilons["gdp"])
    #expect(abs(exact - 4.377178) < 1e-6)
    #expect(abs(try #require(epsilons["rdp-new"]) - 4.7285) < 1e-3)
    for account in all where account.isBound { #expect(account.epsilon >= exact - 1e-12) }
    // A grid that would be too large takes only its own figure away.
    let loud = try PrivacyAccount.sampledGaussian(samplingRate: 0.5, sigma: 0.01, steps: 1, delta: 1e-6)
    #expect(loud.first { $0.id == "pld" }?.epsilon == .infinity)
    #expect(loud.first { $0.id == "rdp-new" }?.epsilon.isFinite == true)
    // Losses whose moments are beyond the range of doubles.
    let extreme = try PrivacyAccount.sampledGaussian(
      samplingRate: 1, sigma: 0.01, steps: 100, delta: 1e-6, interval: 1e-2)
    #expect(extreme.first { $0.id == "pld" }?.epsilon == .infinity)
    let laplace = try PrivacyAccount.laplace(scale: 10, count: 20, delta: 1e-6)
    #expect(abs(laplace[0].epsilon - 2) < 1e-12 && abs(laplace[1].epsilon - 1.77399) < 1e-4)
    #expect(throws: PrivacyError.self) {
      try PrivacyAccount.laplace(scale: 0, count: 20, delta: 1e-6)
    }
    #expect(throws: PrivacyError.self) {
      try PrivacyAccount.sampledGaussian(samplingRate: 2, sigma: 1, steps: 1, delta: 1e-6)
    }
  }

  @Test(
    "A small audit of every mechanism that is right stays below its epsilon",
    arguments: AuditedMechanism.allCases)
  func audited(mechanism: AuditedMechanism) throws {
    let statistic = try mechanism.statistic(epsilon: 1, delta: 1e-5)
    let result = try MechanismAudit(trials: 100).run(seed: 5, workers: 2, statistic)
    let bound = result.counts.epsilonLowerBound(delta: mechanism.hasDelta ? 1e-5 : 0)
    #expect(mechanism == .faultyRegression ? bound > 3 : bound <= 1)
  }
}
