import Learning
import LinearAlgebra
import Testing

@testable import Poisoning

@Suite("TRIM")
struct TrimTests {
  @Test("its objective never rises", arguments: [UInt64(1), 2, 3, 4, 5])
  func monotone(seed: UInt64) throws {
    let (data, _) = try DefenceConformanceTests.poisoned(seed: seed)
    for learner in [
      LinearLearner.leastSquares, .ridge(penalty: 1e-6), .ridge(penalty: 3), .lasso(penalty: 0.01),
    ] {
      var steps = ConcentrationSteps(data, keep: 90)
      try steps.run(learner)
      for (before, after) in zip(steps.objectives, steps.objectives.dropFirst()) {
        #expect(after <= before * (1 + 1e-9))
      }
    }
  }

  @Test("restarts never end with a higher objective, and repeat with the seed", arguments: [UInt64(1), 2, 3])
  func restarts(seed: UInt64) throws {
    let (data, world) = try DefenceConformanceTests.poisoned(seed: seed)
    let task = DefenceConformanceTests.task(data, world, learner: .ridge(penalty: 0.01))
    func fit(_ restarts: Int) throws -> DefendedFit {
      var trim = PlainTrim()
      trim.restarts = restarts
      var random = RandomStream(seed: seed)
      return try trim.fit(task, using: &random)
    }
    func objective(_ fit: DefendedFit) -> Double {
      fit.model.meanSquaredError(on: data.rows(at: task.others(than: fit.rejected)))
    }
    let (one, many) = try (fit(0), fit(20))
    #expect(objective(many) <= objective(one) * (1 + 1e-9))
    #expect(try fit(20).rejected == many.rejected)
  }

  @Test("its global optimum obeys the bound of theorem 2, and restarts find it nearly always")
  func bound() throws {
    var random = RandomStream(seed: 6)
    let bound = try TrimBound(instances: 60, using: &random)
    #expect(bound.violations == 0)
    #expect(bound.reached >= 54, "\(bound)")
  }

  @Test("rejects the poison and keeps the model", arguments: SyntheticScenario.victims)
  func cures(victim: LinearLearner) throws {
    let (data, world) = try DefenceConformanceTests.poisoned()
    var random = RandomStream(seed: 1)
    let task = DefenceConformanceTests.task(data, world, learner: victim)
    let clean = try victim.fit(world.training).meanSquaredError(on: world.test)
    let poisoned = try victim.fit(data).meanSquaredError(on: world.test)
    let fit = try Trim().fit(task, using: &random)
    let defended = fit.model.meanSquaredError(on: world.test)
    #expect(poisoned > 3 * clean)
    #expect(defended <= 1.3 * clean)
    let score = DefenceScore(rejected: fit.rejected, isPoison: (0..<102).map { $0 >= 90 })
    #expect((score.recall ?? 0) >= 0.9)
  }

  @Test("iTRIM estimates the rate")
  func estimate() throws {
    let (data, world) = try DefenceConformanceTests.poisoned()
    var random = RandomStream(seed: 1)
    let fit = try IteratedTrim().fit(DefenceConformanceTests.task(data, world), using: &random)
    let rate = try #require(fit.estimatedRate)
    #expect(rate >= 0.10 && rate <= 0.2)
    let clean = try IteratedTrim().fit(DefenceConformanceTests.task(world.training, world), using: &random)
    #expect((clean.estimatedRate ?? 1) <= 0.04)
  }

  @Test("leave-one-out in closed form equals leaving out one row after the other")
  func leaveOneOut() throws {
    let data = SyntheticScenario(rows: 25).training
    let closed = try LeaveOneOut(data).error(0.7)
    var sum = 0.0
    for row in 0..<data.count {
      let rest = data.rows(at: (0..<data.count).filter { $0 != row })
      let one = data.rows(at: [row])
      sum += try LinearLearner.ridge(penalty: 0.7).fit(rest).meanSquaredError(on: one)
    }
    #expect(abs(closed - sum / 25) < 1e-10 * closed)
  }

  @Test("the deviation of a trimmed Gaussian is put right")
  func deviationFactor() {
    // scipy.stats.truncnorm(-1, 1).std() = 0.5396...; the central share of ±1 is 0.682689...
    #expect(abs(trimmedDeviationFactor(share: 0.682_689_492_137_086) - 1 / 0.539_560_0) < 1e-5)
    #expect(trimmedDeviationFactor(share: 1) == 1)
  }

  @Test("precision and recall are those counted by hand, and none where nothing is rejected")
  func score() {
    let score = DefenceScore(rejected: [0, 3], isPoison: [true, true, false, false])
    #expect(score.precision == 0.5 && score.recall == 0.5 && score.poisonKept == 0.5)
    let none = DefenceScore(rejected: [], isPoison: [false])
    #expect(none.precision == nil && none.recall == nil)
  }
}
