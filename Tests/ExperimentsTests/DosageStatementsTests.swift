import Poisoning
import Testing

@testable import Experiments

/// Verdicts on constructed outcomes, so that a wrong range, metric or direction is seen.
@Suite("Statements on the dosage case")
struct DosageStatementsTests {
  private static func outcome(
    _ model: String, _ attack: String, _ rate: Double, _ metrics: Metrics, defence: String = "none",
    seed: UInt64 = 1
  ) -> Outcome {
    Outcome(
      dataset: "iwpc-onehot", model: model, attack: attack, defence: defence, rate: rate, seed: seed,
      metrics: metrics)
  }

  /// As for the patients of the paper.
  private static func statements(onPaperData: Bool = true) throws -> DosageStatements {
    DosageStatements(
      isPaperData: onPaperData,
      cohort: try DosageCohort.named("warfarin-synthetic", dataDirectory: nil).name)
  }

  /// The verdict on these outcomes; those of one split are taken twice, as a single run is not judged.
  private static func verdict(_ id: String, _ outcomes: [Outcome]) throws -> Verdict {
    let isSingle = outcomes.distinct(\.seed).count == 1
    let again = outcomes.map { one in
      Outcome(
        dataset: one.dataset, model: one.model, attack: one.attack, defence: one.defence, rate: one.rate,
        seed: one.seed + 100, metrics: one.metrics)
    }
    return try #require(statements().all.first { $0.id == id }, "\(id)")
      .claim(outcomes + (isSingle ? again : [])).verdict
  }

  @Test("Every range holds its number and is made by a rule of it, and every null is measured")
  func faults() throws {
    for isPaperData in [true, false] {
      #expect(try Self.statements(onPaperData: isPaperData).all.flatMap(\.faults) == [])
    }
  }

  @Test("On other patients nothing published and nothing of a peer is judged")
  func otherPatients() throws {
    for statement in try Self.statements(onPaperData: false).all where statement.reference.origin != .ownAim {
      if case .by = statement.judging { Issue.record("\(statement.id) is judged") }
    }
  }

  @Test(
    "At least half of the doses wrong is reproduced or not, never exceeded",
    arguments: [(0.55, Verdict.reproduced), (0.9, .reproduced), (0.3, .short), (0.04, .contradicted)])
  func half(share: Double, verdict: Verdict) throws {
    let outcomes = [Self.outcome("lasso", "optp-pointwise", 0.08, ["share_changed_75": share])]
    #expect(try Self.verdict("dose-wrong-for-half", outcomes) == verdict)
  }

  @Test(
    "The median at 20 % is compared with the authors' code",
    arguments: [(1.5, Verdict.agrees), (1.9, .differs), (1.2, .differs)])
  func twenty(median: Double, verdict: Verdict) throws {
    let outcomes = [Self.outcome("lasso", "optp-pointwise", 0.2, ["dose_change_median": median])]
    #expect(try Self.verdict("dose-change-20", outcomes) == verdict)
  }

  private static func pairs(_ published: [Double], seed: UInt64) -> [Outcome] {
    zip([0.08, 0.12, 0.16, 0.2], published).flatMap { rate, error in
      [
        outcome("ridge", "bgd", rate, ["test_mse": 0.02], seed: seed),
        outcome("ridge", "optp-pointwise", rate, ["test_mse": error], seed: seed),
        outcome("ridge", "optp", rate, ["test_mse": 2 * error], seed: seed),
      ]
    }
  }

  @Test("OptP against BGD is judged on paired splits at the rate where it is weakest")
  func ordering() throws {
    let worse = Self.pairs([0.03, 0.019, 0.05, 0.06], seed: 1)
    #expect(try Self.verdict("optp-pointwise-beats-bgd-ridge", worse) == .contradicted)
    #expect(try Self.verdict("optp-beats-bgd-ridge", worse) == .strongerMethod)
    let better =
      Self.pairs([0.03, 0.025, 0.05, 0.06], seed: 2) + Self.pairs([0.03, 0.025, 0.05, 0.06], seed: 3)
    #expect(try Self.verdict("optp-pointwise-beats-bgd-ridge", worse + better) == .undecided)
    #expect(try Self.verdict("optp-pointwise-beats-bgd-ridge", better) == .exceeded)
    let alike = Self.pairs([0.03, 0.021, 0.05, 0.06], seed: 2)
    #expect(try Self.verdict("optp-pointwise-beats-bgd-ridge", alike) == .reproduced)
    // A split that lacks one side of its pair is a failure.
    #expect(try Self.verdict("optp-pointwise-beats-bgd-ridge", better + [worse[0]]) == .failed)
  }

  @Test(
    "TRIM is judged by the ratio to the clean error",
    arguments: [(1.1, Verdict.met), (1.31, .missed), (40, .missed)])
  func trim(ratio: Double, verdict: Verdict) throws {
    let outcomes = [Self.outcome("ridge", "optp", 0.08, ["mse_ratio": ratio], defence: "trim")]
    #expect(try Self.verdict("trim-optp-ridge-8", outcomes) == verdict)
  }

  @Test(
    "The published TRIM that saves nothing is contradicted",
    arguments: [(1.1, Verdict.reproduced), (2, .short), (12, .contradicted)])
  func plainTrim(ratio: Double, verdict: Verdict) throws {
    let outcomes = [
      Self.outcome("ridge", "optp-pointwise", 0.08, ["mse_ratio": ratio], defence: "trim-plain")
    ]
    #expect(try Self.verdict("trim-plain-optp-pointwise-ridge-8", outcomes) == verdict)
  }

  /// Read off the figures on health care, to four decimals; TRIM, no defence and no poison in the corrected version.
  private static let digitised: [String: (number: Double, noEffect: Double)] = [
    "optp-pointwise-mse-ridge-8": (0.0309, 0.0030), "optp-pointwise-mse-ridge-20": (0.0618, 0.0030),
    "optp-pointwise-mse-lasso-8": (0.0186, 0.0022), "optp-pointwise-mse-lasso-20": (0.0571, 0.0022),
    "statp-mse-ridge-20": (0.0615, 0.0030), "statp-mse-lasso-20": (0.0311, 0.0022),
    "trim-plain-optp-pointwise-ridge-8": (0.0031 / 0.0027, 0.0265 / 0.0027),
    "trim-plain-optp-pointwise-ridge-20": (0.0060 / 0.0027, 0.0613 / 0.0027),
    "trim-plain-optp-pointwise-lasso-8": (0.0026 / 0.0022, 0.0118 / 0.0022),
    "trim-plain-optp-pointwise-lasso-20": (0.0026 / 0.0022, 0.0369 / 0.0022),
  ]

  @Test("Every number of a figure has a tenth on either side, and no effect is of the same figure")
  func figures() throws {
    let all = try Self.statements().all
    for statement in all where statement.reference.origin == .digitised && !statement.id.contains("beats-bgd")
    {
      guard case .by(let expectation, _, _) = statement.judging else { continue }
      #expect(expectation.rule == .tenth, "\(statement.id)")
      let number = try #require(statement.reference.number)
      #expect(expectation.range == number - 0.1 * number...number + 0.1 * number, "\(statement.id)")
    }
    for (id, figure) in Self.digitised {
      let statement = try #require(all.first { $0.id == id }, "\(id)")
      #expect(abs((statement.reference.number ?? .nan) - figure.number) < 1e-12, "\(id)")
      guard case .by(let expectation, _, _) = statement.judging else {
        Issue.record("\(id) is not judged")
        continue
      }
      let ends = expectation.noEffect.flatMap { [$0.lowerBound, $0.upperBound] }.filter(\.isFinite)
      #expect(ends.count == 1 && abs(ends[0] - figure.noEffect) < 1e-12, "\(id)")
    }
    // OptP over BGD, the least of 8, 12, 16 and 20 %: .0309 / .0279 and .0416 / .0344.
    for (model, ratio) in [("ridge", 0.0309 / 0.0279), ("lasso", 0.0416 / 0.0344)] {
      let statement = try #require(all.first { $0.id == "optp-pointwise-beats-bgd-\(model)" })
      #expect(abs((statement.reference.number ?? .nan) - ratio) < 1e-12)
    }
    // Changes of the median dose, printed or of the authors' code, by the same rule.
    for statement in all where statement.id.hasPrefix("dose-change") && statement.id != "dose-change-139" {
      guard case .by(let expectation, _, _) = statement.judging else { continue }
      #expect(expectation.rule == .tenth, "\(statement.id)")
    }
  }

  @Test("Random poison in place of OptP does not beat BGD")
  func null() throws {
    let outcomes = [1, 2].flatMap { seed in
      [0.08, 0.12, 0.16, 0.2].flatMap { rate in
        [("bgd", 0.02), ("random", 0.005), ("optp-pointwise", 0.03)].map { attack, error in
          Self.outcome("ridge", attack, rate, ["test_mse": error], seed: seed)
        }
      }
    }
    let statement = try #require(
      Self.statements().all.first { $0.id == "optp-pointwise-beats-bgd-ridge" })
    #expect(statement.verdictOnNull(outcomes) == .contradicted)
    #expect(statement.claim(outcomes).verdict.isMet)
  }

  @Test("A number without a source is never judged")
  func unconfirmed() throws {
    let outcomes = [Self.outcome("lasso", "optp-pointwise", 0.2, ["dose_change_median": 1.3931])]
    #expect(try Self.verdict("dose-change-139", outcomes) == .unconfirmed)
  }

  @Test("A statement on an attack that was not asked for is not measured")
  func notAsked() throws {
    var study = DosageStudy(cohort: try DosageCohort.named("warfarin-synthetic", dataDirectory: nil))
    study.attacks = ["optp"]
    let claims = study.claims([], bound: TrimBound(instances: 1, violations: 0, reached: 1))
    #expect(claims.first { $0.id == "statp-mse-ridge-20" }?.verdict == .notMeasured)
    #expect(claims.first { $0.id == "trim-optp-ridge-8" }?.verdict == .failed)
    #expect(claims.first { $0.id == "trim-bound" }?.verdict == .byConstruction)
  }
}
