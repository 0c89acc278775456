import Reporting
import Testing

@testable import Experiments

@Suite("Figures of the dosage case")
struct DosageFigureTests {
  @Test("Every attack and every defence of the study is drawn, the random baseline too")
  func complete() {
    let (attacks, defences) = (DosageStudy.attackIDs, DosageStudy.defenceIDs)
    let cells = [("none", 0.0)] + attacks.map { ($0, 0.08) }
    let outcomes = cells.flatMap { attack, rate in
      defences.map { defence in
        Outcome(
          dataset: "d", model: "lasso", attack: attack, defence: defence, rate: rate, seed: 1,
          metrics: ["dose_change_median": rate, "test_mse": 0.1 + rate, "share_changed_20": rate])
      }
    }
    let figures = DosageFigures(outcomes: outcomes, attacks: attacks, defences: defences, rates: [0.08])
    for figure in [figures.medianChange(model: "lasso"), figures.testError(model: "lasso")] {
      #expect(figure.series.map(\.name) == attacks)
      #expect(figure.series.allSatisfy { $0.points.count == 2 })
    }
    #expect(attacks.contains("random"))
    let defended = figures.defended(model: "lasso", attack: "optp")
    #expect(defended.series.map(\.name) == defences && defended.series.allSatisfy { $0.points.count == 2 })
    for id in ["range", "lts", "itrim"] { #expect(defences.contains(id)) }
  }
}
