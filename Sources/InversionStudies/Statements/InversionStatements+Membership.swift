import Experiments
import Inversion

extension InversionStatements {
  private static let yeom = "Yeom et al., Privacy Risk in Machine Learning, CSF 2018"
  private static let carlini =
    "Carlini et al., Membership Inference Attacks From First Principles, IEEE S&P 2022"
  private static let reference = "reference of this project, scikit-learn 1.9.1"

  /// Statements on membership.
  @Sendable static func membership(_ seeds: [UInt64]) -> [InversionStatement] {
    formulas + depths(seeds) + ratios(seeds)
  }

  /// Row 14: the formulas of the normal law.
  private static var formulas: [InversionStatement] {
    [
      (1.25, 0.107543, 0.106400), (1.5, 0.193580, 0.187675), (2, 0.322675, 0.299765), (3, 0.484328, 0.421572),
    ].flatMap { ratio, known, unknown in
      [(true, known), (false, unknown)].map { isKnown, value in
        InversionStatement(
          row: 14, id: "yeom-\(isKnown ? "known" : "unknown")-\(Int(ratio * 100))",
          statement: "Errors \(ratio) times as large on others: advantage"
            + (isKnown ? "" : ", their size not known"),
          source: "\(yeom), section 3.2 and released code", published: value, unit: "share",
          expectation: .about(value, tolerance: 1e-6),
          work: [AdvantageFormula(ratio: ratio)],
          measure: StatementMeasure.metric(isKnown ? "known" : "unknown"))
      }
    }
  }

  /// Row 14: regression trees, the deeper the more overfitted.
  private static func depths(_ seeds: [UInt64]) -> [InversionStatement] {
    [
      (1, 0.0), (5, 0.021), (8, 0.063), (10, 0.118), (12, 0.202), (15, 0.364), (20, 0.662), (25, 0.815),
      (30, 0.861),
    ]
    .map { depth, value in
      InversionStatement(
        row: 14, id: "yeom-depth-\(depth)",
        statement: "Regression tree of depth \(depth) on the dose: membership advantage", source: reference,
        published: value, unit: "share", expectation: .about(value, tolerance: 0.03),
        work: seeds.map { DepthCurve(depth: depth, seed: $0) },
        measure: StatementMeasure.metric("advantage"))
    }
  }

  /// Row 15: a likelihood ratio against one threshold for all.
  private static func ratios(_ seeds: [UInt64]) -> [InversionStatement] {
    func cells(_ model: AdultMembership.Model) -> [any InversionExperiment] {
      seeds.prefix(model == .network ? 3 : 5).map { AdultMembership(model: model, seed: $0) }
    }
    @Sendable func value(_ outcomes: [Outcome], _ attack: String, _ metric: String) -> Double? {
      outcomes.matching(attack: attack).summary(of: metric)?.mean
    }
    let fixed = ["lira online, fixed variance", "lira offline, one-sided, fixed variance"]
    @Sendable func best(_ outcomes: [Outcome], _ metric: String) -> Double? {
      fixed.compactMap { value(outcomes, $0, metric) }.max()
    }
    let note = "The better of online and offline, deviation fixed, 64 shadow models, 2,000 people."
    let models: [(AdultMembership.Model, Double)] = [(.fullTree, 0.064), (.network, 0.096)]
    let claims = models.flatMap { (model, gain) -> [InversionStatement] in
      [
        InversionStatement(
          row: 15, id: "lira-auc-\(model.rawValue)",
          statement:
            "Adult, \(model.rawValue): the likelihood ratio beats one threshold for all (difference of AUC)",
          source: "\(carlini), README of the released code (.6856 against .5921 on CIFAR-10); \(reference)",
          published: gain, unit: "AUC", expectation: Expectation(0.03...0.3, stronger: .higher, noEffect: 0),
          note: note, work: cells(model),
          measure: StatementMeasure.perSeed { outcomes in
            guard let ratio = best(outcomes, "auc"), let loss = value(outcomes, "loss", "auc") else {
              return nil
            }
            return ratio - loss
          }),
        InversionStatement(
          row: 15, id: "lira-tpr-\(model.rawValue)",
          statement:
            "Adult, \(model.rawValue): members found at 1 % false alarms, times those of one threshold",
          source: "\(carlini), README of the released code (.0593 against .0009 at 0.1 %)", published: nil,
          unit: "ratio", expectation: Expectation(3...1000, stronger: .higher, noEffect: 1),
          note: note + " A threshold that finds fewer than 1 % counts as 1 %, which chance finds.",
          work: cells(model),
          measure: StatementMeasure.perSeed { outcomes in
            guard let ratio = best(outcomes, "tpr_at_1"), let loss = value(outcomes, "loss", "tpr_at_1")
            else {
              return nil
            }
            return ratio / max(loss, 0.01)
          }),
      ]
    }
    return claims
      + [AdultMembership.Model.logistic, .tree].map { model in
        InversionStatement(
          row: 15, id: "lira-auc-\(model.rawValue)",
          statement: "Adult, \(model.rawValue): AUC of the likelihood ratio online, deviation fixed",
          source: reference,
          published: model == .logistic ? 0.543 : 0.579, unit: "AUC",
          expectation: .about(
            model == .logistic ? 0.543 : 0.579, tolerance: 0.03, noEffect: 0.5),
          note: "The reference is a single run.", work: cells(model),
          measure: StatementMeasure.metric("auc", attack: fixed[0]))
      }
  }
}

/// The advantages under the normal law.
struct AdvantageFormula: InversionExperiment {
  let ratio: Double

  var key: String { "advantage \(ratio)" }

  func outcomes(_ lab: InversionLab) async throws -> [Outcome] {
    [
      Outcome(
        dataset: "none", model: "normal errors, ratio \(ratio)", attack: "threshold", defence: "none",
        rate: 0,
        seed: 1,
        metrics: ["known": YeomAdvantage.known(ratio: ratio), "unknown": YeomAdvantage.unknown(ratio: ratio)])
    ]
  }
}
