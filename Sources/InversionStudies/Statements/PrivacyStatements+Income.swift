import Experiments
import Inversion
import Learning

extension PrivacyStatements {
  /// Budgets of the curves of income models.
  private static let incomeBudgets = [0.1, 0.5, 1, 5]
  /// Where the bounds of private people come from.
  private static let setting = "ranges and categories of a person are those of the published file"

  private typealias Cells = (PrivateIncomeStudy.Method, [Double]) -> [PrivacyExperiment]

  /// Statements on private income models.
  static func income(firstSeed: UInt64, models: Int) -> [PrivacyRow] {
    let seeds = (0..<UInt64(models)).map { firstSeed &+ $0 }
    func cells(_ method: PrivateIncomeStudy.Method, _ budgets: [Double]) -> [PrivacyExperiment] {
      budgets.flatMap { epsilon in seeds.map { .income(method, epsilon: epsilon, seed: $0) } }
    }
    return [(0.5, 0.8069, 0.0058), (1, 0.8113, 0.0059), (5, 0.8128, 0.0046)].map { epsilon, figure, spread in
      let objective = PrivateIncomeStudy.Method.objective.rawValue
      return PrivacyRow(
        row: 18, id: "objective-\(epsilon)",
        "accuracy of objective perturbation on Adult at epsilon \(epsilon)",
        reference: Reference(
          .peerRun, figure,
          "diffprivlib 0.6.6 with scikit-learn 1.6.1, run by this project on the same columns, 5 splits (Tests/Peers)"
        ),
        unit: "share",
        judging: .by(
          .around(figure, .spread(spread), noEffect: 0.7511),
          null: .measured(
            "the most frequent class", PrivacyMeasure.metric("baseline_accuracy", objective, at: epsilon))),
        setting: setting,
        note:
          "Chaudhuri, Monteleoni, Sarwate, JMLR 12 (2011), whose own figures on Adult are not at hand. Neighbours differ "
          + "by a row that is replaced.",
        work: cells(.objective, [epsilon]),
        measure: PrivacyMeasure.metric("accuracy", objective, at: epsilon))
    } + costs(cells)
  }

  /// What privacy costs, for mechanisms of three kinds.
  private static func costs(_ cells: Cells) -> [PrivacyRow] {
    let methods: [(PrivateIncomeStudy.Method, String, Double, String)] = [
      (
        .objective, "objective perturbation", 0.07,
        " The aim was 1 percentage point until the model beside it was given no penalty, which is the stronger one."
      ), (.tree, "ten random trees", 0.08, ""), (.descent, "noisy descent (delta 1e-5)", 0.03, ""),
    ]
    let plain = PrivateIncomeStudy.Method.plain.rawValue
    return methods.flatMap { method, words, most, history in
      let neighbours = method.adjacency.map { "Neighbours: \($0.rawValue)." } ?? ""
      let rise = PrivacyMeasure.rises("auc", along: "epsilon", most: 0.002, noEffect: 0.01)
      return [
        PrivacyRow(
          row: 18, id: "income-curve-\(method.rawValue)",
          "more budget, better ranking by \(words): largest fall of the mean area under the curve",
          reference: Reference(.ownAim, 0.002, "aim of this project"), unit: "of area",
          judging: rise.judging, setting: setting, note: neighbours, work: cells(method, incomeBudgets),
          measure: rise.measure),
        PrivacyRow(
          row: 18, id: "income-cost-\(method.rawValue)",
          "area under the curve that \(words) loses at epsilon 1, against logistic regression without privacy",
          reference: Reference(.ownAim, most, "aim of this project, set on its own runs"), unit: "of area",
          judging: .by(
            Expectation(-1...most, stronger: .lower, noEffect: 0.3),
            null: .measured("a ranking by chance", areaOverChance(plain))), setting: setting,
          note: neighbours + history, work: cells(method, [1]) + cells(.plain, [1]),
          measure: StatementMeasure.difference(
            "auc", .init(defence: plain, budget: nil), less: .init(defence: method.rawValue, budget: 1))),
      ]
    }
  }

  /// What a model loses against another one if it ranks by chance.
  private static func areaOverChance(_ defence: String) -> Measure {
    PrivacyMeasure.metric("auc", defence, at: nil).map { $0 - 0.5 }
  }
}
