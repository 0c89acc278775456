import Experiments
import Reporting

/// Sources that several statements have in common.
enum InversionSource {
  static let pharmacogenetics =
    "Fredrikson et al., Privacy in Pharmacogenetics, USENIX Security 2014"
  static let confidence =
    "Fredrikson, Jha, Ristenpart, Model Inversion Attacks that Exploit Confidence Information, CCS 2015"
  static let consortium = "IWPC, N. Engl. J. Med. 360:753 (2009)"
}

extension InversionStatements {
  /// Statements on the warfarin model and the genotypes behind it.
  @Sendable static func dosage(_ seeds: [UInt64]) -> [InversionStatement] {
    equations(seeds) + genotype(seeds)
  }

  /// Rows 1 and 2: the published equations.
  private static func equations(_ seeds: [UInt64]) -> [InversionStatement] {
    let figures = [
      ("pharmacogenetic", 0.460, 0.463, 0.472), ("clinical", 0.384, 0.394, 0.386),
      ("fixed", 0.289, 0.299, 0.307),
    ]
    let shares = figures.flatMap { model, published, raw, synthetic in
      [
        InversionStatement(
          row: 1, id: "iwpc-within-20-\(model)",
          statement: "IWPC \(model) dose within 20 % of the true one, raw cohort",
          source: "\(InversionSource.consortium), subset table of PMC2722908 weighted by group",
          published: published, unit: "share",
          expectation: .about(raw, tolerance: 0.005),
          note: "4,301 patients with height and weight in place of 5,052, so the tolerance is around "
            + "the share that the equations give on them, \((raw * 100).fixed(1)) %.",
          work: [DosageFormula(isSynthetic: false, seed: 1)],
          measure: StatementMeasure.metric("within_20", model: model)),
        InversionStatement(
          row: 1, id: "synthetic-within-20-\(model)",
          statement: "IWPC \(model) dose within 20 % of the true one, synthetic cohort",
          source: "\(InversionSource.consortium), subset table of PMC2722908 weighted by group",
          published: published, unit: "share",
          expectation: .about(synthetic, tolerance: 0.02),
          note: "20,000 made-up patients a seed.",
          work: seeds.map { DosageFormula(isSynthetic: true, seed: $0) },
          measure: StatementMeasure.metric("within_20", model: model)),
      ]
    }
    return shares + [
      InversionStatement(
        row: 2, id: "iwpc-worked-patient",
        statement: "White, 70 to 79 years, 180 cm, 75 kg, VKORC1 A/G, CYP2C9 *1/*1: 29.5164 mg a week",
        source: "\(InversionSource.consortium), appendix S1e", published: 29.51640241, unit: "mg/week",
        expectation: .about(29.51640241, tolerance: 1e-6), work: [WorkedPatient()],
        measure: StatementMeasure.metric("dose"))
    ]
  }

  /// Rows 3 and 4: whose genotype is it?
  private static func genotype(_ seeds: [UInt64]) -> [InversionStatement] {
    let vkorc1 = seeds.map { DosageInversion(sensitive: "vkorc1", seed: $0) }
    let cyp2c9 = seeds.map { DosageInversion(sensitive: "cyp2c9", seed: $0) }
    func statement(
      _ row: Int, _ id: String, _ words: String, attack: String, metric: String = "other_accuracy",
      published: Double?, aim: Double, tolerance: Double = 0.02,
      from experiments: [any InversionExperiment]? = nil, note: String? = nil
    ) -> InversionStatement {
      InversionStatement(
        row: row, id: id, statement: words,
        source: published == nil
          ? "reference of this project, scikit-learn 1.9.1, 20 splits"
          : "\(InversionSource.pharmacogenetics), authors' slide (digitised)", published: published ?? aim,
        unit: metric.hasSuffix("auc") ? "AUC" : "share",
        expectation: .about(aim, tolerance: tolerance), note: note,
        work: experiments ?? vkorc1, measure: StatementMeasure.metric(metric, attack: attack))
    }
    let background =
      "What the source's attacker knew is not stated. No difference between members and others."
    return [
      statement(
        3, "vkorc1-map", "VKORC1 of unseen patients, all other attributes and the dose known", attack: "map",
        published: 0.571, aim: 0.566, note: background),
      statement(
        3, "vkorc1-map-members", "The same for patients of the training data", attack: "map",
        metric: "member_accuracy", published: 0.571, aim: 0.563, note: background),
      statement(
        3, "vkorc1-map-auc", "The same as area under the curve", attack: "map", metric: "other_auc",
        published: nil, aim: 0.739),
      statement(
        3, "vkorc1-map-demographics", "VKORC1 with race, age, height, weight and the dose known",
        attack: "map, demographics", published: nil, aim: 0.524),
      statement(
        3, "vkorc1-mode", "VKORC1 as the most frequent genotype", attack: "mode", published: 0.36, aim: 0.36),
      statement(
        4, "vkorc1-map-race-prior", "VKORC1 with the distribution within the race as prior",
        attack: "map, prior by race", published: nil, aim: 0.673),
      statement(
        4, "vkorc1-ideal", "VKORC1 by a model that is trained to predict it from the same knowledge",
        attack: "ideal", published: nil, aim: 0.668,
        note: "The source says that its attack is 5 points below this."),
      statement(
        4, "vkorc1-imputation", "VKORC1 from the other attributes alone: no model, no dose",
        attack: "imputation, no response", published: nil, aim: 0.604,
        note: "Beats the published attack without any model."),
      statement(
        4, "cyp2c9-map-auc", "CYP2C9 with all other attributes and the dose known, area under the curve",
        attack: "map", metric: "other_auc", published: nil, aim: 0.776, tolerance: 0.03, from: cyp2c9,
        note: "Accuracy says nothing here: the most frequent genotype has three quarters."),
    ]
  }
}
