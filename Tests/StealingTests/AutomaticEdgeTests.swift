import Methods
import Learning
import LinearAlgebra
import Querying
import Tabular
import Testing

import Guarding
@testable import Stealing

@Suite("The automatic choice on services that answer little or refuse")
struct AutomaticEdgeTests {
  /// A service that refuses rows outside the domain of some rows.
  private struct Strict: PredictionOracle {
    let base: PipelineOracle
    let `guard`: any PreparedGuard
    var schema: QuerySchema { base.schema }
    var capabilities: OracleCapabilities { `guard`.capabilities(base.capabilities) }

    init(_ pipeline: Pipeline, honest: Matrix) throws {
      base = PipelineOracle(pipeline)
      `guard` = try InputDomain().prepared(
        for: ServiceContext(schema: base.schema, pipeline: pipeline, benign: honest))
    }

    func answer(_ queries: Matrix, details: AnswerDetails) async throws -> [Answer] {
      try `guard`.guarded(try base.answers(queries), to: queries, client: "")
    }
  }

  @Test(
    "Models of dummy columns behind a service that refuses infeasible rows are stolen",
    arguments: ["logistic", "ovr", "mlp"])
  func strict(recipe: String) async throws {
    let settings = recipe == "mlp" ? ["hidden=[6]"] : []
    let target = try MatrixTarget(
      recipe, classes: recipe == "logistic" ? 2 : 3, [.dummies], settings: settings)
    let oracle = try Strict(target.pipeline, honest: target.rows)
    #expect(!oracle.schema.indicatorGroups.isEmpty)
    let session = QuerySession(oracle, budget: 400, realRows: target.rows)
    var random = RandomStream(seed: 1).child("steal")
    let stolen = try await AutomaticAttack().steal(session, using: &random)
    #expect(stolen.completeness != nil)
    if recipe == "logistic" || recipe == "ovr" { #expect(stolen.isComplete, "\(stolen.notes)") }
  }

  /// Refuses a row that was asked before up to a small move, as a service does that looks for extraction.
  private struct Touchy: PredictionOracle {
    let base: PipelineOracle
    let limit: Double
    var schema: QuerySchema { base.schema }
    var capabilities: OracleCapabilities { base.capabilities }

    func answer(_ queries: Matrix, details: AnswerDetails) async throws -> [Answer] {
      let answers = try base.answers(queries)
      for answer in answers where (answer.probabilities.max() ?? 1) < limit {
        throw QueryError.refused("the model is not sure")
      }
      return answers
    }
  }

  @Test("A refusal while a copy is checked near its boundary does not end the theft")
  func refusedBoundary() async throws {
    // Sure nearly everywhere, and rows near the boundary are refused.
    let victim = try SyntheticVictim(
      "sure", columns: SyntheticVictim.columns(3), labels: ["n", "p"],
      model: .linearClassifier(LinearClassifier(weights: [150, -130, 170], intercept: 2)))
    let session = QuerySession(Touchy(base: victim.oracle, limit: 0.6), budget: 300)
    var random = RandomStream(seed: 2).child("steal")
    let stolen = try await AutomaticAttack().steal(session, using: &random)
    #expect(stolen.completeness != nil)
  }

  @Test("A copy that cannot answer a row differs there and ends nothing")
  func overflowing() async throws {
    let columns = SyntheticVictim.columns(1)
    let model = try SyntheticVictim(
      "small", columns: columns, labels: [], model: .linear(LinearModel(weights: [1], intercept: 0)))
    let session = QuerySession(model.oracle)
    var random = RandomStream(seed: 1)
    let held = try await HeldOutRows(session, count: 12, relative: 1e-5, method: "test", using: &random)
    let copy = try StolenModel(
      .linear(LinearModel(weights: [1.7e308], intercept: 1.7e308)), features: FeatureEncoder(inputs: columns),
      schema: session.schema)
    let check = try held.check(copy.pipeline)
    #expect(check.rows == 12 && check.differing == 12 && check.meanDifference.isFinite)
    // A service of numbers near the largest double: the theft ends with a copy or says why there is none.
    let huge = try SyntheticVictim(
      "huge", columns: SyntheticVictim.columns(2), labels: [],
      model: .linear(LinearModel(weights: [8e307, -8e307], intercept: 1e307)))
    let theft = QuerySession(huge.oracle, budget: 100)
    do {
      let stolen = try await AutomaticAttack().steal(theft, using: &random)
      #expect(stolen.completeness != nil)
    } catch {
      #expect(error is StealingError, "\(error)")
    }
  }

  /// A table whose class is whether exactly one of two numbers is large.
  private static func alternating() throws -> (Pipeline, rows: Matrix) {
    var random = RandomStream(seed: 5)
    let rows = Matrix(rows: 400, columns: 2, elements: (0..<800).map { _ in random.uniform(0, 10) })
    let labels = (0..<400).map { (rows[$0, 0] > 4) != (rows[$0, 1] > 6) ? 1 : 0 }
    let table = Table(
      columns: [
        .init(name: "a", values: .numeric(rows.column(0))),
        .init(name: "b", values: .numeric(rows.column(1))),
        .init(name: "y", values: .categorical(codes: labels, levels: ["n", "p"])),
      ])
    let options = EncodingOptions(numeric: .none, categories: .codes, missing: .keep)
    let encoder = try ClassEncoder.fit(table, target: "y", options: options)
    let design = try encoder.design(table)
    guard case .classifier(let learner) = try Learners.builtIn.make("tree", settings: .none) else {
      throw LearningError.unknownLearner(id: "tree", known: [])
    }
    let model = try learner.train(
      ClassificationData(features: design.features, labels: design.labels, classCount: 2),
      columns: EncodedColumns(encoder), workers: 1, using: &random
    ).model
    return (
      try Pipeline(
        features: encoder.features, target: .classes(name: "y", labels: encoder.classes), model: model), rows
    )
  }

  @Test("A tree that gives labels alone is copied by trees, as well as by the best learner chosen by hand")
  func labelTree() async throws {
    let (pipeline, rows) = try Self.alternating()
    let oracle = PipelineOracle(pipeline, content: .label)
    func share(_ attack: some ExtractionAttack) async throws -> Double {
      let session = QuerySession(oracle, budget: 600)
      var random = RandomStream(seed: 1).child("steal")
      let stolen = try await attack.steal(session, using: &random)
      let copy = try PipelineOracle(stolen.pipeline).answers(rows)
      let truth = try oracle.answers(rows)
      return Double(zip(truth, copy).count { $0.label != $1.label }) / Double(rows.rows)
    }
    var forest = RetrainUniform()
    forest.recipe = "forest"
    let single = try await share(forest)
    let own = try await share(AutomaticAttack())
    #expect(single < 0.2)
    #expect(own <= single + 0.05)
  }

  @Test("Where all answers are held out it is said that none is left to learn from")
  func nothingLeft() async throws {
    let session = QuerySession(try SyntheticVictim.binary().oracle)
    var random = RandomStream(seed: 1)
    let rows = session.rows(3, using: &random)
    _ = try await session.ask(rows)
    let error = #expect(throws: StealingError.self) {
      try LearnedCopy.fit("logistic", session, without: rows, using: &random)
    }
    #expect(error?.description.contains("no answer is left") == true)
  }

  @Test("The check of a mended tree is one of the tree that is handed over, whatever the budget")
  func mendedTree() async throws {
    let pipeline = try TreeFixtures.duplicates()
    var mended = 0
    for budget in stride(from: 60, through: 400, by: 10) {
      let session = QuerySession(PipelineOracle(pipeline), budget: budget)
      var random = RandomStream(seed: 4)
      var held = try await HeldOutRows(session, count: 20, relative: 1e-5, method: "test", using: &random)
      guard let outcome = try await TreeTrial(session: session).run(&held, using: &random), outcome.isTree,
        let check = outcome.copy.completeness?.check
      else { continue }
      if outcome.copy.remarks.contains(where: { $0.contains("rows held out showed") }) { mended += 1 }
      let own = try held.check(outcome.copy.pipeline)
      // Fresh rows that differ mend the copy, so none of those that are reported may.
      #expect(check.differing == own.differing, "budget \(budget)")
      #expect(check.rows > held.count || check == own, "budget \(budget)")
    }
    #expect(mended > 0)
  }
}
