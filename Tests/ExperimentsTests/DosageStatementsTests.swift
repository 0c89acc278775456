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

  @Test("Every range holds its number, and no null by arithmetic meets its statement")
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
    #expect(try Self.verdict("optp-pointwise-beats-bgd-ridge", better) == .reproduced)
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
