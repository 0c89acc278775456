import Foundation
import LinearAlgebra
import Querying
import Guarding
import TestSupport
import Testing

@testable import PredictionAPI

@Suite("What a service allows")
struct ServiceTests {
  static let row = #"{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP64","data":[1,2,3,4]}]}"#
  static let path = "/v2/models/m/infer"

  static func rows(_ count: Int) -> String {
    let data = (0..<count * 4).map { "\($0 % 10)" }.joined(separator: ",")
    return #"{"inputs":[{"name":"x","shape":[\#(count),4],"datatype":"FP64","data":[\#(data)]}]}"#
  }

  @Test("Keys: in three places, and only the right one")
  func keys() async throws {
    let service = try Samples.service(Samples.softmax()) {
      $0.keys = APIKeys([("alice", "s3cret"), ("bob", "other")])
    }
    for headers in [
      [:], ["x-api-key": "s3creT"], ["authorization": "Bearer "], ["authorization": "Bearer s3cre"],
      ["x-api-key": "s3cret", "authorization": "Bearer other"],
      ["x-api-key": "s3cret", "authorization": "x"],
    ] {
      let reply = try await service.post(Self.path, Self.row, headers: headers)
      #expect(reply.status == 401)
      #expect(reply.json["error"] != nil)
    }
    for headers in [
      ["x-api-key": "s3cret"], ["authorization": "Bearer other"],
      ["x-api-key": "other", "authorization": "Bearer other"],
    ] {
      #expect(try await service.post(Self.path, Self.row, headers: headers).status == 200)
    }
    let query = await service.reply(to: APIRequest("GET", "/v2", query: "username=alice;api_key=s3cret"))
    #expect(query.status == 200)
    #expect(await service.get("/v2").status == 401)
    #expect(await service.get("/v2/health/live").status == 200)
  }

  @Test("A file of keys is read, and its faults are named")
  func keyFile() throws {
    let path = Folder.temporaryPath(".txt")
    defer { try? FileManager.default.removeItem(atPath: path) }
    try "# clients\nalice abc # first\n\n bob\tdef\ncarol s3#cret #x\n".write(
      toFile: path, atomically: true, encoding: .utf8)
    let keys = try APIKeys(path: path)
    #expect(keys.client(of: "s3#cret") == "carol" && keys.client(of: "s3") == nil)
    #expect(
      keys.client(of: "def") == "bob" && keys.client(of: "abc") == "alice" && keys.client(of: "") == nil)
    for (text, word) in [
      ("alice\n", "line 1"), ("a b\na\u{1B}[31mb c\n", "line 2 has a character"), ("é b\n", "line 1 has"),
      ("a b\na c\n", "two keys"), ("#\n", "no key"),
    ] {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      let error = #expect(throws: ServingError.self) { try APIKeys(path: path) }
      #expect(error?.description.contains(word) == true)
    }
  }

  @Test("A budget counts answered rows of each client")
  func budget() async throws {
    let service = try Samples.service(Samples.softmax()) { $0.budget = 5 }
    #expect(try await service.post(Self.path, Self.rows(3)).status == 200)
    #expect(try await service.post(Self.path, "{}").status == 400)
    let over = try await service.post(Self.path, Self.rows(3))
    #expect(over.status == 429 && over.json["error"]?.string?.contains("2 are left") == true)
    #expect(try await service.post(Self.path, Self.rows(2)).status == 200)
    #expect(try await service.post(Self.path, Self.rows(1)).status == 429)
    #expect(try await service.post(Self.path, Self.rows(5), address: "10.0.0.9").status == 200)
  }

  @Test("A rate lets rows through as time passes")
  func rate() throws {
    let accounts = ClientAccounts(budget: nil, rate: 10)
    let start = ContinuousClock.now
    for _ in 0..<10 { try accounts.reserve(1, for: "a", now: start) }
    let error = #expect(throws: APIError.self) { try accounts.reserve(1, for: "a", now: start) }
    #expect(error?.status == 429 && error?.retryAfter == 1)
    try accounts.reserve(2, for: "a", now: start + .milliseconds(250))
    #expect(throws: APIError.self) { try accounts.reserve(1, for: "a", now: start + .milliseconds(260)) }
    try accounts.reserve(10, for: "b", now: start)
    // A request of more rows than a second has waits for a full bucket and overdraws it.
    try accounts.reserve(30, for: "a", now: start + .seconds(60))
    let later = #expect(throws: APIError.self) {
      try accounts.reserve(1, for: "a", now: start + .seconds(61))
    }
    #expect(later?.retryAfter == 2)
  }

  @Test("Guards change, refuse and are counted; detectors raise one alarm per client")
  func guards() async throws {
    let service = try Samples.service(
      Samples.softmax(), guards: [TinyGuard()], detectors: [("third", ThirdQuery())])
    let proba =
      #"{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP64","data":[5,5,5,5]}],"outputs":[{"name":"predict_proba"}]}"#
    let given = try await service.post(Self.path, proba).json["outputs"]?.elements?[0]["data"]?.elements ?? []
    #expect(given.count == 3 && given.allSatisfy { $0.number.map { ($0 * 10).rounded() / 10 == $0 } == true })
    let far = #"{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP64","data":[500,5,5,5]}]}"#
    #expect(try await service.post(Self.path, far).status == 403)
    for _ in 0..<4 { _ = try await service.post(Self.path, Self.row) }
    _ = try await service.post(Self.path, Self.row, address: "10.0.0.2")
    let metrics = await service.get("/metrics").text
    for line in [
      "bezoar_requests_total{model=\"m\",status=\"200\"} 6",
      "bezoar_requests_total{model=\"m\",status=\"403\"} 1",
      "bezoar_rows_total{model=\"m\"} 6", "bezoar_guard_refusals_total{model=\"m\"} 1",
      "bezoar_detector_alarms_total{detector=\"third\"} 1", "bezoar_request_seconds_count 7",
      "bezoar_request_seconds_bucket{le=\"+Inf\"} 7", "# TYPE bezoar_request_seconds histogram",
    ] {
      #expect(metrics.contains(line + "\n"), "\(line)\n\(metrics)")
    }
  }

  @Test("Work is asked for before an answer, once for each")
  func work() async throws {
    let pipeline = try Samples.softmax()
    var model = ServedModel(name: "m", oracle: PipelineOracle(pipeline))
    model.workGate = WorkGate { client, queries, salt in
      Hashcash(bits: 5 + min(queries.rows, 4), resource: client, salt: salt)
    }
    let service = try PredictionService(models: [model])
    let request = APIRequest("POST", Self.path, body: Array(Self.row.utf8))
    let refused = await service.reply(to: request)
    #expect(refused.status == 428)
    let challenge = try #require(Hashcash(line: refused.headers["x-hashcash-challenge"] ?? ""))
    var paid = request
    let stamp: String = try #require(challenge.solved(sha256: WorkGate.sha256))
    paid.headers["x-hashcash"] = stamp
    #expect(await service.reply(to: paid).status == 200)
    // A solution is good for one request.
    #expect(await service.reply(to: paid).status == 428)
    paid.headers["x-hashcash"] = challenge.line + ":x"
    #expect(await service.reply(to: paid).status == 428)
    // Nor is it good for a request that costs more.
    let again = await service.reply(to: request)
    let small = try #require(Hashcash(line: again.headers["x-hashcash-challenge"] ?? ""))
    var large = APIRequest("POST", Self.path, body: Array(Self.rows(4).utf8))
    large.headers["x-hashcash"] = small.solved(sha256: WorkGate.sha256)
    let dearer = await service.reply(to: large)
    #expect(dearer.status == 428)
    #expect(Hashcash(line: dearer.headers["x-hashcash-challenge"] ?? "")?.bits == 9)
    try await HTTPOracleTests.with(service) { oracle in
      let answers = try await oracle.answer(Matrix([[1, 2, 3, 4]]), details: [])
      #expect(answers.labels == (try PipelineOracle(pipeline).answers(Matrix([[1, 2, 3, 4]])).labels))
    }
  }

  @Test("Too many at once are turned away, and later ones served", .watchesTheClock)
  func overload() async throws {
    let service = try Samples.service(Samples.softmax()) {
      $0.maxConcurrent = 2
      $0.latency = .milliseconds(300)
    }
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<8 { group.addTask { try await service.post(Self.path, Self.row).status } }
      return try await group.reduce(into: [Int]()) { $0.append($1) }
    }
    #expect(statuses.count { $0 == 200 } == 2)
    #expect(statuses.count { $0 == 503 } == 6)
    #expect(try await service.post(Self.path, Self.row).status == 200)
    let shed = await service.get("/metrics").text
    #expect(shed.contains("bezoar_shed_requests_total{reason=\"overload\"} 6"))
  }

  @Test("Every row takes its latency")
  func latency() async throws {
    let service = try Samples.service(Samples.softmax()) { $0.latency = .milliseconds(40) }
    let start = ContinuousClock.now
    #expect(try await service.post(Self.path, Self.rows(3)).status == 200)
    #expect(ContinuousClock.now - start >= .milliseconds(120))
  }

  @Test("Two models have two names")
  func names() throws {
    let oracle = PipelineOracle(try Samples.softmax())
    #expect(throws: ServingError.sameName("a")) {
      try PredictionService(models: [
        ServedModel(name: "a", oracle: oracle), ServedModel(name: "a", oracle: oracle),
      ])
    }
  }

  @Test("Dates as HTTP writes them")
  func date() { #expect(HTTPDate.text(of: 784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT") }
}
