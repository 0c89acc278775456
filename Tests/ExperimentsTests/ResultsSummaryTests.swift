import Learning
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

  @Test func idsAndNames() {
    #expect(Outcome.identifier("Model A") == "model-a" && Outcome.identifier("ridge") == "ridge")
    #expect(Outcome.identifier("b\u{301}") == "unnamed")
    let one = Outcome(
      dataset: "d", model: "m", attack: "map, prior by race", defence: "rounding:step=0.1+hamp", rate: 0,
      seed: 1)
    #expect(one.attack == "map, prior by race" && one.defence == "rounding:step=0.1+hamp")
  }

  /// A statement that was tested without a number counts as not met; one that could not be tested is named beside.
  @Test func failedStatementsStayInTheDenominator() {
    func statement(_ id: String, _ expectation: Experiments.Expectation?, _ metric: String)
      -> PublishedStatement<Int>
    {
      PublishedStatement(
        row: 1, id: id, statement: "s", source: "Tramèr et al. 2016", published: 1, unit: "",
        expectation: expectation, work: 1, measure: StatementMeasure.metric(metric))
    }
    let outcomes = [
      Outcome(
        dataset: "d", model: "m", attack: "a", defence: "none", rate: 0, seed: 1,
        metrics: ["found": 1, "nothing": .nan])
    ]
    let one = Experiments.Expectation.about(1, tolerance: 0.1)
    let claims = [
      statement("met", one, "found").claim(outcomes), statement("absent", one, "absent").claim(outcomes),
      statement("nan", one, "nothing").claim(outcomes), statement("empty", one, "found").claim([]),
      statement("undone", one, "found").claim(nil, remark: "Not measured: no file."),
      statement("unjudged", nil, "found").claim(outcomes),
    ]
    #expect(claims.map(\.verdict) == [.reproduced, .failed, .failed, .failed, .unconfirmed, .unconfirmed])
    let figure = Report.KeyFigure(met: claims)
    #expect(figure.value == "1 of 4" && figure.label.contains("2 more could not be judged"))
    #expect(figure.tone == .warning)
    #expect(Report.KeyFigure(met: Array(claims[..<1])).tone == .good)
  }

  @Test(arguments: [
    ("Tramèr et al. 2016", "Published", ""),
    ("reference of this project, scikit-learn 1.9.1", "Our reference", " (r)"),
    ("measured with a port of the authors' released code", "Our reference", " (r)"),
    ("aim of this program", "Our own question", " (q)"),
  ])
  func onlyWhatIsPublishedIsCalledSo(source: String, label: String, mark: String) {
    let claim = Claim(
      id: "x", statement: "s", source: source, published: 2, measured: 1, spread: nil, seeds: 1, unit: "",
      verdict: .short)
    #expect(Report.ClaimEntry(claim).label == label)
    for table in [TextTable(claims: [claim]), TextTable(claims: [claim], rows: [1])] {
      #expect(
        table.rows[0].contains { $0.text == "2.000\(mark)" || $0.text == "2\(mark)" }, "\(table.rows[0])")
      #expect(table.note.contains("neither is published") == !mark.isEmpty)
    }
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
