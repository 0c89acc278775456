import Experiments

extension InversionStatements {
  /// Statements on classes that are rebuilt from confidences.
  @Sendable static func faces(_ seeds: [UInt64]) -> [InversionStatement] {
    rounding(seeds) + theft(seeds)
  }

  /// Row 10: rounding.
  private static func rounding(_ seeds: [UInt64]) -> [InversionStatement] {
    let used = Array(seeds.prefix(10))
    func exact(_ note: String? = nil) -> (Expectation?, String?) {
      (Expectation(0.9...1, stronger: .higher, noEffect: 0.1), note)
    }
    let coarse: (Expectation?, String?) = (Expectation(0...0.2, stronger: .lower, noEffect: 1), nil)
    let between: (Expectation?, String?) = (
      nil, "In between everything depends on the step of the differences, so this is not judged."
    )
    let cases: [(step: Double?, reference: Double, judged: (Expectation?, String?))] = [
      (nil, 1, exact()),
      (
        0.001, 1,
        exact(
          "It hangs on the step of the differences, here .05: scikit-learn gave .69 with .02, .88 ± .08 with .05, .94 "
            + "with .1 and .99 with .2 over ten splits. The reference of 1 is that of one split and an unknown step."
        )
      ),
      (0.05, 0.1, coarse), (0.1, 0.1, coarse), (0.005, 0.6, between), (0.01, 0.5, between),
    ]
    let source =
      "reference of this project, scikit-learn 1.9.1, after a figure in \(InversionSource.confidence), section 5.3"
    let judge = "The judge learnt from the digits that the attacked model never saw."
    var statements = cases.map { step, reference, judged in
      InversionStatement(
        row: 10, id: "face-identified-\(step.map { "\($0)" } ?? "none")",
        statement:
          "Softmax on digits, confidences rounded to \(step.map { "\($0)" } ?? "nothing"): rebuilt digits that are "
          + "recognised", source: source, published: reference, unit: "share", expectation: judged.0,
        note: [judge, judged.1].compactMap { $0 }.joined(separator: " "),
        work: used.map { FaceStudy(model: .softmax, rounding: step, seed: $0) },
        measure: StatementMeasure.metric("identified"))
    }
    statements.append(
      InversionStatement(
        row: 10, id: "face-empty",
        statement: "Softmax on digits, confidences rounded to 0.1: pictures that are not empty",
        source: source, published: 0, unit: "share",
        expectation: Expectation(0...0.05, stronger: .lower, noEffect: 1),
        note:
          "A class whose first confidence is close to a border of the rounding is not stopped. scikit-learn gave 0 "
          + "with differences of .02, .02 ± .04 with .05, .10 with .1 and .22 with .2 over ten splits.",
        work: used.map { FaceStudy(model: .softmax, rounding: 0.1, seed: $0) },
        measure: StatementMeasure.metric("not_empty")))
    statements += wideSteps(Array(used.prefix(5)), judge: judge)
    statements.append(
      InversionStatement(
        row: 10, id: "face-network",
        statement: "Network of 32 units on digits: rebuilt digits that are recognised",
        source: "reference of this project, scikit-learn 1.9.1", published: 0.5, unit: "share",
        expectation: Expectation(0.25...0.75, stronger: .higher, noEffect: 0.1), note: judge,
        work: used.prefix(3).map { FaceStudy(model: .network, rounding: nil, seed: $0) },
        measure: StatementMeasure.metric("identified")))
    return statements
  }

  /// What rounding is worth against an attacker whose differences are as wide as a pixel.
  private static func wideSteps(_ seeds: [UInt64], judge: String) -> [InversionStatement] {
    [(step: 0.01, least: 0.9), (0.1, 0.5)].map { (step: Double, least: Double) in
      InversionStatement(
        row: 10, id: "face-wide-\(step)",
        statement:
          "Rounding to \(step) does not stop an attacker whose differences span the range of a pixel: rebuilt digits "
          + "that are recognised",
        source: "question of this project, no published claim", published: nil, unit: "share",
        expectation: Expectation(least...1, stronger: .higher, noEffect: 0.1),
        note: "\(judge) A difference of 1 moves a confidence by more than the rounding hides.",
        work: seeds.map { FaceStudy(model: .softmax, rounding: step, difference: 1, seed: $0) },
        measure: StatementMeasure.metric("identified"))
    }
  }

  /// Row 11: stealing the model first.
  private static func theft(_ seeds: [UInt64]) -> [InversionStatement] {
    let cells = seeds.prefix(5).map { StolenFaceStudy(seed: $0) }
    let source = "Tramèr et al., Stealing Machine Learning Models, USENIX Security 2016, section 4.1.4"
    func value(_ outcomes: [Outcome], _ attack: String, _ metric: String) -> Double? {
      outcomes.matching(attack: attack).first?.metrics[metric]
    }
    return [
      InversionStatement(
        row: 11, id: "face-queries", statement: "Queries for one rebuilt face, asking for every gradient",
        source: "\(source): about 20,600 for a face of 92 by 112 pixels", published: 20_600, unit: "queries",
        expectation: nil, note: "Here a digit of 8 by 8 pixels; no more comparable than that.",
        work: cells,
        measure: { outcomes in
          outcomes.matching(attack: "mi-face").compactMap { $0.metrics["queries"].map { $0 / 10 } }
        }),
      InversionStatement(
        row: 11, id: "face-ratio",
        statement: "All classes rebuilt directly take more queries than stealing the model first (ratio)",
        source: "\(source): 20", published: 20, unit: "ratio",
        expectation: Expectation(5...100, stronger: .higher, noEffect: 1),
        note:
          "The parameter over_http of the results says whether a service was asked or the model in this process, by the "
          + "same queries. The theft is the log-ratio attack, which needs one query more than there are pixels.",
        work: cells,
        measure: StatementMeasure.perSeed { outcomes in
          guard let direct = outcomes.matching(attack: "mi-face").first?.metrics["queries"],
            let stolen = outcomes.matching(attack: "steal, then mi-face").first?.metrics["queries"]
          else { return nil }
          return direct / stolen
        }),
      InversionStatement(
        row: 11, id: "face-stolen-quality",
        statement: "Digits rebuilt from the stolen model that are recognised",
        source: source, published: nil, unit: "share",
        expectation: Expectation(0.9...1, stronger: .higher, noEffect: 0.1), work: cells,
        measure: StatementMeasure.metric("identified", attack: "steal, then mi-face")),
    ]
  }
}
