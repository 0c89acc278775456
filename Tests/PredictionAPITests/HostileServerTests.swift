import Learning
import LinearAlgebra
import Querying
import Guarding
import Tabular
import Testing

@testable import PredictionAPI

@Suite("What hostile servers say")
struct HostileServerTests {
  private static func json(_ text: String) throws -> JSON {
    try JSONReader.value(of: Array(text.utf8), acceptsNonFinite: true)
  }

  @Test(
    "Answers of another number of rows than was asked about are refused before they are set up",
    arguments: [
      #"{"outputs":[{"name":"predict","shape":[1000000000000000],"data":[]}]}"#,
      #"{"outputs":[{"name":"predict","shape":[2],"data":[]}]}"#,
      #"{"outputs":[{"name":"predict","shape":[2],"data":[1]}]}"#,
      #"{"outputs":[{"name":"predict","shape":[3],"data":[1,2,3]}]}"#,
      #"{"outputs":[{"name":"predict","data":[1,2]}]}"#,
    ])
  func rows(_ text: String) throws {
    let reply = try Self.json(text)
    #expect(throws: HTTPOracleError.self) { try V2Client(url: "u").answers(reply, rows: 2) }
  }

  @Test("Lists of another length are refused in the dialects that answer with lists")
  func lists() throws {
    let reply = try Self.json(#"{"predictions":[1,2,3]}"#)
    #expect(throws: HTTPOracleError.self) { try MLflowClient(url: "u").answers(reply, rows: 2) }
    #expect(throws: HTTPOracleError.self) {
      try InstancesClient(dialect: .tfserving, url: "u").answers(reply, rows: 2)
    }
    #expect(try MLflowClient(url: "u").answers(reply, rows: 3).count == 3)
  }

  @Test("A width beyond belief is not believed")
  func width() throws {
    let v2 = try Self.json(
      #"{"inputs":[{"name":"x","shape":[-1,1000000000000000],"datatype":"FP64"}]}"#)
    #expect(ServerDetection.v2Facts(v2).width == nil)
    let metadata = { (size: String) in
      try Self.json(
        #"{"metadata":{"signature_def":{"signature_def":{"serving_default":{"inputs":{"x":{"tensor_shape":{"dim":"#
          + #"[{"size":"-1"},{"size":"\#(size)"}]}}}}}}}}"#)
    }
    #expect(ServerDetection.tensorFlowFacts(try metadata("1000000000000000")).width == nil)
    #expect(ServerDetection.tensorFlowFacts(try metadata("64")).width == 64)
  }

  /// The three forms of the date in RFC 9110, section 5.6.7, and 10.2.3 for the header.
  @Test("Retry-After is a number of seconds or a date in any of the three forms")
  func retryAfter() {
    for text in [
      "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
    ] {
      #expect(HTTPDate.seconds(of: text) == 784_111_777, "\(text)")
      #expect(HTTPDate.wait(text, now: 784_111_700) == .seconds(77))
      #expect(HTTPDate.wait(text, now: 784_111_800) == .zero)
    }
    #expect(HTTPDate.wait("120") == .seconds(120) && HTTPDate.wait(" 0") == .zero)
    #expect(HTTPDate.wait("99999999999999999999999") == .seconds(1_000_000_000))
    for text in [
      "", "soon", "-5", "1.5", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT", "٣",
    ] {
      #expect(HTTPDate.wait(text) == nil, "\(text)")
    }
    for second in [0, 951_782_400, 1_709_164_800, 4_102_444_799] {
      #expect(HTTPDate.seconds(of: HTTPDate.text(of: second)) == second)
    }
  }

  /// A server that answers everything with one reply.
  private static func replying(_ reply: String, _ body: (Int) async throws -> Void) async throws {
    let server = try CannedServer(reply)
    defer { server.stop() }
    try await body(server.port)
  }

  @Test(
    "A wait longer than an hour is told of and not begun; a shorter one ends when the task is cancelled",
    .watchesTheClock)
  func longWaits() async throws {
    let (start, hour) = (ContinuousClock.now, 3600)
    try await Self.replying("HTTP/1.1 503 Busy\r\nretry-after: \(hour + 1)\r\ncontent-length: 0\r\n\r\n") {
      port in
      let exchange = try HTTPExchange(timeout: .seconds(5), retries: 8)
      let url = "http://127.0.0.1:\(port)/"
      await #expect(throws: HTTPOracleError.closed(url: url, seconds: hour + 1)) {
        try await exchange.send(WireRequest(url: url))
      }
    }
    try await Self.replying("HTTP/1.1 503 Busy\r\nretry-after: \(hour)\r\ncontent-length: 0\r\n\r\n") {
      port in
      let (told, continuation) = AsyncStream<Duration>.makeStream()
      let exchange = try HTTPExchange(timeout: .seconds(5), retries: 8) { continuation.yield($0) }
      let waiting = Task { try await exchange.send(WireRequest(url: "http://127.0.0.1:\(port)/")) }
      for await wait in told {
        #expect(wait == .seconds(hour))
        break
      }
      waiting.cancel()
      await #expect(throws: CancellationError.self) { try await waiting.value }
    }
    #expect(ContinuousClock.now - start < .seconds(60))
  }

  @Test("More inputs than memory holds equations for are told of before anything is asked for")
  func tooWide() async throws {
    var probe = ServerProbe(
      client: V2Client(url: "u", tensor: "x"),
      exchange: try HTTPExchange(timeout: .seconds(1), retries: 0),
      facts: ModelFacts(), options: HTTPOracleOptions())
    probe.inputs = [InputColumn](
      repeating: InputColumn(name: "x", kind: .number(lower: 0, upper: 1)),
      count: SystemMemory.largestSquare(copies: 4) + 10)
    #expect(throws: HTTPOracleError.self) { try probe.checkSize() }
    probe.inputs = Array(probe.inputs.prefix(10))
    try probe.checkSize()
  }

  @Test("A limit counts every row that is sent, and not those of a request that was too large")
  func limit() async throws {
    let limit = SendingLimit(60, spent: 5)
    var options = HTTPOracleOptions()
    options.limit = limit
    options.probes = 10
    let service = try Samples.service(Samples.softmax()) { $0.maxBatch = 8 }
    try await ServerSecurityTests.with(service) { port in
      let oracle = try await HTTPOracle.connect(url: "http://127.0.0.1:\(port)", options: options)
      #expect(60 - 5 - limit.left >= 10)
      let left = limit.left
      _ = try await oracle.answer(Matrix(rows: left, columns: 4), details: [])
      #expect(limit.left == 0 && !limit.wasReached)
      await #expect(throws: QueryError.budgetSpent(60)) {
        try await oracle.answer(Matrix(rows: 1, columns: 4), details: [])
      }
      #expect(limit.wasReached)
    }
    let (_, rows) = service.answered
    #expect(rows <= 55)
  }

  @Test("Two classes of one name are refused, whoever names them")
  func classes() throws {
    var answer = RawAnswer()
    answer.scores = [0.2, 0.3, 0.5]
    answer.scoreNames = ["a", "a", "b"]
    #expect(throws: QueryError.self) { try AnswerReading([answer], facts: ModelFacts(), described: []) }
    var facts = ModelFacts()
    facts.classes = ["a", "b", "a"]
    answer.scoreNames = []
    #expect(throws: QueryError.self) { try AnswerReading([answer], facts: facts, described: []) }
    answer.scoreNames = ["a", "c", "b"]
    let reading = try AnswerReading([answer], facts: ModelFacts(), described: [])
    #expect(reading.target == .classes(["a", "c", "b"]))
  }

  @Test("Classes may be called anything")
  func classNames() throws {
    let answers = ["-9223372036854775808", "-9223372036854775808", "9223372036854775807"].enumerated()
      .map { place, name in
        var answer = RawAnswer()
        answer.output = .string(name)
        answer.scores = (0..<4).map { $0 == place + 1 ? 1 : 0 }
        return answer
      }
    let reading = try AnswerReading(answers, facts: ModelFacts(), described: [])
    #expect(
      reading.target == .classes(["class 0", "class 1", "class 2", "9223372036854775807"]))
  }

  @Test("Columns that a model does not have are dropped from what is said of a node")
  func fields() throws {
    var raw = RawAnswer()
    raw.output = .string("a")
    raw.node = NodeReport(id: 3, fields: [-1, 0, 1, 2, 999])
    let meaning = AnswerMeaning(target: .classes(["a", "b"]), content: .label, columns: 2)
    #expect(try meaning.answer(raw).node == NodeReport(id: 3, fields: [0, 1]))
  }

  @Test("Bounds that are not finite are not taken")
  func bounds() throws {
    let resource = try Self.json(
      #"{"objective_field":"1","model":{"fields":{"0":{"name":"a","optype":"numeric","#
        + #""summary":{"minimum":-Infinity,"maximum":NaN}},"1":{"name":"y"}}}}"#)
    #expect(ServerDetection.bigmlFacts(resource).inputs[0].kind == .number(nil))
    let far = try Self.json(
      #"{"inputs":[{"name":"a","datatype":"FP64","parameters":{"minimum":[-1e308],"maximum":[1e308]}},"#
        + #"{"name":"b","datatype":"FP64"}]}"#)
    #expect(ServerDetection.v2Facts(far).inputs[0].kind == .number(nil))
  }

  @Test("The search for a stamp ends with its task")
  func work() async {
    let search = Task {
      while !Task.isCancelled { await Task.yield() }
      return Hashcash(bits: 200, resource: "r", salt: "s").solved(sha256: WorkGate.sha256)
    }
    search.cancel()
    #expect(await search.value == nil)
  }
}
