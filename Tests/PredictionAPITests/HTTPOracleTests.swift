import Foundation
import Learning
import LinearAlgebra
import Querying
import Stealing
import Tabular
import Testing

@testable import PredictionAPI

@Suite("Asking servers over HTTP")
struct HTTPOracleTests {
  /// An oracle on a server for the length of `body`.
  static func with(
    _ service: PredictionService, path: String = "", options: HTTPOracleOptions = HTTPOracleOptions(),
    _ body: (HTTPOracle) async throws -> Void
  ) async throws {
    try await ServerSecurityTests.with(service) { port in
      try await body(try await HTTPOracle.connect(url: "http://127.0.0.1:\(port)\(path)", options: options))
    }
  }

  @Test("Every dialect is recognised from the bare address", arguments: DialectName.allCases)
  func dialects(_ name: DialectName) async throws {
    let pipeline = try Samples.softmax(labels: ["ash", "elm", "oak"])
    var options = HTTPOracleOptions()
    if [.kserveV1, .mlflow, .tfserving].contains(name) { options.inputs = .numbers(lower: 0, upper: 10) }
    let path = name == .tfserving ? "/v1/models/m:predict" : ""
    try await Self.with(Samples.service(pipeline, name), path: path, options: options) { oracle in
      #expect(oracle.dialect == name)
      #expect(oracle.schema.inputs.count == 4)
      #expect(oracle.schema.inputs[3].kind == .number(lower: 0, upper: 10))
      #expect(oracle.capabilities.content == .probabilities)
      #expect(oracle.capabilities.decimals == (name == .bigml ? 5 : nil))
      #expect(!oracle.capabilities.acceptsMissing)
      let isNamed = [.v2, .bigml, .amazon].contains(name)
      #expect(
        oracle.schema.classes.count == 3 && (!isNamed || oracle.schema.classes == ["ash", "elm", "oak"]))
      var random = RandomStream(seed: 1)
      let rows = oracle.schema.uniformRows(name == .v2 ? 1500 : 5, using: &random)
      let truth = try PipelineOracle(pipeline).answers(rows)
      var given: [Answer] = []
      for start in stride(from: 0, to: rows.rows, by: oracle.capabilities.batchLimit) {
        let end = min(start + oracle.capabilities.batchLimit, rows.rows)
        given += try await oracle.answer(rows.rows(at: Array(start..<end)), details: [])
      }
      #expect(given.labels == truth.labels)
      let tolerance = name == .bigml ? 1e-5 : 0
      for (left, right) in zip(given, truth) {
        #expect(zip(left.probabilities, right.probabilities).allSatisfy { abs($0 - $1) <= tolerance })
      }
      #expect(oracle.traffic.sent > 0 && oracle.traffic.received > 0)
    }
  }

  @Test("Categories, missing values and part of the inputs", arguments: [DialectName.v2, .bigml, .amazon])
  func mixed(_ name: DialectName) async throws {
    try await Self.with(Samples.service(Samples.mixed(), name)) { oracle in
      #expect(oracle.schema == PipelineOracle(try Samples.mixed()).schema)
      #expect(oracle.capabilities.acceptsMissing)
      let rows = Matrix([[30, 2], [50, .nan], [.nan, 0], [.nan, .nan]])
      let truth = try PipelineOracle(Samples.mixed()).answers(rows)
      for row in 0..<4 {
        let answer = try await oracle.answer(rows.rows(at: [row]), details: [])[0]
        #expect(answer.label == truth[row].label)
      }
    }
  }

  @Test("Labels only, numbers, rounding, and columns that nobody describes")
  func contents() async throws {
    var options = HTTPOracleOptions()
    options.inputs = .numbers(lower: 0, upper: 10)
    try await Self.with(
      Samples.service(Samples.softmax(), content: .label, describes: false), options: options
    ) { oracle in
      #expect(oracle.capabilities.content == .label)
      #expect(oracle.schema.classes == ["0", "1", "2"])
      #expect(oracle.notes.contains { $0.contains("4 inputs") })
    }
    try await Self.with(Samples.service(Samples.softmax(), .mlflow, content: .label)) { oracle in
      #expect(oracle.capabilities.content == .label)
      #expect(oracle.schema.inputs.count == 4)
    }
    try await Self.with(Samples.service(Samples.regression())) { oracle in
      #expect(oracle.schema.target == .number)
      let answers = try await oracle.answer(Matrix([[0.5, 1]]), details: [])
      #expect(answers.numbers == [1])
    }
    try await Self.with(Samples.service(Samples.softmax(), guards: [TinyGuard()])) { oracle in
      #expect(oracle.capabilities.decimals == 1)
    }
    options.content = .label
    try await Self.with(Samples.service(Samples.softmax()), options: options) { oracle in
      #expect(oracle.capabilities.content == .label)
    }
  }

  @Test("Node ids and gradients are asked for where they are offered")
  func details() async throws {
    let service = try Samples.service(Samples.regression(), details: [.nodes, .gradients])
    try await Self.with(service) { oracle in
      #expect(oracle.capabilities.details == .gradients)
      let answer = try await oracle.answer(Matrix([[0.25, 0.5]]), details: .gradients)[0]
      #expect(answer.gradient == [2, -1] && answer.number == 1)
    }
  }

  @Test("A batch that is too large is halved until it is taken, and a bad query is not sent again and again")
  func halving() async throws {
    let service = try Samples.service(Samples.softmax()) { $0.maxBatch = 60 }
    try await Self.with(service) { oracle in
      var random = RandomStream(seed: 2)
      let rows = oracle.schema.uniformRows(300, using: &random)
      let truth = try PipelineOracle(Samples.softmax()).answers(rows)
      #expect(try await oracle.answer(rows, details: []).labels == truth.labels)
      await #expect(throws: QueryError.self) {
        try await oracle.answer(Matrix([[1, 2, 3, .nan]]), details: [])
      }
    }
  }

  @Test("A rate is waited for, a spent budget is not, and a key is sent")
  func waiting() async throws {
    var options = HTTPOracleOptions()
    options.key = "k"
    options.probes = 2
    let service = try Samples.service(Samples.softmax()) {
      $0.keys = APIKeys([("alice", "k")])
      $0.rate = 40
      $0.budget = 60
    }
    try await Self.with(service, options: options) { oracle in
      let start = ContinuousClock.now
      for _ in 0..<2 { _ = try await oracle.answer(Matrix(rows: 25, columns: 4), details: []) }
      #expect(ContinuousClock.now - start > .milliseconds(300))
      let error = await #expect(throws: QueryError.self) {
        try await oracle.answer(Matrix(rows: 25, columns: 4), details: [])
      }
      #expect(error?.description.contains("budget") == true)
    }
  }

  @Test("A softmax model is stolen over HTTP by d + 1 queries")
  func theft() async throws {
    let pipeline = try Samples.softmax()
    try await Self.with(Samples.service(pipeline)) { oracle in
      var random = RandomStream(seed: 5)
      let session = QuerySession(oracle, budget: 5)
      let stolen = try await LogRatio().steal(session, using: &random)
      #expect(session.ledger.billed == 5)
      let points = oracle.schema.uniformRows(300, using: &random)
      let copy = try PipelineOracle(stolen.pipeline).answers(points)
      #expect(copy.labels == (try PipelineOracle(pipeline).answers(points).labels))
    }
  }

  @Test("What cannot be asked is said in one sentence")
  func errors() async throws {
    await #expect(throws: HTTPOracleError.badURL("ftp://x")) { try await HTTPOracle.connect(url: "ftp://x") }
    var options = HTTPOracleOptions()
    options.retries = 0
    let error = await #expect(throws: HTTPOracleError.self) {
      try await HTTPOracle.connect(url: "http://127.0.0.1:9", options: options)
    }
    #expect(error?.description.contains("does not answer") == true)
    try await ServerSecurityTests.with(Samples.service(Samples.mixed(), describes: false)) { port in
      await #expect(throws: HTTPOracleError.categoriesUnknown(column: "job")) {
        try await HTTPOracle.connect(url: "127.0.0.1:\(port)")
      }
      await #expect(throws: HTTPOracleError.self) {
        try await HTTPOracle.connect(url: "127.0.0.1:\(port)/v2/models/other")
      }
      var described = HTTPOracleOptions()
      described.inputs = .inputs(try PipelineOracle(Samples.mixed()).schema.inputs, classes: ["good", "bad"])
      let oracle = try await HTTPOracle.connect(url: "127.0.0.1:\(port)", options: described)
      #expect(oracle.schema == PipelineOracle(try Samples.mixed()).schema)
    }
  }

  @Test("Descriptions of inputs")
  func descriptions() throws {
    #expect(try InputDescription("-2:3.5") == .numbers(lower: -2, upper: 3.5))
    for text in ["3:2", "a:b", "/nowhere.json"] {
      #expect(throws: HTTPOracleError.self) { try InputDescription(text) }
    }
    let json =
      #"{"inputs":[{"name":"a","lower":0,"upper":2},{"name":"b","levels":["x","y"]}],"classes":["n","y"]}"#
    #expect(
      try InputDescription(json: JSONReader.value(of: Array(json.utf8)))
        == .inputs(
          [
            InputColumn(name: "a", kind: .number(lower: 0, upper: 2)),
            InputColumn(name: "b", kind: .category(levels: ["x", "y"])),
          ], classes: ["n", "y"]))
  }

  @Test("Widths and decimals are read from what servers say")
  func readings() {
    let complaint =
      "line 348, in invocations ValueError: X has 1 features, but M is expecting 64 features as input"
    #expect(ServerProbe.widths(in: complaint).first == 64)
    #expect(AnswerReading.decimals((0..<20).map { Double($0) / 1000 }) == 3)
    #expect(AnswerReading.decimals((0..<20).map { Double($0) / 3 }) == nil)
    #expect(AnswerReading.decimals([0.5, 0.5]) == nil)
  }
}
