import Learning
import LinearAlgebra
import Tabular
import Testing

@testable import Poisoning

@Suite("OptP and its variants")
struct OptPTests {
  @Test("what a row search promises is what a refit delivers", arguments: [UInt64(1), 2, 3])
  func exactUpdates(seed: UInt64) throws {
    let world = SyntheticScenario(seed: seed)
    let victim = LinearLearner.ridge(penalty: 0.1)
    let scenario = world.scenario(victim)
    var random = RandomStream(seed: seed).child("start")
    var poison = try PoisonStart.bFlip.draw(scenario, count: 8, using: &random)
    let objective = AttackerObjective(scenario, rows: .both, loss: .squared)
    let clean = RawMoments(scenario.training)
    var state = PoisonedVictim(scenario, clean: clean, poison: poison)
    let model = try state.fit()
    var ascent = try RowAscent(
      state.problem(model, objective: objective),
      limits: .init(feasible: scenario.feasible, movesTarget: true, targets: .fixed(0...1), region: nil))
    let before = poison
    #expect(!ascent.sweep(&poison, rows: Array(0..<8)).isEmpty)
    // The rank-one updates end where a fresh factorisation starts.
    var fresh = PoisonedVictim(scenario, clean: clean, poison: poison)
    let refit = try fresh.fit()
    let parameters = refit.weights + [refit.intercept]
    #expect(norm2(zip(ascent.parameters, parameters).map { $0 - $1 }) < 1e-8 * norm2(parameters))
    // A convex objective gains at least what its tangent promised.
    let slope = objective.gradient(model)
    let promised = dot(slope, zip(parameters, model.weights + [model.intercept]).map { $0 - $1 })
    #expect(promised > 0)
    #expect(objective.value(refit) >= objective.value(model) + promised - 1e-12)
    #expect(before != poison)
  }

  @Test("a single row reaches three quarters of the best of all vertices", arguments: [UInt64(1), 2, 3])
  func exhaustive(seed: UInt64) throws {
    let world = SyntheticScenario(seed: seed)
    let scenario = world.scenario(.ridge(penalty: 0.1))
    var attack = OptP()
    attack.starts = PoisonStart.allCases
    var random = RandomStream(seed: seed)
    let poison = try attack.poison(scenario, count: 1, using: &random)
    let objective = AttackerObjective(scenario, rows: .both, loss: attack.loss)
    func value(_ row: RegressionData) throws -> Double {
      objective.value(try scenario.victim.fit(scenario.training.appending(row)))
    }
    var best = 0.0
    for code in 0..<48 {
      var features = [Double](repeating: 0, count: 7)
      features[0] = Double(code & 1)
      features[1] = Double(code >> 1 & 1)
      features[2 + (code >> 3) % 3] = 1
      features[5 + (code >> 3) / 3] = 1
      let row = RegressionData(features: Matrix([features]), target: [Double(code >> 2 & 1)])
      best = max(best, try value(row))
    }
    #expect(try value(poison) >= 0.75 * best)
  }

  @Test(
    "is at least as strong as the published search and the baselines", arguments: SyntheticScenario.victims)
  func ordering(victim: LinearLearner) throws {
    let world = SyntheticScenario(rows: 100)
    let scenario = world.scenario(victim)
    func damage(_ attack: some PoisoningAttack) throws -> Double {
      var random = RandomStream(seed: 5)
      let poison = try attack.poison(scenario, count: 16, using: &random)
      return try victim.fit(world.training.appending(poison)).meanSquaredError(on: world.test)
    }
    let joint = try damage(OptP())
    #expect(joint >= (try damage(PointwiseOptP())))
    #expect(joint >= (try damage(BGD())))
    #expect(joint > (try damage(RandomRows())))
  }

  @Test("constrained rows pass the range check, the sphere and the slab")
  func constraints() throws {
    let world = SyntheticScenario(rows: 100)
    let scenario = world.scenario(.ridge(penalty: 0.1))
    let region = PlausibleRegion(world.training)
    var random = RandomStream(seed: 5)
    let poison = try ConstrainedOptP().poison(scenario, count: 16, using: &random)
    for row in 0..<poison.count {
      #expect(poison.features.withRow(row) { region.contains($0, target: poison.target[row]) })
    }
    let clean = Set(
      (0..<world.training.count).map { world.training.features.row($0) + [world.training.target[$0]] })
    let copies = (0..<poison.count).count { clean.contains(poison.features.row($0) + [poison.target[$0]]) }
    #expect(copies == 0)
  }

  @Test("moving a place by one feature equals computing it anew")
  func places() {
    let world = SyntheticScenario()
    let region = PlausibleRegion(world.training)
    var row = world.training.features.row(3)
    let moved = region.moved(region.place(of: row), row, (column: 1, by: 0.3))
    row[1] += 0.3
    let fresh = region.place(of: row)
    #expect(abs(moved.squaredNorm - fresh.squaredNorm) < 1e-12)
    #expect(abs(moved.low - fresh.low) < 1e-12 && abs(moved.high - fresh.high) < 1e-12)
    #expect(abs(moved.along - fresh.along) < 1e-12)
  }

  @Test("Huber and squared objectives have the gradients of their values")
  func objectiveGradient() {
    let world = SyntheticScenario()
    for loss in PoisonGradientTests.losses {
      let objective = AttackerObjective(world.validation, loss: loss)
      let model = LinearModel(weights: [0.3, -0.2, 0.1, 0, 0.4, 0.2, -0.1], intercept: 0.05)
      let gradient = objective.gradient(model)
      for index in 0...7 {
        func value(_ by: Double) -> Double {
          var moved = model
          if index < 7 { moved.weights[index] += by } else { moved.intercept += by }
          return objective.value(moved)
        }
        let numeric = (value(1e-6) - value(-1e-6)) / 2e-6
        #expect(abs(gradient[index] - numeric) < 1e-6)
      }
    }
  }
}

@Suite("One poison row alone")
struct LoneRowTests {
  @Test("the rank-one update equals a new fit while the active set stays")
  func update() throws {
    let world = SyntheticScenario()
    for victim in [LinearLearner.ridge(penalty: 0.1), .lasso(penalty: 1e-4)] {
      let scenario = world.scenario(victim)
      let objective = AttackerObjective(scenario, rows: .validation, loss: .squared)
      let lone = try LoneRow(scenario, clean: RawMoments(world.training), objective: objective)
      let before = try victim.fit(world.training).weights.map { $0 == 0 }
      var compared = 0
      for row in 0..<20 {
        let features = world.validation.features.row(row)
        let target = world.validation.target[row] + 0.05
        let one = RegressionData(features: Matrix([features]), target: [target])
        let model = try victim.fit(world.training.appending(one))
        guard model.weights.map({ $0 == 0 }) == before else { continue }
        compared += 1
        #expect(abs(lone.value(features, target) - objective.value(model)) < 1e-7 * objective.value(model))
      }
      #expect(compared >= 5)
    }
  }
}
