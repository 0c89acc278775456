import FoundationEssentials
import Learning
import LinearAlgebra
import Querying
import Tabular
import Testing

@Suite("Query sessions and records")
struct QuerySessionTests {
  /// `2a − b + 1` for numbers `a` and `b` in [-1, 1].
  static func oracle(batchLimit: Int = 1000) throws -> PipelineOracle {
    let inputs = ["a", "b"].map { InputColumn(name: $0, kind: .number(lower: -1, upper: 1)) }
    return PipelineOracle(
      try Pipeline(
        features: FeatureEncoder(inputs: inputs), target: .number(name: "y"),
        model: .linear(LinearModel(weights: [2, -1], intercept: 1))), batchLimit: batchLimit)
  }

  @Test("Equal queries are sent once, in requests of limited size, within a budget")
  func counting() async throws {
    let session = QuerySession(try Self.oracle(batchLimit: 2), budget: 4)
    let answers = try await session.ask(Matrix([[0, 0], [1, 0], [0, 0], [0, 1]]))
    #expect(answers.numbers == [1, 3, 1, 0])
    #expect(session.ledger.asked == 4)
    #expect(session.ledger.billed == 3)
    #expect(session.ledger.cached == 1)
    #expect(session.ledger.requests == 2)
    _ = try await session.ask([1, 0])
    #expect(session.remaining == 1)
    await #expect(throws: QueryError.budgetSpent(4)) { try await session.ask(Matrix([[1, 1], [0.5, 0]])) }
    #expect(session.ledger.billed == 3)
    await #expect(throws: QueryError.wrongWidth(expected: 2, found: 1)) { try await session.ask([1]) }
  }

  @Test("A record resumes an attack and answers without the model")
  func record() async throws {
    let oracle = try Self.oracle()
    let path = FileManager.default.temporaryDirectory.path + "/bezoar-record-\(UUID().uuidString).jsonl"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let header = QueryRecord.Header(target: "m", schema: oracle.schema, capabilities: oracle.capabilities)
    let first = try QueryRecorder.open(path: path, header: header)
    let session = QuerySession(oracle, record: { try first.recorder.append($0) })
    _ = try await session.ask(Matrix([[0.25, 0], [1, 0.5]]))
    // A line that an interruption tore.
    let whole = try Data(contentsOf: URL(filePath: path))
    try (whole + Data("{\"query\":[0.3".utf8)).write(to: URL(filePath: path))

    let second = try QueryRecorder.open(path: path, header: header)
    #expect(second.known.count == 2)
    let resumed = QuerySession(oracle, known: second.known, record: { try second.recorder.append($0) })
    _ = try await resumed.ask(Matrix([[0.25, 0], [1, 0.5], [0, 0]]))
    #expect(resumed.ledger.billed == 1)
    #expect(resumed.ledger.resumed == 2)
    #expect(resumed.ledger.queries == 3)

    let replay = RecordedOracle(try QueryRecord(path: path))
    #expect(replay.recordedQueries?.rows == 3)
    #expect(try await replay.answer(Matrix([[1, 0.5]]), details: []).numbers == [2.5])
    await #expect(throws: QueryError.notRecorded(known: 3)) {
      try await replay.answer(Matrix([[1, 1]]), details: [])
    }
    let other = QueryRecord.Header(target: "n", schema: oracle.schema, capabilities: oracle.capabilities)
    #expect(throws: QueryError.self) { try QueryRecorder.open(path: path, header: other) }
  }
}
