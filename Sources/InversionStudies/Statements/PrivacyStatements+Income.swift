import Experiments
import Inversion
import Learning

extension PrivacyStatements {
  /// Budgets of the curves of income models.
  private static let incomeBudgets = [0.1, 0.5, 1, 5]

  /// Statements on private income models.
  static func income(firstSeed: UInt64, models: Int) -> [PrivacyRow] {
    let seeds = (0..<UInt64(models)).map { firstSeed &+ $0 }
    func cells(_ method: PrivateIncomeStudy.Method, _ budgets: [Double]) -> [PrivacyWork] {
      budgets.flatMap { epsilon in seeds.map { .income(method, epsilon: epsilon, seed: $0) } }
    }
    let references = [(0.5, 0.8100), (1, 0.8135), (5, 0.8152)].map { epsilon, figure in
      PrivacyRow(
        row: 18, id: "objective-\(epsilon)",
        statement: "accuracy of objective perturbation on Adult at epsilon \(epsilon)",
        source:
          "Chaudhuri, Monteleoni, Sarwate, JMLR 12 (2011); figure of diffprivlib 0.6.6 on the same columns",
        published: figure, unit: "share",
        expectation: .about(figure, tolerance: 0.01, noEffect: 0.7511),
        note:
          "The paper's own figures on Adult are not at hand. The majority class has 0.751. Neighbours differ by a "
          + "row that is replaced.",
        work: cells(.objective, [epsilon]), measure: StatementMeasure.metric("accuracy"))
    }
    return references + costs(cells)
  }

  /// What privacy costs, for mechanisms of three kinds.
  private static func costs(
    _ cells: (PrivateIncomeStudy.Method, [Double]) -> [PrivacyWork]
  ) -> [PrivacyRow] {
    let methods: [(PrivateIncomeStudy.Method, String, ClosedRange<Double>)] = [
      (.objective, "objective perturbation", 0...0.07), (.tree, "ten random trees", 0...0.08),
      (.descent, "noisy descent (delta 1e-5)", 0...0.03),
    ]
    return methods.flatMap { method, words, range in
      let neighbours = method.adjacency.map { "Neighbours: \($0.rawValue)." }
      return [
        PrivacyRow(
          row: 18, id: "income-curve-\(method.rawValue)",
          statement: "more budget, better ranking by \(words): largest fall of the mean area under the curve",
          source: "question of this project, no published claim", published: nil, unit: "of area",
          expectation: Expectation(0...0.002, stronger: .lower), note: neighbours,
          work: cells(method, incomeBudgets), measure: PrivacyMeasure.largestFall("auc", along: "epsilon")),
        PrivacyRow(
          row: 18, id: "income-cost-\(method.rawValue)",
          statement:
            "area under the curve that \(words) loses at epsilon 1, against logistic regression without privacy",
          source: "question of this project, no published claim", published: nil, unit: "of area",
          expectation: Expectation(range, stronger: .lower), note: neighbours,
          work: cells(method, [1]) + cells(.plain, [1]),
          measure: PrivacyMeasure.difference(
            "auc", PrivateIncomeStudy.Method.plain.rawValue, less: method.rawValue)),
      ]
    }
  }
}
