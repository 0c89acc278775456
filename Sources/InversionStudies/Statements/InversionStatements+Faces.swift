import Experiments
import Inversion

extension InversionStatements {
  /// Statements on classes that are rebuilt from confidences.
  @Sendable static func faces(_ seeds: [UInt64]) -> [InversionStatement] {
    rounding(seeds) + theft(seeds)
  }

  private static let judge = "The judge learnt from the digits that the attacked model never saw."
  private static let guess = Null.measured(
    "noise in place of rebuilt digits", StatementMeasure.metric("identified_noise"))

  /// A measure of softmax models with confidences rounded to a step.
  private static func rounded(_ metric: MetricKey, _ step: Double?) -> Measure {
    StatementMeasure.metric(metric, attack: "mi-face", defence: FaceStudy.defence(step))
  }

  private static func cells(_ seeds: some Sequence<UInt64>, _ step: Double?) -> [FaceStudy] {
    seeds.map { FaceStudy(model: .softmax, rounding: step, seed: $0) }
  }

  /// Row 10: rounding.
  private static func rounding(_ seeds: [UInt64]) -> [InversionStatement] {
    let used = seeds.prefix(10)
    let source = "\(InversionSource.scikitLearn), ten splits"
    func words(_ step: Double?) -> String {
      "Softmax on digits, confidences rounded to \(step.map { "\($0)" } ?? "nothing"): rebuilt digits that are "
        + "recognised"
    }
    let same = "\(judge) The reference's differences were .05 as here"
    let figures: [(step: Double?, number: Double, spread: Double, note: String)] = [
      (nil, 0.99, 0.032, "."), (0.001, 0.88, 0.079, "; it gave .69 with .02, .94 with .1 and .99 with .2."),
      (0.005, 0.41, 0.160, "."), (0.01, 0.24, 0.107, "."), (0.05, 0.06, 0.052, "."),
      (0.1, 0.01, 0.032, "; it gave 0 with .02, .04 with .1 and .07 with .2."),
    ]
    let identified = figures.map { step, number, spread, note in
      // Where hardly a digit is found, that is the effect.
      let isHidden = (step ?? 0) >= 0.05
      return InversionStatement(
        row: 10, id: "face-identified-\(step.map { "\($0)" } ?? "none")", words(step),
        reference: Reference(.peerRun, number, source), unit: "share",
        judging: .by(
          .around(number, .spread(spread), within: 0...1, noEffect: isHidden ? 0.9 : 0.1),
          null: isHidden ? .measured("no rounding", rounded("identified", nil)) : guess),
        note: same + note, work: cells(used, step) + (isHidden ? cells(used, nil) : []),
        measure: rounded("identified", step))
    }
    return identified + [empty(used, source)] + wideSteps(used.prefix(5)) + [network(used.prefix(5))]
  }

  private static func empty(_ seeds: some Sequence<UInt64>, _ source: String) -> InversionStatement {
    InversionStatement(
      row: 10, id: "face-empty",
      "Softmax on digits, confidences rounded to 0.1: pictures that are not empty",
      reference: Reference(.peerRun, 0.02, source), unit: "share",
      judging: .by(
        .around(0.02, .spread(0.042), within: 0...1, noEffect: 0.9),
        null: .measured("no rounding", rounded("not_empty", nil))),
      note:
        "The reference's differences were .05 as here; it gave 0 with .02, .10 with .1 and .22 with .2. A class "
        + "whose first confidence is close to a border of the rounding is not stopped.",
      work: cells(seeds, 0.1) + cells(seeds, nil), measure: rounded("not_empty", 0.1))
  }

  private static func network(_ seeds: some Sequence<UInt64>) -> InversionStatement {
    InversionStatement(
      row: 10, id: "face-network", "Network of 32 units on digits: rebuilt digits that are recognised",
      reference: Reference(.peerRun, 0.5, "\(InversionSource.scikitLearn), one split"), unit: "share",
      judging: .anotherSetting,
      setting: "a network trained by this project's settings; the reference's is scikit-learn's", note: judge,
      work: seeds.map { FaceStudy(model: .network, rounding: nil, seed: $0) },
      measure: StatementMeasure.metric("identified"))
  }

  /// What rounding is worth against an attacker whose differences are as wide as a pixel.
  private static func wideSteps(_ seeds: some Sequence<UInt64>) -> [InversionStatement] {
    [(step: 0.01, least: 0.9), (0.1, 0.5)].map { (step: Double, least: Double) in
      InversionStatement(
        row: 10, id: "face-wide-\(step)",
        "Rounding to \(step) does not stop an attacker whose differences span the range of a pixel: rebuilt digits "
          + "that are recognised",
        reference: Reference(.ownAim, least, "aim of this project"), unit: "share",
        judging: .by(
          Expectation(least...1, stronger: .higher, noEffect: 0.1),
          null: .measured("differences of .05", rounded("identified", step))),
        note: "\(judge) A difference of 1 moves a confidence by more than the rounding hides.",
        work: seeds.map { FaceStudy(model: .softmax, rounding: step, difference: 1, seed: $0) }
          + cells(seeds, step),
        measure: StatementMeasure.metric("identified", attack: FaceStudy.attack(difference: 1)))
    }
  }

  /// Row 11: stealing the model first.
  private static func theft(_ seeds: [UInt64]) -> [InversionStatement] {
    let cells = seeds.prefix(5).map { StolenFaceStudy(seed: $0) }
    let source = "Tramèr et al., Stealing Machine Learning Models, USENIX Security 2016, section 4.1.4"
    let digits = "digits of 8 by 8 pixels; the source has faces of 92 by 112"
    let stolen = "steal, then mi-face"
    @Sendable func queries(_ outcomes: [Outcome], _ attack: String) -> Double? {
      outcomes.matching(attack: attack).first?.metrics["queries"]
    }
    return [
      InversionStatement(
        row: 11, id: "face-queries", "Queries for one rebuilt face, asking for every gradient",
        reference: Reference(.published, 20_600, "\(source): about 20,600"), unit: "queries",
        judging: .anotherSetting, setting: digits, work: cells,
        measure: StatementMeasure.perSeed(["queries"]) { queries($0, "mi-face").map { $0 / 10 } }),
      InversionStatement(
        row: 11, id: "face-ratio",
        "All classes rebuilt directly take more queries than stealing the model first (ratio)",
        reference: Reference(.published, 20, source), unit: "ratio", judging: .anotherSetting,
        setting: "\(digits). Theirs is a theft by retraining, this one by log-ratios",
        note:
          "The parameter over_http of the results says whether a service was asked or the model in this process, by the "
          + "same queries. The log-ratio attack needs one query more than there are pixels.",
        work: cells,
        measure: StatementMeasure.perSeed(["queries"]) { outcomes in
          queries(outcomes, "mi-face").flatMap { direct in queries(outcomes, stolen).map { direct / $0 } }
        }),
      InversionStatement(
        row: 11, id: "face-stolen-quality", "Digits rebuilt from the stolen model that are recognised",
        reference: Reference(.ownAim, 0.9, "aim of this project: as without theft"), unit: "share",
        judging: .by(Expectation(0.9...1, stronger: .higher, noEffect: 0.1), null: guess), note: judge,
        work: cells, measure: StatementMeasure.metric("identified", attack: stolen)),
    ]
  }
}
