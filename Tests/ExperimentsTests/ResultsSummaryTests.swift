import Reporting
import Testing

@testable import Experiments

@Suite struct ResultsSummaryTests {
  /// Values by NumPy 2.4: `np.mean, np.std(ddof=1), np.median` of these numbers.
  @Test func agreesWithNumPy() throws {
    let summary = try #require(Summary([0.031, 0.027, 0.035, 0.04, 0.0305]))
    #expect(abs(summary.mean - 0.0327) < 1e-15)
    #expect(abs(summary.standardDeviation - 0.004969_909_455_915_671) < 1e-15)
    #expect(summary.median == 0.031)
    #expect(summary.minimum == 0.027 && summary.maximum == 0.04 && summary.count == 5)
    #expect(summary.textWithSeeds { $0.fixed(3) } == "0.033 ± 0.005 (5 seeds)")
  }

  @Test func edges() throws {
    #expect(Summary([]) == nil)
    #expect(Summary([.nan, .infinity]) == nil)
    let one = try #require(Summary([2, .nan]))
    #expect(one.standardDeviation == 0 && one.text { $0.fixed(1) } == "2.0")
    #expect(one.textWithSeeds { $0.fixed(1) } == "2.0 (1 seed)")
    let huge = try #require(Summary([1.7e308, 1.7e308, 1.6e308, 1.7e308]))
    #expect(huge.mean.isFinite && huge.standardDeviation.isFinite && huge.median == 1.7e308)
    let zero = try #require(Summary([0, 0]))
    #expect(zero.mean == 0 && zero.standardDeviation == 0)
  }

  @Test(arguments: [
    (0.75, Verdict.reproduced), (0.85, .exceeded), (0.5, .short), (0, .contradicted), (-1, .contradicted),
    (.nan, .unconfirmed),
  ])
  func verdicts(measured: Double, verdict: Verdict) {
    #expect(Expectation(0.7...0.8, stronger: .higher, noEffect: 0).verdict(on: measured) == verdict)
    #expect(Expectation(-0.8...(-0.7), stronger: .lower, noEffect: 0).verdict(on: -measured) == verdict)
  }

  @Test func nothingMeasuredIsUnconfirmed() {
    #expect(Expectation.about(1, tolerance: 0.1).verdict(on: nil) == .unconfirmed)
    // A number without a direction falls short on both sides, and beyond the value of no effect it is contradicted.
    for wrong in [0.8, 2] { #expect(Expectation.about(1, tolerance: 0.1).verdict(on: wrong) == .short) }
    let accuracy = Expectation.about(0.8, tolerance: 0.05, noEffect: 0.5)
    #expect(accuracy.verdict(on: 0.7) == .short && accuracy.verdict(on: 0.9) == .short)
    #expect(accuracy.verdict(on: 0.45) == .contradicted && accuracy.verdict(on: 0.8) == .reproduced)
  }

  @Test func outcomesAreGroupedInOrder() throws {
    let outcomes = [("optp", 0.2, 1), ("optp", 0.08, 1), ("statp", 0.08, 1), ("optp", 0.08, 2)].map {
      attack, rate, seed in
      Outcome(
        dataset: "d", model: "ridge", attack: attack, defence: "none", rate: rate, seed: UInt64(seed),
        metrics: ["mse": rate * Double(seed)])
    }
    #expect(outcomes.distinct(\.attack) == ["optp", "statp"])
    #expect(outcomes.matching(attack: "optp", rate: 0.08).summary(of: "mse")?.count == 2)
    #expect(outcomes.summary(of: "absent") == nil)
    let series = Figure.Series("optp", metric: "mse", overRateOf: outcomes.matching(attack: "optp"))
    #expect(series.points.map(\.x) == [0.08, 0.2])
    #expect(series.points[0].lower == 0.08 && series.points[1].lower == nil)
  }

  @Test func claimsBecomeEntries() {
    let claims = ResultsDocumentTests.document.claims
    let entry = Report.ClaimEntry(claims[0])
    #expect(entry.published == "75.1 %" && entry.measured == "85.0 % ± 7.1 % (2 seeds)")
    #expect(entry.verdict == "exceeded" && entry.tone == .good)
    #expect(Report.ClaimEntry(claims[1]).measured == "not measured")
    #expect(TextTable(claims: claims).rows.count == 2)
    let small = Report.ClaimEntry(
      Claim(
        id: "labels", statement: "Few labels differ", source: "Tramèr et al. 2016", published: 0.0013,
        measured: 0.9996, spread: 0.0001, seeds: 2, unit: "share", verdict: .short, note: nil))
    #expect(small.published == "0.130 %" && small.measured == "99.960 % ± 0.010 % (2 seeds)")
    let method = Report.MethodEntry(ResultsDocumentTests.document.methods[0])
    #expect(method.facts.map(\.name) == ["Source", "Needs", "MITRE ATLAS", "OWASP ML", "NIST AI 100-2"])
    #expect(method.parameters?.rows.count == 1)
  }
}
