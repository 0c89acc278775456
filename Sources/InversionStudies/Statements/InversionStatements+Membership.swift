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
            .ownReference, value, "the formula of \(yeom) and its released code, in SciPy"),
          unit: "share", judging: .byConstruction, work: [AdvantageFormula(ratio: ratio)],
          measure: StatementMeasure.metric(isKnown ? "known" : "unknown"))
      }
    }
  }

  /// Row 14: regression trees, the deeper the more overfitted.
  private static func depths(_ seeds: [UInt64]) -> [InversionStatement] {
    let deepest = 30
    let references: [(depth: Int, advantage: Double, spread: Double)] = [
      (1, 0.0015, 0.0093), (5, 0.0239, 0.0116), (8, 0.0734, 0.0140), (10, 0.1299, 0.0176),
      (12, 0.2110, 0.0187), (15, 0.3658, 0.0213), (20, 0.6556, 0.0284), (25, 0.8277, 0.0222),
      (deepest, 0.8683, 0.0129),
    ]
    func cells(_ depth: Int) -> [DepthCurve] { seeds.map { DepthCurve(depth: depth, seed: $0) } }
    func metric(_ name: MetricKey, _ depth: Int) -> Measure {
      StatementMeasure.metric(name, model: DepthCurve.model(depth))
    }
    return references.map { depth, value, spread in
      // The range around a small advantage may hold none, so that a large one is what it must tell apart.
      let isSmall = value < 0.03
      return InversionStatement(
        row: 14, id: "yeom-depth-\(depth)",
        "Regression tree of depth \(depth) on the dose: membership advantage of an attacker without the "
          + "errors on others",
        reference: Reference(.peerRun, value, "\(InversionSource.scikitLearn), 20 splits (Tests/Peers)"),
        unit: "share",
        judging: .by(
          .around(value, .spread(spread), noEffect: isSmall ? 0.1 : 0),
          null: isSmall
            ? .measured("a tree of depth \(deepest)", metric("advantage", deepest))
            : .measured(
              "two halves of patients whom the tree has not seen", metric("advantage_of_strangers", depth))),
        work: cells(depth) + (isSmall ? cells(deepest) : []), measure: metric("advantage", depth))
    }
  }

  private static let fixed = ["lira online, fixed variance", "lira offline, one-sided, fixed variance"]

  private static func cells(_ model: AdultMembership.Model, _ seeds: [UInt64]) -> [AdultMembership] {
    seeds.prefix(5).map { AdultMembership(model: model, seed: $0) }
  }

  /// A number of the better likelihood ratio and of one threshold for all, on the same model.
  private static func pair(
    _ metric: MetricKey, _ value: @escaping @Sendable (_ ratio: Double, _ threshold: Double) -> Double
  ) -> Measure {
    StatementMeasure.paired(metric, (fixed + ["loss"]).map { .init(attack: $0) }) {
      value(max($0[0], $0[1]), $0[2])
    }
  }

  /// Ratio and threshold changed for one another in every other seed, the first among them.
  ///
  /// - Parameter inverse: what the comparison gives the other way round.
  private static func alike(
    _ measure: Measure,
    _ inverse: @escaping @Sendable (Double) -> Double
  ) -> Null {
    .measured(
      "both changed for one another in every other seed",
      Measure(reading: measure.keys) { outcomes in
        measure(outcomes).enumerated().map { $0 % 2 == 0 ? inverse($1) : $1 }
      })
  }

  private static let reference = "\(InversionSource.scikitLearn), 10 seeds (Tests/Peers)"

  /// Row 15: a likelihood ratio against one threshold for all.
  private static func ratios(_ seeds: [UInt64]) -> [InversionStatement] {
    let note = "The better of online and offline, deviation fixed, 64 shadow models, 2,000 people."
    let models: [(AdultMembership.Model, gain: Double, spread: Double)] = [
      (.fullTree, 0.0649, 0.0116), (.network, 0.0910, 0.0182),
    ]
    let gained = pair("auc") { $0 - $1 }
    let times = pair("tpr_at_1") { $0 / max($1, 0.01) }
    return models.flatMap { (model, gain, spread) -> [InversionStatement] in
      [
        InversionStatement(
          row: 15, id: "lira-auc-\(model.rawValue)",
          "Adult, \(model.rawValue): the likelihood ratio beats one threshold for all (difference of AUC)",
          reference: Reference(.peerRun, gain, reference), unit: "AUC",
          judging: .by(.around(gain, .spread(spread), noEffect: 0), null: alike(gained) { -$0 }),
          note: "\(note) \(carlini), have .6856 against .5921 on CIFAR-10 in the description of their code.",
          work: cells(model, seeds), measure: gained),
        InversionStatement(
          row: 15, id: "lira-tpr-\(model.rawValue)",
          "Adult, \(model.rawValue): members found at 1 % false alarms, times those of one threshold",
          reference: Reference(.ownAim, 3, "aim of this project: three times as many"), unit: "ratio",
          judging: .by(
            Expectation(3...100, stronger: .higher, noEffect: 1), null: alike(times) { 1 / $0 }),
          note:
            "\(note) A threshold that finds fewer than 1 % counts as 1 %, which chance finds. At 0.1 %, where "
            + "\(carlini), have .0593 against .0009 on CIFAR-10, a thousand others are too few.",
          work: cells(model, seeds), measure: times),
      ]
    }
  }

  /// Row 15: areas of the likelihood ratio.
  private static func areas(_ seeds: [UInt64]) -> [InversionStatement] {
    let models: [(AdultMembership.Model, area: Double, spread: Double)] = [
      (.logistic, 0.5528, 0.0104), (.tree, 0.5698, 0.0115),
    ]
    return models.map { model, area, spread in
      InversionStatement(
        row: 15, id: "lira-auc-\(model.rawValue)",
        "Adult, \(model.rawValue): AUC of the likelihood ratio online, deviation fixed",
        reference: Reference(.peerRun, area, reference), unit: "AUC",
        judging: .by(
          .around(area, .spread(spread), noEffect: 0.5),
          null: .measured("guesses", StatementMeasure.metric("auc_by_chance", attack: fixed[0]))),
        work: cells(model, seeds), measure: StatementMeasure.metric("auc", attack: fixed[0]))
    }
  }
}

/// The advantages under the normal law.
struct AdvantageFormula: InversionExperiment {
  let ratio: Double

  var experiment: Experiment {
    Experiment(
      model: "normal errors, ratio \(ratio)", attack: "threshold", settings: ["ratio": "\(ratio)"], seed: 1)
  }

  func outcomes(at lab: InversionLab) async throws -> [Outcome] {
    [
      Outcome(
        experiment,
        metrics: ["known": YeomAdvantage.known(ratio: ratio), "unknown": YeomAdvantage.unknown(ratio: ratio)])
    ]
  }
}
