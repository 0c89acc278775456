import Learning
import LinearAlgebra
import Querying
import Tabular
import Testing

@testable import Stealing

@Suite("Missing values in a theft")
struct MissingValuesTests {
  /// A table with gaps in a number and in a category, and a target that depends on both.
  private static func table() throws -> Table {
    var random = RandomStream(seed: 4)
    var lines = ["age,job,size,y,kind"]
    let jobs = ["baker", "nurse", "pilot"]
    for row in 0..<240 {
      let (age, job, size) = (random.uniform(20, 60), random.integer(below: 3), random.normal())
      let score = 0.1 * (age - 40) + Double(job) - 1 + size + 0.3 * random.normal()
      lines.append(
        "\(row % 7 == 0 ? "" : "\(age)"),\(row % 5 == 0 ? "" : jobs[job]),\(size),\(score),\(score > 0 ? "b" : "a")"
      )
    }
    return try TableReader().read(bytes: Array((lines.joined(separator: "\n") + "\n").utf8), name: "gaps.csv")
  }

  private static func logistic(_ missing: EncodingOptions.MissingValues) throws -> Pipeline {
    let options = EncodingOptions(numeric: .standard, missing: missing, ignored: ["y"])
    let encoder = try ClassEncoder.fit(table(), target: "kind", options: options)
    let design = try encoder.design(table())
    var random = RandomStream(seed: 1)
    let data = ClassificationData(features: design.features, labels: design.labels, classCount: 2)
    let model = try LogisticRegression().fit(data, using: &random)
    return try Pipeline(
      features: encoder.features, target: .classes(name: "kind", labels: encoder.classes),
      model: .linearClassifier(model))
  }

  /// The largest difference of the copy from the model on the rows of the table, and on those with gaps only.
  private static func difference(_ copy: Pipeline, _ victim: Pipeline) throws -> Double {
    let rows = try PipelineOracle(victim).schema.rows(of: table())
    let pairs = zip(try PipelineOracle(victim).answers(rows), try PipelineOracle(copy).answers(rows))
    return pairs.map { totalVariation($0.probabilities, $1.probabilities) }.max() ?? .infinity
  }

  @Test(
    "What a logistic model does with missing values is copied exactly, whether it fills them in or makes a level of them",
    arguments: [EncodingOptions.MissingValues.impute, .ownLevel, .zero])
  func logistic(_ missing: EncodingOptions.MissingValues) async throws {
    let victim = try Self.logistic(missing)
    let session = QuerySession(PipelineOracle(victim))
    var random = RandomStream(seed: 2)
    let stolen = try await AutomaticAttack().steal(session, using: &random)
    // Without that the copy is off where the middle of a range is not what the model fills in.
    if missing != .zero { #expect(try Self.difference(stolen.pipeline, victim) > 0.01) }
    let result = try await MissingValues.learn(stolen, session, using: &random)
    #expect(result.outcome == .learned, "\(result.sentence)")
    // One row and the row without each of three columns, and twenty held out.
    #expect(result.queries == 24)
    #expect(try Self.difference(result.stolen.pipeline, victim) < 1e-9)
    #expect(result.stolen.pipeline.features.inputColumns == session.schema.inputs)
  }

  @Test("What a softmax model and a regression do with missing values is copied exactly")
  func others() async throws {
    for victim in [try SyntheticVictim.several(), try SyntheticVictim.number()] {
      let session = QuerySession(victim.oracle)
      var random = RandomStream(seed: 3)
      let stolen = try await EquationSolving().steal(session, using: &random)
      let result = try await MissingValues.learn(stolen, session, using: &random)
      #expect(result.outcome == .learned, "\(victim.name): \(result.sentence)")
      var rows = session.schema.uniformRows(50, using: &random)
      for row in 0..<50 { rows[row, row % rows.columns] = .nan }
      let (copy, truth) = (
        try PipelineOracle(result.stolen.pipeline).answers(rows), try victim.oracle.answers(rows)
      )
      #expect(HeldOutCheck(model: truth, copy: copy).meanDifference < 1e-6)
    }
  }

  @Test("A model that refuses gaps has nothing to copy of it, and none are asked")
  func refused() async throws {
    let victim = try Self.logistic(.dropRows)
    let session = QuerySession(PipelineOracle(victim))
    var random = RandomStream(seed: 2)
    let stolen = try await LogRatio().steal(session, using: &random)
    let result = try await MissingValues.learn(stolen, session, using: &random)
    #expect(result.outcome == .refused && result.queries == 0 && result.stolen == stolen)
  }

  @Test("Where the budget is short or the copy cannot do it, it is said")
  func notPart() async throws {
    let victim = try Self.logistic(.impute)
    var random = RandomStream(seed: 2)
    let short = QuerySession(PipelineOracle(victim), budget: 20)
    let stolen = try await LogRatio().steal(short, using: &random)
    let result = try await MissingValues.learn(stolen, short, using: &random)
    guard case .notPart(let reason) = result.outcome else {
      Issue.record("\(result.outcome)")
      return
    }
    #expect(reason.contains("budget") && result.sentence.contains("not part of the copy"))
    #expect(short.ledger.queries <= 20)

    // A tree that spreads rows with gaps over both branches: no number stands for a missing one.
    let tree = try SyntheticVictim.tree()
    let whole = QuerySession(tree.oracle)
    let copy = try await PathFinding().steal(whole, using: &random)
    let outcome = try await MissingValues.learn(copy, whole, using: &random)
    #expect(outcome.outcome != .refused)
    var rows = whole.schema.uniformRows(200, using: &random)
    for row in 0..<200 { rows[row, row % rows.columns] = .nan }
    let error = HeldOutCheck(
      model: try tree.oracle.answers(rows), copy: try PipelineOracle(outcome.stolen.pipeline).answers(rows)
    ).meanDifference
    // Either it is right, or how far it is off is said, or that it is not part of the copy.
    switch outcome.outcome {
    case .learned: #expect(error < 0.02)
    case .approximate(let gaps, _): #expect(gaps > 0 && outcome.sentence.contains("off"))
    default: #expect(outcome.sentence.contains("not part"))
    }
  }
}
