import Experiments
import Inversion

extension InversionStatements {
  private static let yeom = "Yeom et al., Privacy Risk in Machine Learning, CSF 2018"
  private static let carlini =
    "Carlini et al., Membership Inference Attacks From First Principles, IEEE S&P 2022"

  /// Statements on membership.
  @Sendable static func membership(_ seeds: [UInt64]) -> [InversionStatement] {
    formulas + depths(seeds) + ratios(seeds) + areas(seeds)
  }

  /// Row 14: the formulas of the normal law.
  private static var formulas: [InversionStatement] {
    [
      (1.25, 0.107543, 0.106400), (1.5, 0.193580, 0.187675), (2, 0.322675, 0.299765), (3, 0.484328, 0.421572),
    ].flatMap { ratio, known, unknown in
      [(true, known), (false, unknown)].map { isKnown, value in
        InversionStatement(
          row: 14, id: "yeom-\(isKnown ? "known" : "unknown")-\(Int(ratio * 100))",
          "Errors \(ratio) times as large on others: advantage" + (isKnown ? "" : ", their size not known"),
          reference: Reference(
            .ownReference, value, "the formula of \(yeom), section 3.2 and released code, in SciPy"),
          unit: "share", judging: .byConstruction, work: [AdvantageFormula(ratio: ratio)],
          measure: StatementMeasure.metric(isKnown ? "known" : "unknown"))
      }
    }
  }

  /// Row 14: regression trees, the deeper the more overfitted.
  private static func depths(_ seeds: [UInt64]) -> [InversionStatement] {
    let deepest = 30
    func cells(_ depth: Int) -> [DepthCurve] { seeds.map { DepthCurve(depth: depth, seed: $0) } }
    func advantage(_ depth: Int) -> @Sendable ([Outcome]) -> [Double] {
      StatementMeasure.metric("advantage", model: DepthCurve.model(depth))
    }
    return [
      (1, 0.0), (5, 0.021), (8, 0.063), (10, 0.118), (12, 0.202), (15, 0.364), (20, 0.662), (25, 0.815),
      (deepest, 0.861),
    ]
    .map { depth, value in
      // The range around a small advantage holds none, so that a large one is what it must tell apart.
      let isSmall = value < 0.03
      return InversionStatement(
        row: 14, id: "yeom-depth-\(depth)",
        "Regression tree of depth \(depth) on the dose: membership advantage",
        reference: Reference(.peerRun, value, "\(InversionSource.scikitLearn), 10 splits"), unit: "share",
        judging: .by(
          .about(value, tolerance: 0.03, noEffect: isSmall ? 0.1 : 0),
          null: isSmall
            ? .measured("a tree of depth \(deepest)", advantage(deepest)) : .value(0, "guesses")),
        note: "The range is about what the reference's splits vary by.",
        work: cells(depth) + (isSmall ? cells(deepest) : []), measure: advantage(depth))
    }
  }

  private static let fixed = ["lira online, fixed variance", "lira offline, one-sided, fixed variance"]

  private static func cells(_ model: AdultMembership.Model, _ seeds: [UInt64]) -> [AdultMembership] {
    seeds.prefix(5).map { AdultMembership(model: model, seed: $0) }
  }

  /// A number of the better likelihood ratio and of one threshold for all, on the same model.
  private static func pair(
    _ metric: String, _ value: @escaping @Sendable (_ ratio: Double, _ threshold: Double) -> Double
  ) -> @Sendable ([Outcome]) -> [Double] {
    StatementMeasure.paired(metric, (fixed + ["loss"]).map { .init(attack: $0) }) {
      value(max($0[0], $0[1]), $0[2])
    }
  }

  /// Row 15: a likelihood ratio against one threshold for all.
  private static func ratios(_ seeds: [UInt64]) -> [InversionStatement] {
    let note = "The better of online and offline, deviation fixed, 64 shadow models, 2,000 people."
    let models: [(AdultMembership.Model, Double)] = [(.fullTree, 0.064), (.network, 0.096)]
    return models.flatMap { (model, gain) -> [InversionStatement] in
      [
        InversionStatement(
          row: 15, id: "lira-auc-\(model.rawValue)",
          "Adult, \(model.rawValue): the likelihood ratio beats one threshold for all (difference of AUC)",
          reference: Reference(
            .peerRun, gain,
            "\(InversionSource.scikitLearn), a single run whose kind of deviation was not kept"), unit: "AUC",
          judging: .by(
            .about(gain, tolerance: 0.03, noEffect: 0), null: .value(0, "one threshold on both sides")),
          note:
            "\(note) The reference is a single run, so .03 on either side counts as the number. \(carlini), have .6856 "
            + "against .5921 on CIFAR-10 in the description of their code.",
          work: cells(model, seeds), measure: pair("auc") { $0 - $1 }),
        InversionStatement(
          row: 15, id: "lira-tpr-\(model.rawValue)",
          "Adult, \(model.rawValue): members found at 1 % false alarms, times those of one threshold",
          reference: Reference(.ownAim, 3, "aim of this project: three times as many"), unit: "ratio",
          judging: .by(
            Expectation(3...100, stronger: .higher, noEffect: 1),
            null: .value(1, "one threshold on both sides")),
          note:
            "\(note) A threshold that finds fewer than 1 % counts as 1 %, which chance finds. At 0.1 %, where "
            + "\(carlini), have .0593 against .0009 on CIFAR-10, a thousand others are too few.",
          work: cells(model, seeds), measure: pair("tpr_at_1") { $0 / max($1, 0.01) }),
      ]
    }
  }

  /// Row 15: areas of the likelihood ratio.
  private static func areas(_ seeds: [UInt64]) -> [InversionStatement] {
    let models: [(AdultMembership.Model, Double)] = [(.logistic, 0.543), (.tree, 0.579)]
    return models.map { model, area in
      InversionStatement(
        row: 15, id: "lira-auc-\(model.rawValue)",
        "Adult, \(model.rawValue): AUC of the likelihood ratio online, deviation fixed",
        reference: Reference(
          .peerRun, area, "\(InversionSource.scikitLearn), a single run whose kind of deviation was not kept"),
        unit: "AUC",
        judging: .by(.about(area, tolerance: 0.03, noEffect: 0.5), null: .value(0.5, "guesses")),
        note: "The reference is a single run, so .03 on either side counts as the number.",
        work: cells(model, seeds), measure: StatementMeasure.metric("auc", attack: fixed[0]))
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
