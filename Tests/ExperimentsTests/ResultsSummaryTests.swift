import Learning
import Reporting
import TestSupport
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

  @Test("no number has no summary, one has no spread, and huge ones do not overflow")
  func edges() throws {
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

  /// Names of files, levels and guards are no ids; every outcome follows the schema all the same.
  @Test(arguments: [
    "", " ", "Model A", "Ä.json", "../a\tb\n", "http://127.0.0.1:80", "-x-", "id-1.2_3+", "模型",
  ])
  func everyNameFollowsTheSchema(name: String) throws {
    let outcome = Outcome(
      dataset: name, model: name, attack: name, defence: name, rate: 0, seed: 1, metrics: ["x": .infinity])
    let document = ResultsDocument(
      tool: .init(version: "0.1.0", blas: "Haswell"), parameters: [:], methods: [], outcomes: [outcome],
      claims: [])
    #expect(try SchemaCheck(ResultsDocument.schemaText).complaints(about: document.json()) == [])
    #expect([outcome].matching(model: name).count == 1)
    #expect(Outcome.identifier(outcome.model) == outcome.model)
  }

  @Test("ids follow the schema, and names are kept as they are")
  func idsAndNames() {
    #expect(Outcome.identifier("Model A") == "model-a" && Outcome.identifier("ridge") == "ridge")
    #expect(Outcome.identifier("b\u{301}") == "unnamed")
    let one = Outcome(
      dataset: "d", model: "m", attack: "map, prior by race", defence: "rounding:step=0.1+hamp", rate: 0,
      seed: 1)
    #expect(one.attack == "map, prior by race" && one.defence == "rounding:step=0.1+hamp")
  }

  @Test(arguments: [
    (Origin.published, "Published"), (.digitised, "Published, read off"), (.peerRun, "Peer, run here"),
    (.ownReference, "Our reference"), (.ownAim, "Our aim"),
  ])
  func onlyWhatIsPublishedIsCalledSo(origin: Origin, label: String) {
    let claim = Statement(
      row: 1, id: "x", "s", reference: Reference(origin, 2, "somebody"), unit: "", judging: .byConstruction,
      work: ()
    ) { _ in [1] }.claim([])
    #expect(Report.ClaimEntry(claim).label == label)
    for table in [TextTable(claims: [claim]), TextTable(claims: [claim], rows: [1])] {
      #expect(table.rows[0].contains { $0.text == origin.rawValue })
    }
  }

  @Test func claimsBecomeEntries() {
    let claims = ResultsDocumentTests.document.claims
    let entry = Report.ClaimEntry(claims[0])
    #expect(entry.published == "75.1 %" && entry.measured == "85.0 % ± 2.5 % (3 seeds)")
    #expect(entry.verdict == "exceeded" && entry.tone == .good)
    #expect(entry.source == "Jagielski et al. 2018" && entry.label == "Published")
    #expect(
      entry.note
        == "Accepted: 70.0 % to 80.0 %, higher is stronger; the range is the wording of the statement. Without effect "
        + "(random poison): 20.0 %.")
    #expect(Report.ClaimEntry(claims[1]).measured == "no number")
    #expect(TextTable(claims: claims).rows.count == 2)
    #expect(TextTable(claims: claims, rows: [3, 4]).rows[1][0].text == "4")
    let small = Statement(
      row: 1, id: "labels", "Few labels differ",
      reference: Reference(.published, 0.0013, "Tramèr et al. 2016"),
      unit: "share", judging: .anotherSetting, setting: "other rows", work: ()
    ) { _ in [0.9995, 0.9997] }.claim([])
    let shown = Report.ClaimEntry(small)
    #expect(shown.published == "0.130 %" && shown.measured == "99.960 % ± 0.127 % (2 seeds)")
    #expect(shown.note == "Setting: other rows" && shown.verdict == "another setting")
    let method = Report.MethodEntry(ResultsDocumentTests.document.methods[0])
    #expect(method.facts.map(\.name) == ["Source", "Needs", "MITRE ATLAS", "OWASP ML", "NIST AI 100-2"])
    #expect(method.parameters?.rows.count == 1)
  }
}
