import Experiments
import Reporting

extension InversionReport {
  /// One table for each model: defences in rows, with the attack that does best on what each leaves, and what honest
  /// users lose.
  static func defenceTables(_ outcomes: [Outcome]) -> [TextTable] {
    outcomes.distinct(\.model).map { model in
      let own = outcomes.matching(model: model)
      let seeds = own.distinct(\.seed).count
      var table = TextTable(
        title: "Defences: adult, \(model)",
        columns: [
          .init("defence"), .init("best attack"), .number("AUC"), .number("TPR at 1 % FPR"),
          .number("accuracy, others"), .number("cost"), .number("AUC of the model"), .number("cost"),
        ],
        note:
          "Mean ± standard deviation over \(seeds) \(seeds == 1 ? "seed" : "seeds"). The best attack is the one of "
          + "the largest mean AUC here, so that where none works it is the luckiest. Costs are against no defence; a "
          + "negative one is a gain.")
      for defence in own.distinct(\.defence) {
        let rows = own.matching(defence: defence)
        let ranked = rows.distinct(\.attack).compactMap { attack in
          rows.matching(attack: attack).summary(of: "auc").map { (attack, $0.mean) }
        }
        guard let best = ranked.max(by: { $0.1 < $1.1 })?.0 else { continue }
        let row = rows.matching(attack: best)
        table.append(
          [.init(defence), .init(best)]
            + [
              "auc", "tpr_at_1", "accuracy_others", "accuracy_cost", "classifier_auc", "classifier_auc_cost",
            ].map { .init(row.summary(of: $0)?.text { $0.fixed(3) } ?? "–") })
      }
      return table
    }
  }
}
