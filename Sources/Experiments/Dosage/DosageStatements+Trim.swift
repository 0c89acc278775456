import Poisoning
import Reporting

extension DosageStatements {
  /// TRIM as published, and the aims of this project for its own TRIM.
  var trimming: [DosageStatement] { published + aims }

  private var published: [DosageStatement] {
    let figures: [(DosageModel, Double, Double)] = [
      (.ridge, 0.08, 1.15), (.ridge, 0.20, 2.2), (.lasso, 0.08, 1.18), (.lasso, 0.20, 1.18),
    ]
    return figures.flatMap { model, rate, ratio in
      ["trim-plain", DosageStudy.restartedTrim].map { defence in
        DosageStatement(
          row: 6, id: "\(defence)-optp-pointwise-\(model.rawValue)-\(Self.percent(rate))",
          "TRIM keeps the test MSE of \(model.title) at \(ratio) times the clean one at \(Self.percent(rate)) %",
          reference: Reference(.digitised, ratio, "\(Self.paper), corrected version of 2021"), unit: "ratio",
          judging: onPaperData(
            // A hundredth of the axis of the figure, as a multiple of the clean error.
            Expectation(
              0...ratio + 0.0007 / model.publishedCleanError, stronger: .lower,
              noEffect: model.publishedRatio(rate)),
            null: Self.undefended(model, "optp-pointwise", rate)),
          setting: setting, isOurMethod: defence != "trim-plain",
          note: defence == "trim-plain"
            ? "From all rows TRIM can end in a local optimum that keeps poison"
              + (rate < 0.1 ? "" : ", as the authors' corrected code does in some splits at this rate")
              + "; restarts and the annealed penalty are the cures."
            : "The best of fifty random starts and the start from all rows.",
          work: DosageNeeds(attacks: ["optp-pointwise"], defences: ["trim-plain"]),
          measure: Self.metric("mse_ratio", model, "optp-pointwise", rate: rate, defence: defence))
      }
    }
  }

  private var aims: [DosageStatement] {
    DosageModel.allCases.flatMap { model in
      ["optp", "statp", "optp-constrained", "optp-adaptive"].flatMap { attack in
        [0.08, 0.20].map { rate in
          DosageStatement(
            row: 6, id: "trim-\(attack)-\(model.rawValue)-\(Self.percent(rate))",
            "annealed TRIM keeps the test MSE of \(model.title) within 1.3 times the clean one against \(attack) at "
              + "\(Self.percent(rate)) %",
            reference: Reference(.ownAim, 1.3, "aim of this project"), unit: "ratio",
            judging: .by(
              Expectation(0...1.3, stronger: .lower, noEffect: model.publishedRatio(rate)),
              null: Self.undefended(model, attack, rate)),
            note: attack == "optp-adaptive"
              ? "This attacker knows the defence and stays below its threshold." : nil,
            work: DosageNeeds(attacks: [attack], defences: ["trim"]),
            measure: Self.metric("mse_ratio", model, attack, rate: rate, defence: "trim"))
        }
      }
    }
  }

  private static func undefended(_ model: DosageModel, _ attack: String, _ rate: Double) -> Null {
    .measured("no defence", metric("mse_ratio", model, attack, rate: rate))
  }
}

extension DosageModel {
  /// The model as it is called in a sentence.
  var title: String { self == .ridge ? "ridge" : "LASSO" }

  /// Test MSE without poison, read off the figure on health care of Jagielski et al.
  var publishedCleanError: Double { self == .ridge ? 0.0030 : 0.0022 }

  /// Test MSE at a rate without defence as a multiple of the clean one, read off the same figure.
  func publishedRatio(_ rate: Double) -> Double {
    let error: Double =
      switch (self, rate < 0.1) {
      case (.ridge, true): 0.0309
      case (.ridge, false): 0.0618
      case (.lasso, true): 0.0186
      case (.lasso, false): 0.0571
      }
    return error / publishedCleanError
  }
}
