import Poisoning
import Testing

@testable import Experiments

/// Verdicts on constructed outcomes, so that a wrong range, metric or direction is seen.
@Suite("Statements on the dosage case")
struct DosageClaimsTests {
  private static func outcome(
    _ model: String, _ attack: String, _ rate: Double, _ metrics: Metrics, defence: String = "none",
    seed: UInt64 = 1
  ) -> Outcome {
    Outcome(
      dataset: "iwpc-onehot", model: model, attack: attack, defence: defence, rate: rate, seed: seed,
      metrics: metrics)
  }

  private static func verdict(_ id: String, _ outcomes: [Outcome]) throws -> Verdict {
    let cohort = try DosageCohort.named("warfarin-synthetic", dataDirectory: nil)
    let claims = DosageClaims(outcomes, cohort: cohort).all(
      bound: TrimBound(instances: 1, violations: 0, reached: 1))
    return try #require(claims.first { $0.id == id }, "\(id)").verdict
  }

  @Test(
    "Wrong dose for half of the patients",
    arguments: [(0.55, Verdict.reproduced), (0.7, .exceeded), (0.3, .short)])
  func half(share: Double, verdict: Verdict) throws {
    let outcomes = [
      Self.outcome("lasso", "optp", 0.08, ["share_changed_20": share, "share_changed_50": 0.52])
    ]
    #expect(try Self.verdict("dose-wrong-for-half", outcomes) == verdict)
  }

  @Test(
    "The median at 20 % lies in 1.3 to 1.8",
    arguments: [(1.5, Verdict.reproduced), (1.9, .exceeded), (1.2, .short)])
  func twenty(median: Double, verdict: Verdict) throws {
    let outcomes = [Self.outcome("lasso", "optp-pointwise", 0.2, ["dose_change_median": median])]
    #expect(try Self.verdict("dose-change-20", outcomes) == verdict)
  }

  @Test("OptP against BGD is judged on the smallest ratio, for each search on its own")
  func ordering() throws {
    var outcomes: [Outcome] = []
    for (rate, published, joint) in [
      (0.08, 0.030, 0.08), (0.12, 0.019, 0.09), (0.16, 0.05, 0.1), (0.2, 0.06, 0.2),
    ] {
      outcomes.append(Self.outcome("ridge", "bgd", rate, ["test_mse": 0.02]))
      outcomes.append(Self.outcome("ridge", "optp-pointwise", rate, ["test_mse": published]))
      outcomes.append(Self.outcome("ridge", "optp", rate, ["test_mse": joint]))
    }
    #expect(try Self.verdict("optp-pointwise-beats-bgd-ridge", outcomes) == .contradicted)
    #expect(try Self.verdict("optp-beats-bgd-ridge", outcomes) == .exceeded)
  }

  @Test(
    "TRIM within 1.3 times the clean error",
    arguments: [(1.1, [Verdict.reproduced, .exceeded]), (1.31, [.short, .contradicted])])
  func trim(ratio: Double, allowed: [Verdict]) throws {
    let outcomes = [Self.outcome("ridge", "optp", 0.08, ["mse_ratio": ratio], defence: "trim")]
    #expect(allowed.contains(try Self.verdict("trim-optp-ridge-8", outcomes)))
  }

  @Test("A number without a source is never judged")
  func unconfirmed() throws {
    let outcomes = [Self.outcome("lasso", "optp", 0.2, ["dose_change_median": 1.3931])]
    #expect(try Self.verdict("dose-change-139", outcomes) == .unconfirmed)
  }
}
