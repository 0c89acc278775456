import Poisoning
import Reporting

extension DosageStatements {
  /// TRIM as published, and the aims of this project for its own TRIM.
  var trimming: [DosageStatement] { published + aims }

  private var published: [DosageStatement] {
    let rates: [(DosageModel, Double)] = DosageModel.allCases.flatMap { model in
      [0.08, 0.20].map { (model, $0) }
    }
    return rates.flatMap { model, rate in
      let figure = PublishedDosage.trim(model, rate)
      let ratio = figure.trim / figure.clean
      return ["trim-plain", DosageStudy.restartedTrim].map { defence in
        DosageStatement(
          row: 6, id: "\(defence)-optp-pointwise-\(model.rawValue)-\(Self.percent(rate))",
          "TRIM keeps the test MSE of \(model.title) at \(ratio.significant(3)) times the clean one at "
            + "\(Self.percent(rate)) %",
          reference: Reference(
            .digitised, ratio,
            "\(Self.paper), corrected version of 2021, figure of defences on health care: \(figure.trim) of "
              + "\(figure.clean)"), unit: "ratio",
          judging: onPaperData(
            .around(ratio, .tenth, stronger: .lower, noEffect: figure.undefended / figure.clean),
            null: Self.undefended(model, "optp-pointwise", rate)),
          setting: setting, isOurMethod: defence != "trim-plain",
          note:
            "No effect is what the same figure has without a defence, \(figure.undefended), over \(figure.clean). "
            + (defence == "trim-plain"
              ? "From all rows TRIM can end in a local optimum that keeps poison"
                + (rate < 0.1 ? "" : ", as the authors' corrected code does in some splits at this rate")
                + "; restarts and the annealed penalty are the cures."
              : "The best of fifty random starts and the start from all rows."),
          work: DosageNeeds(attacks: ["optp-pointwise"], defences: ["trim-plain"]),
          measure: Self.metric("mse_ratio", model, "optp-pointwise", rate: rate, defence: defence))
      }
    }
  }

  private var aims: [DosageStatement] {
    DosageModel.allCases.flatMap { model in
      ["optp", "statp", "optp-constrained", "optp-adaptive"].flatMap { attack in
        [0.08, 0.20].map { rate in
          let figure = PublishedDosage.trim(model, rate)
          return DosageStatement(
            row: 6, id: "trim-\(attack)-\(model.rawValue)-\(Self.percent(rate))",
            "annealed TRIM keeps the test MSE of \(model.title) within 1.3 times the clean one against \(attack) at "
              + "\(Self.percent(rate)) %",
            reference: Reference(.ownAim, 1.3, "aim of this project"), unit: "ratio",
            judging: .by(
              Expectation(0...1.3, stronger: .lower, noEffect: figure.undefended / figure.clean),
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
}

/// Test MSE on health care, read off the figures of Jagielski et al.
///
/// The paper has a figure of attacks and one of defences, whose curves without a defence are not the same; what is
/// compared is always of one figure.
enum PublishedDosage {
  /// Rates of the columns of these tables.
  private static let rates = [0.08, 0.12, 0.16, 0.20]

  /// Figure of attacks: errors at the rates, and the clean one.
  private static func attacks(
    _ model: DosageModel
  ) -> (clean: Double, optP: [Double], bgd: [Double], statP: [Double]) {
    switch model {
    case .ridge:
      (
        0.0030, [0.0309, 0.0428, 0.0557, 0.0618], [0.0279, 0.0339, 0.0374, 0.0526],
        [0.0125, 0.0406, 0.0616, 0.0615]
      )
    case .lasso:
      (
        0.0022, [0.0186, 0.0298, 0.0416, 0.0571], [0.0153, 0.0245, 0.0344, 0.0469],
        [0.0110, 0.0186, 0.0238, 0.0311]
      )
    }
  }

  /// OptP at a rate, and no poison.
  static func optP(_ model: DosageModel, _ rate: Double) -> (error: Double, clean: Double) {
    let figure = attacks(model)
    return (zip(rates, figure.optP).first { $0.0 == rate }?.1 ?? .nan, figure.clean)
  }

  /// The smallest ratio of OptP to BGD over the rates.
  static func leastOverBGD(_ model: DosageModel) -> Double {
    let figure = attacks(model)
    return zip(figure.optP, figure.bgd).map { $0 / $1 }.min() ?? .nan
  }

  /// StatP at 20 %, and no poison.
  static func statP(_ model: DosageModel) -> (error: Double, clean: Double) {
    (attacks(model).statP.last ?? .nan, attacks(model).clean)
  }

  /// Figure of defences in the corrected version of 2021, at 8 and at 20 %: TRIM, no defence, and no poison.
  static func trim(
    _ model: DosageModel, _ rate: Double
  ) -> (trim: Double, undefended: Double, clean: Double) {
    switch (model, rate < 0.1) {
    case (.ridge, true): (0.0031, 0.0265, 0.0027)
    case (.ridge, false): (0.0060, 0.0613, 0.0027)
    case (.lasso, true): (0.0026, 0.0118, 0.0022)
    case (.lasso, false): (0.0026, 0.0369, 0.0022)
    }
  }
}
