import Learning
import LinearAlgebra
import Methods
import Testing

@testable import Poisoning

/// What every attack of the catalogue must do, whatever its method.
@Suite("Conformance of attacks")
struct AttackConformanceTests {
  static let ids = PoisoningAttacks.builtIn.ids

  private func attack(_ id: String) throws -> any PoisoningAttack { try PoisoningAttacks.builtIn.make(id) }

  @Test("makes exactly the rows it may, all of them feasible", arguments: ids, [1, 5, 12])
  func budgetAndFeasibility(id: String, count: Int) throws {
    let world = SyntheticScenario()
    var random = RandomStream(seed: 9).child(id)
    let poison = try attack(id).poison(world.scenario(.ridge(penalty: 0.1)), count: count, using: &random)
    #expect(poison.count == count)
    for row in 0..<count {
      #expect(poison.features.withRow(row) { world.scenario(.ridge(penalty: 0.1)).feasible.contains($0) })
      #expect((0...1).contains(poison.target[row]))
    }
  }

  @Test("the largest numbers that settings allow give feasible rows or an error", arguments: ids)
  func largestSettings(id: String) throws {
    let scenario = SyntheticScenario(seed: 1, rows: 40).scenario(.ridge(penalty: 0.1))
    let entry = try #require(PoisoningAttacks.builtIn.entries.first { $0.id == id })
    for parameter in entry.parameters {
      guard case .numbers(let range) = parameter.allowed else { continue }
      let largest =
        range.upper < .infinity ? (range.includesUpper ? range.upper : range.upper.nextDown) : 1e308
      let attack = try PoisoningAttacks.builtIn.make(
        id, settings: MethodSettings(["\(parameter.name)=\(largest)"]))
      var random = RandomStream(seed: 1)
      guard let poison = try? attack.poison(scenario, count: 3, using: &random) else { continue }
      for row in 0..<poison.count {
        #expect(
          poison.features.withRow(row) { scenario.feasible.contains($0) }, "\(parameter.name)=\(largest)")
      }
    }
  }

  @Test("a budget of no rows gives no rows", arguments: ids)
  func emptyBudget(id: String) throws {
    var random = RandomStream(seed: 9)
    let scenario = SyntheticScenario().scenario(.ridge(penalty: 0.1))
    #expect(try attack(id).poison(scenario, count: 0, using: &random).count == 0)
  }

  @Test("same seed, same rows; another seed, other rows", arguments: ids)
  func determinism(id: String) throws {
    let scenario = SyntheticScenario().scenario(.lasso(penalty: 0.002))
    func run(_ seed: UInt64) throws -> RegressionData {
      var random = RandomStream(seed: seed).child("attack")
      return try attack(id).poison(scenario, count: 6, using: &random)
    }
    let first = try run(1)
    #expect(try run(1) == first)
    // Flip takes the farthest rows, whatever the seed.
    if id != FarthestFlip.card.id { #expect(try run(2) != first) }
  }

  @Test("does harm beyond the clean model on rows it never saw", arguments: ids, SyntheticScenario.victims)
  func harm(id: String, victim: LinearLearner) throws {
    let world = SyntheticScenario()
    var random = RandomStream(seed: 4).child(id)
    let poison = try attack(id).poison(world.scenario(victim), count: 12, using: &random)
    let clean = try victim.fit(world.training).meanSquaredError(on: world.test)
    let poisoned = try victim.fit(world.training.appending(poison)).meanSquaredError(on: world.test)
    #expect(poisoned > clean)
  }

  @Test("clean data of no row is refused in one sentence", arguments: ids)
  func emptyData(id: String) throws {
    let world = SyntheticScenario()
    let nothing = world.training.rows(at: [])
    let scenario = PoisoningScenario(
      training: nothing, validation: nothing, space: world.space, targetRange: 0...1,
      victim: .ridge(penalty: 0.1))
    var random = RandomStream(seed: 9)
    #expect(throws: PoisoningError.self) {
      try attack(id).poison(scenario, count: 3, using: &random)
    }
  }

  @Test("the card names the parameters that can be set", arguments: ids)
  func parameters(id: String) throws {
    let entry = try #require(PoisoningAttacks.builtIn.entries.first { $0.id == id })
    let card = entry.card
    #expect(card.family == .poisoning)
    #expect(card.taxonomy?.owasp == ["ML02:2023"])
    #expect(!card.citation.isEmpty && !card.needs.isEmpty && !card.summary.isEmpty)
    #expect(id.allSatisfy { $0.isLowercase || $0 == "-" })
    let unknown = try MethodSettings(["no-such=1"])
    do {
      _ = try PoisoningAttacks.builtIn.make(id, settings: unknown)
      Issue.record("an unknown parameter was accepted")
    } catch SettingError.unknown(_, _, let known) {
      #expect(known == entry.parameters.map(\.name).sorted())
    }
  }

  @Test("settings reach the attack, and those that do not fit its card are refused")
  func settings() throws {
    let made = try PoisoningAttacks.builtIn.make(
      "optp-pointwise", settings: MethodSettings(["step=0.25", "start=inv-flip", "movesTarget=false"]))
    let attack = try #require(made as? PointwiseOptP)
    #expect(attack.step == 0.25 && attack.start == .invFlip && !attack.movesTarget)
    #expect(throws: SettingError.self) {
      try PoisoningAttacks.builtIn.make("optp-pointwise", settings: MethodSettings(["step=fast"]))
    }
    // A blank hides no number from the range on the card.
    #expect(throws: SettingError.self) {
      try PoisoningAttacks.builtIn.make("optp-pointwise", settings: MethodSettings(["step= -1"]))
    }
    #expect(throws: MethodError.self) { try PoisoningAttacks.builtIn.make("nothing") }
    let words = try MethodSettings(["loss=squared", "starts=corners,b-flip", "rows=training"])
    let optp = try #require(try PoisoningAttacks.builtIn.make("optp", settings: words) as? OptP)
    #expect(optp.loss == .squared && optp.starts == [.corners, .bFlip] && optp.rows == .training)
    let huber = try PoisoningAttacks.builtIn.make("optp", settings: MethodSettings(["loss=huber(0.25)"]))
    #expect((huber as? OptP)?.loss == .huber(scale: 0.25))
    for wrong in ["loss=huber(0)", "loss=cubed", "starts=nowhere", "loss=huber(x)"] {
      #expect(throws: SettingError.self) {
        try PoisoningAttacks.builtIn.make("optp", settings: MethodSettings([wrong]))
      }
    }
  }

  @Test(
    "the rate is a share of the final training set",
    arguments: [(0.04, 13), (0.08, 26), (0.12, 41), (0.16, 57), (0.2, 75)])
  func budget(rate: Double, count: Int) { #expect(poisonCount(cleanRows: 300, rate: rate) == count) }
}
