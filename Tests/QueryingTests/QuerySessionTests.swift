import Files
import FoundationEssentials
import Learning
import LinearAlgebra
import Querying
import Synchronization
import Tabular
import TestSupport
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

  /// An oracle that takes two rows at a time and fails for good after some requests.
  private final class Failing: PredictionOracle {
    let base: PipelineOracle
    let requests: Int
    let sent = Mutex(0)

    init(base: PipelineOracle, requests: Int) {
      self.base = base
      self.requests = requests
    }

    var schema: QuerySchema { base.schema }
    var capabilities: OracleCapabilities { base.capabilities }

    func answer(_ queries: Matrix, details: AnswerDetails) async throws -> [Answer] {
      try base.answers(queries)
    }

    func answerFirst(_ queries: Matrix, details: AnswerDetails) async throws -> [Answer] {
      let number = sent.withLock { sent in
        sent += 1
        return sent
      }
      guard number <= requests else { throw QueryError.refused("too much") }
      return try base.answers(queries.rows(at: Array(0..<min(2, queries.rows))))
    }
  }

  @Test("What was answered before a request failed is on record and is not asked for again")
  func partial() async throws {
    let rows = Matrix((0..<7).map { [Double($0), 0] })
    let log = Mutex<[QuerySession.Exchange]>([])
    let session = QuerySession(
      Failing(base: try Self.oracle(), requests: 2), record: { exchanges in log.withLock { $0 += exchanges } }
    )
    await #expect(throws: QueryError.refused("too much")) { try await session.ask(rows) }
    #expect(session.ledger.billed == 4 && session.ledger.requests == 2)
    let known = log.withLock { $0 }
    #expect(known.map { $0.query[0] } == [0, 1, 2, 3])

    let resumed = QuerySession(Failing(base: try Self.oracle(), requests: 9), budget: 7, known: known)
    #expect(try await resumed.ask(rows).numbers == (0..<7).map { 2 * Double($0) + 1 })
    #expect(resumed.ledger.billed == 3 && resumed.ledger.queries == 7 && resumed.ledger.requests == 2)
  }

  @Test("An oracle over a session counts and remembers")
  func sessionOracle() async throws {
    let session = QuerySession(try Self.oracle())
    let oracle = SessionOracle(session)
    for _ in 0..<2 {
      #expect(try await oracle.answer(Matrix([[1, 0], [0, 0]]), details: []).numbers == [3, 1])
    }
    #expect(session.ledger.billed == 2 && session.ledger.cached == 2)
  }

  /// A record on disk of exchanges of the model above, with some lines behind.
  private static func record(
    _ exchanges: [QuerySession.Exchange], lines: String = "", change: (String) -> String = { $0 }
  ) throws -> QueryRecord {
    let oracle = try oracle()
    let path = Folder.temporaryPath(".jsonl")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let header = QueryRecord.Header(target: "m", schema: oracle.schema, capabilities: oracle.capabilities)
    try QueryRecorder.open(path: path, header: header).recorder.append(exchanges)
    let text = change(String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)) + lines
    try Data(text.utf8).write(to: URL(filePath: path))
    return try QueryRecord(path: path)
  }

  @Test("A record answers with the details that were recorded, and plainly for every recorded row")
  func replayWithDetails() async throws {
    let schema = try Self.oracle().schema
    let region = QueryRegion(whole: schema.inputs)
    let replay = try RecordedOracle(
      try Self.record([
        .init(query: [1, 0], details: [], answer: Answer(number: 3)),
        .init(query: [1, 0], details: .gradients, answer: Answer(number: 3, gradient: [2, -1])),
        .init(
          query: [0, .nan], details: .nodes,
          answer: Answer(number: 1, node: NodeReport(id: 4, fields: [0, 1]))),
        .init(
          query: [0, 1], details: .boundedCounterfactuals, region: region,
          answer: Answer(number: 0, counterfactual: [1, 1])),
      ]))
    #expect(replay.recordedQueries?.rows == 3)
    #expect(try await replay.answer(Matrix([[1, 0]]), details: .gradients)[0].gradient == [2, -1])
    #expect(try await replay.answer(Matrix([[0, .nan]]), details: .nodes)[0].node?.id == 4)
    #expect(try await replay.answer(Matrix([[0, .nan], [0, 1]]), details: []).numbers == [1, 0])
    #expect(try await replay.answer([0, 1], counterfactualIn: region).counterfactual == [1, 1])
    await #expect(throws: QueryError.notRecorded(known: 3)) {
      try await replay.answer(Matrix([[0, .nan]]), details: .gradients)
    }
    await #expect(throws: QueryError.notRecorded(known: 3)) {
      try await replay.answer(Matrix([[0, 1]]), details: .counterfactuals)
    }
  }

  @Test("An empty record, and one that makes no sense, is refused with a reason")
  func damagedRecords() throws {
    #expect(throws: QueryError.recordEmpty(target: "m")) { try RecordedOracle(try Self.record([])) }
    for (line, word) in [
      (#"{"query":[1],"answer":{"number":1}}"#, "values"),
      (#"{"query":[1,2],"answer":{"label":0}}"#, "label"),
      (#"{"query":[1,2],"answer":{"probabilities":[0.5,0.5]}}"#, "probabilities"),
      (#"{"query":[1,2],"answer":{"number":1,"confidence":7}}"#, "confidence"),
      (#"{"query":[1,2],"details":2,"answer":{"number":1,"gradient":[1,2,3]}}"#, "gradient"),
      (#"{"query":[1,2],"details":1,"answer":{"number":1,"node":{"id":1,"fields":[2]}}}"#, "fields"),
      (#"{"query":[1,2],"details":8,"region":[{"above":1}],"answer":{"number":1}}"#, "region"),
      (
        #"{"query":[1,2],"details":8,"region":[{"above":1},{"levels":[true]}],"answer":{"number":1}}"#,
        "region"
      ),
    ] {
      let error = #expect(throws: QueryError.self) { try Self.record([], lines: line + "\n") }
      #expect(error?.description.contains(word) == true, "\(line): \(String(describing: error))")
    }
    for (old, new, word) in [
      ("\"batchLimit\":1000", "\"batchLimit\":0", "batchLimit"),
      ("\"batchLimit\":1000", "\"batchLimit\":1000,\"decimals\":-1", "decimals"),
      ("\"upper\":1", "\"upper\":-7", "bounds"),
    ] {
      let error = #expect(throws: QueryError.self) {
        try Self.record([]) { $0.replacing(old, with: new) }
      }
      #expect(error?.description.contains(word) == true, "\(new): \(String(describing: error))")
    }
  }

  @Test("A model that numbers its columns is asked about those of a table in their order, besides the target")
  func numberedColumns() throws {
    let inputs = ["x0", "x1"].map { InputColumn(name: $0, kind: .number(lower: 0, upper: 9)) }
    let schema = QuerySchema(inputs: inputs, target: .classes(["0", "1"]))
    let table = Table(columns: [
      .init(name: "age", values: .numeric([1, 2])), .init(name: "ill", values: .numeric([0, 1])),
      .init(name: "dose", values: .numeric([3, 4])),
    ])
    #expect(throws: DesignError.self) { try schema.rows(of: table) }
    let names = inputs.map(\.name)
    #expect(try schema.rows(of: table.asked(besides: "ill", inputs: names)) == Matrix([[1, 3], [2, 4]]))
    #expect(table.asked(besides: "ill", inputs: names + ["ill"]) == table)
  }

  @Test("A record resumes an attack and answers without the model")
  func record() async throws {
    let oracle = try Self.oracle()
    let path = Folder.temporaryPath(".jsonl")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let header = QueryRecord.Header(target: "m", schema: oracle.schema, capabilities: oracle.capabilities)
    do {
      let first = try QueryRecorder.open(path: path, header: header)
      let session = QuerySession(oracle, record: { try first.recorder.append($0) })
      _ = try await session.ask(Matrix([[0.25, 0], [1, 0.5]]))
      #expect(throws: FileOutputError.inUse(path: path)) {
        _ = try QueryRecorder.open(path: path, header: header)
      }
    }
    // A line that an interruption tore.
    let whole = try Data(contentsOf: URL(filePath: path))
    try (whole + Data("{\"query\":[0.3".utf8)).write(to: URL(filePath: path))

    do {
      let second = try QueryRecorder.open(path: path, header: header)
      #expect(second.known.count == 2)
      let resumed = QuerySession(oracle, known: second.known, record: { try second.recorder.append($0) })
      _ = try await resumed.ask(Matrix([[0.25, 0], [1, 0.5], [0, 0]]))
      #expect(resumed.ledger.billed == 1)
      #expect(resumed.ledger.resumed == 2)
      #expect(resumed.ledger.queries == 3)
    }

    let replay = try RecordedOracle(try QueryRecord(path: path))
    #expect(replay.recordedQueries?.rows == 3)
    #expect(try await replay.answer(Matrix([[1, 0.5]]), details: []).numbers == [2.5])
    await #expect(throws: QueryError.notRecorded(known: 3)) {
      try await replay.answer(Matrix([[1, 1]]), details: [])
    }
  }

  @Test("A record says of another target that it is one before its columns are known, of other columns then")
  func otherModel() throws {
    let oracle = try Self.oracle()
    let (schema, capabilities) = (oracle.schema, oracle.capabilities)
    let path = Folder.temporaryPath(".jsonl")
    defer { try? FileManager.default.removeItem(atPath: path) }
    do {
      let new = try QueryRecordFile(path: path, isNamed: true)
      try new.check(target: "m")
      try new.check(target: "n")
      _ = try new.recorder(.init(target: "m", schema: schema, capabilities: capabilities))
    }
    let file = try QueryRecordFile(path: path, isNamed: true)
    try file.check(target: "m")
    let another = QueryError.recordDamaged(
      path: path, line: 1, reason: "this is the record of m and not of n; use another file")
    #expect(throws: another) { try file.check(target: "n") }
    #expect(throws: another) {
      try file.recorder(.init(target: "n", schema: schema, capabilities: capabilities))
    }
    let wider = QuerySchema(
      inputs: schema.inputs + [InputColumn(name: "new", kind: .number(lower: 0, upper: 1))],
      target: schema.target)
    let changed = QueryError.recordDamaged(
      path: path, line: 1, reason: "the columns or the target of m have changed since; use another file")
    #expect(throws: changed) {
      try file.recorder(.init(target: "m", schema: wider, capabilities: capabilities))
    }
  }

  @Test("A record whose first line was torn begins anew; what is no record is left alone")
  func tornHeader() throws {
    let oracle = try Self.oracle()
    let header = QueryRecord.Header(target: "m", schema: oracle.schema, capabilities: oracle.capabilities)
    let path = Folder.temporaryPath(".jsonl")
    defer { try? FileManager.default.removeItem(atPath: path) }
    _ = try QueryRecorder.open(path: path, header: header)
    let whole = try Data(contentsOf: URL(filePath: path))
    for length in [0, 1, 7, whole.count / 2, whole.count - 1] {
      try whole.prefix(length).write(to: URL(filePath: path))
      #expect(try QueryRecorder.open(path: path, header: header).known.isEmpty)
      #expect(try Data(contentsOf: URL(filePath: path)) == whole)
    }
    for text in ["a,b\n1,2\n", "{\"name\": 1", "x"] {
      try Data(text.utf8).write(to: URL(filePath: path))
      #expect(throws: QueryError.self) { _ = try QueryRecorder.open(path: path, header: header) }
      #expect(try Data(contentsOf: URL(filePath: path)) == Data(text.utf8))
    }
  }

  @Test("Of a request that an interruption tore, no row is on record, wherever it was torn")
  func tornRequest() throws {
    let oracle = try Self.oracle()
    let header = QueryRecord.Header(target: "m", schema: oracle.schema, capabilities: oracle.capabilities)
    let path = FileManager.default.temporaryDirectory.path + "/bezoar-part-\(UUID().uuidString).jsonl"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let rows = Matrix([[0.25, 0], [0.5, 1], [0.75, 0], [1, 1]])
    let exchanges = try zip(0..<4, oracle.answers(rows)).map { row, answer in
      QuerySession.Exchange(query: rows.row(row), details: [], answer: answer)
    }
    do {
      let recorder = try QueryRecorder.open(path: path, header: header).recorder
      try recorder.append(Array(exchanges.prefix(1)))
      try recorder.append(Array(exchanges.dropFirst()))
    }
    let whole = try Data(contentsOf: URL(filePath: path))
    let ends = whole.indices.filter { whole[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    #expect(ends.count == 5)
    for length in ends[0]...whole.count {
      try whole.prefix(length).write(to: URL(filePath: path))
      let expected = length == whole.count ? exchanges : length < ends[1] ? [] : Array(exchanges.prefix(1))
      #expect(try QueryRecord(path: path).exchanges == expected, "\(length)")
      do {
        let (recorder, known) = try QueryRecorder.open(path: path, header: header)
        #expect(known == expected)
        if length < whole.count, length >= ends[1] { try recorder.append(Array(exchanges.dropFirst())) }
      }
      if length >= ends[1] { #expect(try Data(contentsOf: URL(filePath: path)) == whole, "\(length)") }
    }
  }

  @Test("A run whose first answers an interruption tore has only begun, and keeps its name")
  func tornBeginning() throws {
    let oracle = try Self.oracle()
    let header = QueryRecord.Header(target: "m", schema: oracle.schema, capabilities: oracle.capabilities)
    let path = FileManager.default.temporaryDirectory.path + "/bezoar-begun-\(UUID().uuidString).jsonl"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let rows = Matrix([[0.25, 0], [0.5, 1], [0.75, 0]])
    let probes = try zip(0..<3, oracle.answers(rows)).map { row, answer in
      QuerySession.Exchange(query: rows.row(row), details: [], answer: answer)
    }
    let (name, nameBytes) = try {
      let file = try QueryRecordFile(path: path, isNamed: true)
      let bytes = try Data(contentsOf: URL(filePath: path)).count
      #expect(try file.recorder(header, probes: probes).known.isEmpty)
      return (try #require(file.run), bytes)
    }()
    let whole = try Data(contentsOf: URL(filePath: path))
    #expect(try QueryRecord(path: path).exchanges == probes)
    for length in nameBytes...whole.count {
      try whole.prefix(length).write(to: URL(filePath: path))
      let file = try QueryRecordFile(path: path, isNamed: true)
      #expect(file.run == name, "\(length)")
      #expect(file.earlier?.exchanges == (length == whole.count ? probes : nil), "\(length)")
      let known = try file.recorder(header, probes: probes).known
      #expect(known == (length == whole.count ? probes : []), "\(length)")
      #expect(try Data(contentsOf: URL(filePath: path)) == whole, "\(length)")
    }
  }

  @Test("The name of a run is on disk before its model is known, and is the same when the run goes on")
  func runs() throws {
    let oracle = try Self.oracle()
    let header = QueryRecord.Header(target: "m", schema: oracle.schema, capabilities: oracle.capabilities)
    let path = Folder.temporaryPath(".jsonl")
    defer { try? FileManager.default.removeItem(atPath: path) }
    func run() throws -> String? { try QueryRecordFile(path: path, isNamed: true).run }
    let name = try #require(try run())
    #expect(name.count > 20)
    #expect(try run() == name)
    // Killed while the header was written.
    let begun = try Data(contentsOf: URL(filePath: path))
    try (begun + Data(",\"capab".utf8)).write(to: URL(filePath: path))
    let exchange = QuerySession.Exchange(
      query: [0.25, 0], details: [], answer: try oracle.answers(Matrix([[0.25, 0]]))[0])
    do {
      let file = try QueryRecordFile(path: path, isNamed: true)
      #expect(file.run == name && file.earlier == nil)
      let (recorder, known) = try file.recorder(header)
      #expect(known.isEmpty)
      try recorder.append([exchange])
      file.discard()
    }
    do {
      let file = try QueryRecordFile(path: path, isNamed: true)
      #expect(file.run == name && file.earlier?.exchanges == [exchange] && file.earlier?.batchLimit == 1000)
      try file.append(limit: 5)
      _ = try file.recorder(header)
      try file.append(limit: 250)
    }
    let record = try QueryRecord(path: path)
    #expect(record.exchanges == [exchange] && record.batchLimit == 250)
    #expect(try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count == 3)
    // One that has sent nothing leaves nothing.
    try FileManager.default.removeItem(atPath: path)
    let other = try QueryRecordFile(path: path, isNamed: true)
    #expect(other.run != name)
    other.discard()
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}
