import Learning
import LinearAlgebra
public import Methods
public import Poisoning
import Tabular

extension Conformance {
  /// What is wrong with an attack on training.
  ///
  /// It must give exactly as many rows as asked for, all of them feasible with targets in their range and without
  /// weights, also in units of the table and without clean rows, where it may refuse; the same rows for the same seed;
  /// and none for a count of 0.
  ///
  /// - Parameter settings: over the defaults, for the rows that are made here.
  /// - Throws: `SettingError` if the settings do not fit.
  public static func problems<M: PoisoningAttack>(
    of type: M.Type, settings: MethodSettings = .none
  ) throws -> [String] {
    var findings = Findings()
    findings.checkCard(type, family: .poisoning)
    let attack = try type.configured(settings)
    for (isRaw, victim) in [(false, LinearLearner.ridge(penalty: 0.1)), (true, .lasso(penalty: 0.002))] {
      let scenario = SmallRegression(isRaw: isRaw).scenario(victim)
      for count in [0, 1, 5, 12] {
        var random = RandomStream(seed: 9).child(type.card.id)
        let rows = findings.attempt("making \(count) rows") {
          try attack.poison(scenario, count: count, using: &random)
        }
        guard let rows else { continue }
        findings.check(rows, count: count, scenario)
        guard count == 5 else { continue }
        var again = RandomStream(seed: 9).child(type.card.id)
        let same = findings.attempt("making \(count) rows again") {
          try attack.poison(scenario, count: count, using: &again)
        }
        if let same { findings.expect(same == rows, "the same seed makes other rows") }
      }
    }
    checkWithoutCleanRows(attack, &findings)
    return findings.problems
  }

  /// Without clean rows an attack makes rows all the same, or refuses.
  private static func checkWithoutCleanRows(_ attack: some PoisoningAttack, _ findings: inout Findings) {
    let world = SmallRegression()
    let nothing = world.training.rows(at: [])
    let scenario = PoisoningScenario(
      training: nothing, validation: nothing, space: world.space, targetRange: world.targetRange,
      victim: .ridge(penalty: 0.1))
    var random = RandomStream(seed: 9)
    if let rows = try? attack.poison(scenario, count: 3, using: &random) {
      findings.check(rows, count: 3, scenario)
    }
  }
}

extension Findings {
  fileprivate mutating func check(_ rows: RegressionData, count: Int, _ scenario: PoisoningScenario) {
    expect(rows.count == count, "makes \(rows.count) rows where \(count) are asked for")
    expect(rows.weights == nil, "gives its rows weights, which a table of poison does not have")
    guard rows.features.columns == scenario.space.count else {
      note("makes rows of \(rows.features.columns) columns where the table has \(scenario.space.count)")
      return
    }
    let outside = (0..<rows.count).count { row in
      rows.features.withRow(row) { !scenario.feasible.contains($0) }
    }
    expect(outside == 0, "makes rows that are not feasible, such as \(outside) of \(count)")
    let range = scenario.targetRange
    let wrong = rows.target.first { !range.contains($0) }
    expect(
      wrong == nil,
      "makes a target \(wrong ?? 0) outside of its range \(range.lowerBound) to \(range.upperBound)")
  }
}
