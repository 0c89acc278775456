import Poisoning
import Reporting

extension DosageStatements {
  /// StatP as published, and as its released code does it.
  var statP: [DosageStatement] {
    let figures: [(DosageModel, released: Double)] = [(.ridge, 0.0131), (.lasso, 0.0143)]
    return figures.flatMap { model, released in
      let (published, clean) = PublishedDosage.statP(model)
      return [
        DosageStatement(
          row: 9, id: "statp-mse-\(model.rawValue)-20",
          "StatP raises the test MSE of \(model.title) to \(published) at 20 %",
          reference: Reference(.digitised, published, "\(Self.paper), figure on health care"), unit: "",
          judging: onPaperData(
            .around(published, .tenth, stronger: .higher, noEffect: clean),
            null: Self.random("test_mse", model, rate: 0.2)),
          setting: setting,
          note:
            "A port of the authors' released code reaches only \(released): it rounds features before it picks the "
            + "level of a group, which leaves most groups empty.",
          work: DosageNeeds(attacks: ["statp", "random"]),
          measure: Self.metric("test_mse", model, "statp", rate: 0.2)),
        DosageStatement(
          row: 9, id: "statp-released-mse-\(model.rawValue)-20",
          "the released code of StatP raises the test MSE of \(model.title) to \(released) at 20 %",
          reference: Reference(
            .peerRun, released,
            "a NumPy port of the released code (Tests/Peers), mean of 20 seeds at 467 rows"),
          unit: "",
          judging: onPaperData(
            .around(released, .tenth, noEffect: clean),
            null: .measured(
              "no poison", Self.metric("clean_test_mse", model, DosageStudy.releasedStatP, rate: 0.2))),
          setting: setting,
          note:
            "StatP with emptyGroups=true. The port's number is a mean over 20 splits; --seeds 20 compares alike.",
          work: DosageNeeds(attacks: ["statp"]),
          measure: Self.metric("test_mse", model, DosageStudy.releasedStatP, rate: 0.2)),
      ]
    }
  }

  /// Statements of other papers, on other data.
  var others: [DosageStatement] {
    ["statp", "optp", "bgd", "random"].map { attack in
      DosageStatement(
        row: 14, id: "feature-choice-\(attack)",
        "less than 5 % poison makes the features that LASSO selects almost random",
        reference: Reference(
          .published, nil,
          "Xiao et al., Is Feature Selection Secure against Training Data Poisoning?, ICML 2015"),
        unit: "Jaccard above chance", judging: .anotherSetting,
        setting: "LASSO regression on warfarin patients; theirs is a classifier of PDF malware",
        note:
          "\(attack) at 5 %: agreement of the selected features with the clean model, less that of random sets of "
          + "the same sizes. The poisoned LASSO keeps the penalty of the clean one.",
        work: DosageNeeds(attacks: [attack]),
        measure: Measure(reading: ["feature_jaccard", "feature_jaccard_by_chance"]) { outcomes in
          outcomes.matching(model: "lasso", attack: attack, defence: "none", rate: 0.05).map { cell in
            guard let found = cell.metrics["feature_jaccard"],
              let chance = cell.metrics["feature_jaccard_by_chance"]
            else { return .nan }
            return found - chance
          }
        })
    } + [
      DosageStatement(
        row: 14, id: "flip-2", "inserting 2 % flipped rows raises the MSE to 150 %",
        reference: Reference(
          .published, 1.5,
          "Müller et al., Data Poisoning Attacks on Regression Learning, PRDC 2020"),
        unit: "ratio", judging: .anotherSetting,
        setting: "ridge on warfarin patients; theirs are other data sets and regressors",
        work: DosageNeeds(attacks: ["flip"]),
        measure: Self.metric("mse_ratio", .ridge, "flip", rate: 0.02 / 1.02))
    ]
  }

  /// The theorem behind TRIM, by brute force on small instances.
  static func boundStatement(_ bound: TrimBound? = nil) -> Statement<Void> {
    Statement<Void>(
      row: 7, id: "trim-bound", "TRIM at its global optimum obeys MSE ≤ (1 + α / (1 − α)) · L(clean)",
      reference: Reference(.published, 0, "\(paper), theorem 2"), unit: "violations",
      judging: .byConstruction,
      note: bound.map {
        "\($0.instances) small random instances, every subset tried. TRIM with \(TrimBound.restarts) restarts "
          + "ended at the optimum in \($0.reached) of them."
      }, work: (), measure: StatementMeasure.metric("violations"))
  }

  /// The theorem beside what brute force gave.
  static func claim(_ bound: TrimBound) -> Claim {
    boundStatement(bound).claim([
      Outcome(
        dataset: "random instances", model: "ridge", defence: "trim", seed: 1,
        metrics: ["violations": Double(bound.violations)])
    ])
  }
}

extension DosageStudy {
  /// The statements beside what was measured; the numbers on TRIM's bound come from the caller. Statements on attacks
  /// and defences that were not asked for are not measured.
  public func claims(_ outcomes: [Outcome], bound: TrimBound) -> [Claim] {
    let statements = DosageStatements(cohort: cohort).all.filter { only?.contains($0.id) ?? true }
    let bounds = [DosageStatements.claim(bound)].filter { only?.contains($0.id) ?? true }
    return statements.map { statement in
      let isAsked =
        statement.work.attacks.allSatisfy(attacks.contains)
        && statement.work.defences.allSatisfy(defences.contains)
      return isAsked ? statement.claim(outcomes) : statement.claim(nil, remark: "Not asked for.")
    } + bounds
  }

  /// All statements on the case without a run, as they are judged on the paper's patients.
  public static var entries: [StatementEntry] {
    DosageStatements(isPaperData: true, cohort: "iwpc-onehot").all.map { StatementEntry("dosage", $0) }
      + [StatementEntry("dosage", DosageStatements.boundStatement())]
  }
}
