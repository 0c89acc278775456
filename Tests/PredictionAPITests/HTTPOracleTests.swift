import Foundation
import Learning
import LinearAlgebra
import Querying
import Stealing
import Synchronization
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
      #expect(oracle.capabilities.acceptsMissing)
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

  @Test("A tree is stolen over HTTP by counterfactuals in regions")
  func counterfactuals() async throws {
    let pipeline = try Samples.tree()
    let details = try AnswerDetails(names: "counterfactuals")
    let local = PipelineOracle(pipeline, details: details)
    try await Self.with(Samples.service(pipeline, details: details)) { oracle in
      #expect(oracle.capabilities.details == details)
      var region = QueryRegion(whole: oracle.schema.inputs)
      region.restrict(0, above: 20, atMost: 60)
      region.restrict(1, to: [0, 2])
      let there = try await oracle.answer([30, 0], counterfactualIn: region)
      let here = try await local.answer([30, 0], counterfactualIn: region)
      #expect(there.counterfactual == here.counterfactual && there.label == here.label)
      #expect(region.contains(there.counterfactual) && !there.counterfactual.isEmpty)

      let stolen = try await TreeReconstruction().extract(QuerySession(oracle))
      var random = RandomStream(seed: 1)
      let points = oracle.schema.uniformRows(2000, using: &random)
      let copy = try PipelineOracle(stolen.stolenModel.pipeline).answers(points)
      #expect(copy.labels == (try local.answers(points).labels))
    }
  }

  @Test("A region that makes no sense is refused")
  func regions() async throws {
    let details = try AnswerDetails(names: "counterfactuals")
    let service = try Samples.service(Samples.tree(), details: details)
    func status(_ region: String) async throws -> Int {
      try await service.post(
        ServiceTests.path,
        #"{"inputs":[{"name":"age","shape":[1],"datatype":"FP64","data":[30]},"#
          + #"{"name":"job","shape":[1],"datatype":"BYTES","data":["baker"]}],"#
          + #""outputs":[{"name":"counterfactual","parameters":{"region":\#(region)}}]}"#
      ).status
    }
    #expect(try await status(#"[{"above":20},{"levels":["nurse"]}]"#) == 200)
    for region in [
      "1", "[]", "[{}]", "[1,2]", #"[{"above":"a"},{}]"#, #"[{},{"levels":["king"]}]"#,
      #"[{},{"levels":[]}]"#,
      #"[{"above":2,"atMost":2},{}]"#,
    ] {
      #expect(try await status(region) == 400, "\(region)")
    }
  }

  @Test("A batch that is too large is halved until it is taken, and a bad query is not sent again and again")
  func halving() async throws {
    let service = try Samples.service(Samples.softmax(), guards: [TinyGuard()]) { $0.maxBatch = 60 }
    try await Self.with(service) { oracle in
      var random = RandomStream(seed: 2)
      let rows = oracle.schema.uniformRows(300, using: &random)
      let truth = try PipelineOracle(Samples.softmax()).answers(rows)
      #expect(try await oracle.answer(rows, details: []).labels == truth.labels)
      await #expect(throws: QueryError.self) {
        try await oracle.answer(Matrix([[1, 2, 3, 1000]]), details: [])
      }
    }
  }

  @Test("Parts of a batch that were answered are counted before a later part is refused")
  func partial() async throws {
    let service = try Samples.service(Samples.softmax()) {
      $0.maxBatch = 40
      $0.budget = 150
    }
    var options = HTTPOracleOptions()
    options.probes = 5
    try await Self.with(service, options: options) { oracle in
      var random = RandomStream(seed: 3)
      let left = 150 - oracle.probedRows
      let rows = oracle.schema.uniformRows(left + 20, using: &random)
      let log = Mutex<[QuerySession.Exchange]>([])
      let session = QuerySession(oracle, record: { exchanges in log.withLock { $0 += exchanges } })
      await #expect(throws: QueryError.self) { try await session.ask(rows) }
      let answered = log.withLock { $0.count }
      #expect(answered > 0 && answered <= left)
      #expect(session.ledger.billed == answered && session.ledger.requests > 1)
      let metrics = await service.get("/metrics").text
      #expect(metrics.contains("bezoar_rows_total{model=\"m\"} \(oracle.probedRows + answered)\n"))
    }
  }

  @Test("A server that is slow by the row is asked about fewer rows at once", .watchesTheClock)
  func slowRows() async throws {
    let service = try Samples.service(Samples.softmax()) { $0.latency = .milliseconds(50) }
    var options = HTTPOracleOptions()
    options.timeout = .seconds(1)
    options.probes = 2
    // 24 rows take 1.2 s.
    try await Self.with(service, options: options) { oracle in
      #expect(oracle.capabilities.batchLimit <= 10)
      let answers = try await oracle.answer(Matrix(rows: 24, columns: 4), details: [])
      #expect(answers.count == 24)
    }
    // One that seemed fast is asked about half as many rows when time runs out.
    try await ServerSecurityTests.with(service) { port in
      let probe = ServerProbe(
        client: V2Client(url: "http://127.0.0.1:\(port)\(ServiceTests.path)", tensor: "x"),
        exchange: try HTTPExchange(timeout: .seconds(1), retries: 2), facts: ModelFacts(),
        options: options)
      let truth = PipelineOracle(try Samples.softmax(), content: .label)
      let meaning = AnswerMeaning(target: truth.schema.target, content: .label, columns: 4)
      let oracle = HTTPOracle(probe, schema: truth.schema, capabilities: truth.capabilities, meaning: meaning)
      let session = QuerySession(oracle)
      #expect(try await session.ask(Matrix((0..<24).map { [Double($0), 1, 2, 3] })).count == 24)
      #expect(session.ledger.requests >= 2 && session.ledger.billed == 24)
    }
  }

  @Test("A rate is waited for, a spent budget is not, and a key is sent", .watchesTheClock)
  func waiting() async throws {
    var options = HTTPOracleOptions()
    options.connection.key = "k"
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
      let error = await #expect(throws: HTTPOracleError.self) {
        try await HTTPOracle.connect(url: "127.0.0.1:\(port)")
      }
      #expect(error?.description.contains("describe them with --ranges FILE") == true)
      await #expect(throws: HTTPOracleError.self) {
        try await HTTPOracle.connect(url: "127.0.0.1:\(port)/v2/models/other")
      }
      var described = HTTPOracleOptions()
      described.inputs = .inputs(try PipelineOracle(Samples.mixed()).schema.inputs, classes: ["good", "bad"])
      let oracle = try await HTTPOracle.connect(url: "127.0.0.1:\(port)", options: described)
      #expect(oracle.schema == PipelineOracle(try Samples.mixed()).schema)
    }
  }

  @Test("A range describes inputs; ends in the wrong order, words and absent files are refused")
  func descriptions() throws {
    #expect(try InputDescription("-2:3.5") == .numbers(lower: -2, upper: 3.5))
    for text in ["3:2", "a:b", "/nowhere.json"] {
      #expect(throws: QueryError.self) { try InputDescription(text) }
    }
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
