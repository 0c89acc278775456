import Foundation
import LinearAlgebra
import Methods
import Querying
import Guarding
import Synchronization
import Tabular
import TestSupport
import Testing

@testable import PredictionAPI

@Suite("A service that stays where it is")
struct UpstreamServiceTests {
  private static let rows = Table(columns: [
    .init(name: "age", values: .numeric([0, 0.5, 1, 0.2])),
    .init(name: "ward", values: .categorical(codes: [0, 1, 1, 0], levels: ["A", "B"])),
  ])
  private static let hash = KeyedHash(name: "HMAC-SHA256", isCryptographic: true) { bytes in
    WorkGate.sha256([1] + bytes)
  }
  private static let template = (request: #"{"age":{age},"ward":"{ward}"}"#, batch: #"{"rows":[{rows}]}"#)

  private static func probability(_ row: JSON) -> Double? {
    guard let age = row["age"]?.number, let ward = row["ward"]?.string else { return nil }
    return 1 / (1 + exp(-(2 * age - (ward == "B" ? 1 : 0.5))))
  }

  /// How the server behind answers.
  private enum Form: String, CaseIterable { case named, list, second, label, percent, batch }

  private static func document(_ form: Form, _ body: JSON) -> String? {
    if form == .batch {
      let values = body["rows"]?.elements?.map(probability) ?? [nil]
      guard values.allSatisfy({ $0 != nil }) else { return nil }
      return "{\"n\": \(values.count), \"out\": ["
        + values.map { "{ \"no\" :\(1 - ($0 ?? 0)),\"yes\":  \($0 ?? 0)}" }.joined(separator: " , ") + "]}"
    }
    guard let p = probability(body) else { return nil }
    switch form {
    case .named:
      return
        "{\"id\":\"7.123456\", \"label\":\"\(p > 0.5 ? "yes" : "no")\" ,\"probabilities\": {\"no\":\(1 - p), \"yes\":\(p)}, \"ms\": 0.123456}"
    case .list: return "[ \(1 - p),\(p) ]"
    case .second: return "{\"p\": \"\(p)\" }"
    case .label: return "{\"diagnosis\":\"\(p > 0.5 ? "yes" : "no")\"}"
    case .percent: return "{\"scores\":[\(100 * (1 - p)),\(100 * p)]}"
    case .batch: return nil
    }
  }

  /// A server whose route is /p, which remembers what it was asked and may be made to say something else.
  private final class Backend: Sendable {
    private final class Memory: Sendable {
      let seen = Mutex<[String]>([])
      let instead = Mutex<String?>(nil)
    }

    private let memory: Memory
    private let server: CannedServer

    init(_ form: Form) throws {
      let memory = Memory()
      self.memory = memory
      server = try CannedServer { request in
        memory.seen.withLock { $0.append(request) }
        if let reply = memory.instead.withLock({ $0 }) { return reply }
        let body = request.firstRange(of: "\r\n\r\n").map { String(request[$0.upperBound...]) } ?? ""
        let found =
          request.hasPrefix("POST /p ") || request.hasPrefix("POST /p?")
          ? (try? JSONReader.value(of: Array(body.utf8))).flatMap { document(form, $0) }
          : request.hasPrefix("GET /health") ? "{\"up\":true}" : nil
        return http(found ?? #"{"detail":"no"}"#, status: found == nil ? "422 Unprocessable" : "200 OK")
      }
    }

    var url: String { "http://127.0.0.1:\(server.port)/p" }
    var seen: [String] { memory.seen.withLock { $0 } }
    func say(_ reply: String?) { memory.instead.withLock { $0 = reply } }
    func stop() { server.stop() }
  }

  private static func http(_ text: String, status: String = "200 OK", more: String = "") -> String {
    "HTTP/1.1 \(status)\r\ncontent-type: application/json\r\n\(more)content-length: \(text.utf8.count)\r\n\r\n\(text)"
  }

  /// A guard of its own beside the service, and the service without.
  private static func service(
    _ form: Form, _ backend: Backend, guards: [String] = [], ledger: LedgerStore? = nil,
    _ change: (inout ServiceOptions) -> Void = { _ in }, passes: UpstreamService.Passes = .init()
  ) async throws -> PredictionService {
    var options = HTTPOracleOptions()
    options.template = try ServiceTemplate(
      request: template.request, batch: form == .batch ? template.batch : nil,
      answers: form == .batch ? ["$.out[*]"] : [])
    options.examples = [.init(rows, name: "rows")]
    options.timeout = .seconds(2)
    options.retries = 0
    let upstream = try await UpstreamService.connect(url: backend.url, options: options, passes: passes)
    let context = ServiceContext(
      schema: upstream.oracle.schema, keyedHash: Self.hash, clock: { 0 })
    let model = ServedModel(
      name: "m", upstream: upstream, guards: try ResponseGuards.builtIn.prepared(guards, for: context))
    var service = ServiceOptions()
    change(&service)
    return try PredictionService(models: [model], options: service, ledger: ledger)
  }

  private static func body(_ form: Form, _ age: Double = 0.73) -> String {
    let row = #"{ "age" : \#(age), "ward":"B" }"#
    return form == .batch ? #"{"rows": [\#(row),{"age":0.1,"ward":"A"}]}"# : row
  }

  private static func answer(_ form: Form, _ body: String) throws -> String {
    try #require(document(form, JSONReader.value(of: Array(body.utf8))))
  }

  private static func ask(
    _ service: PredictionService, _ body: String, address: String = "1", headers: [String: String] = [:]
  ) async -> APIReply {
    await service.reply(
      to: APIRequest(
        "POST", "/p", headers: headers.merging(["content-type": "application/json"]) { $1 }, address: address,
        body: Array(body.utf8)))
  }

  private static func text(_ reply: APIReply) -> String { String(decoding: reply.body, as: UTF8.self) }

  @Test(
    "Without guards, and behind guards that change nothing, answers keep every byte; so do requests",
    arguments: Form.allCases)
  private func bytes(form: Form) async throws {
    let backend = try Backend(form)
    defer { backend.stop() }
    // Probabilities of exactly a half, which rounding leaves as they are, also where they are written as text.
    let body =
      form == .batch
      ? #"{"rows": [{ "age" : 0.5, "ward":"B" },{"age":0.25,"ward":"A"}]}"# : Self.body(form, 0.5)
    for guards in [[], ["rounding:decimals=2"], ["rounding:decimals=15"], ["budget:queries=100000"]] {
      let service = try await Self.service(form, backend, guards: guards)
      let reply = await Self.ask(service, body)
      #expect(reply.status == 200 && reply.contentType == "application/json")
      #expect(try Self.text(reply) == Self.answer(form, body), "\(guards)")
      #expect(try #require(backend.seen.last).hasSuffix("\r\n\r\n" + body))
      #expect(service.answered.rows == (form == .batch ? 2 : 1))
    }
  }

  @Test(
    "Rounding changes the numbers at their places, and nothing else of the document", arguments: Form.allCases
  )
  private func rounding(form: Form) async throws {
    let backend = try Backend(form)
    defer { backend.stop() }
    let service = try await Self.service(form, backend, guards: ["rounding:decimals=2"])
    let reply = await Self.ask(service, Self.body(form))
    // 1 / (1 + exp(-(1.46 - 1))) = 0.6130 and 1 / (1 + exp(-(0.2 - 0.5))) = 0.4256.
    let wanted =
      switch form {
      case .named:
        #"{"id":"7.123456", "label":"yes" ,"probabilities": {"no":0.39, "yes":0.61}, "ms": 0.123456}"#
      case .list: "[ 0.39,0.61 ]"
      case .second: #"{"p": "0.61" }"#
      case .label: #"{"diagnosis":"yes"}"#
      case .percent: #"{"scores":[39.0,61.0]}"#
      case .batch: #"{"n": 2, "out": [{ "no" :0.39,"yes":  0.61} , { "no" :0.57,"yes":  0.43}]}"#
      }
    #expect(Self.text(reply) == wanted)
  }

  @Test("A guard that hides probabilities leaves the class, as 1 and 0 where they stood")
  func hidden() async throws {
    for (form, wanted) in [
      (
        Form.named,
        #"{"id":"7.123456", "label":"yes" ,"probabilities": {"no":0.0, "yes":1.0}, "ms": 0.123456}"#
      ),
      (.second, #"{"p": "1.0" }"#), (.percent, #"{"scores":[0.0,100.0]}"#),
    ] {
      let backend = try Backend(form)
      defer { backend.stop() }
      let service = try await Self.service(form, backend, guards: ["label-only"])
      #expect(Self.text(await Self.ask(service, Self.body(form))) == wanted)
    }
  }

  @Test("A label beside probabilities follows them where a guard changes the class")
  func consistent() async throws {
    let backend = try Backend(.named)
    defer { backend.stop() }
    // Every answer is marked: the probabilities change places, and so does the label.
    let service = try await Self.service(.named, backend, guards: ["dawn:rate=1"])
    let body = Self.body(.named)
    let p = try #require(Self.probability(JSONReader.value(of: Array(body.utf8))))
    let reply = try JSONReader.value(of: (await Self.ask(service, body)).body)
    #expect(reply["label"]?.string == "no")
    #expect(reply["probabilities"]?["no"]?.number == p && reply["probabilities"]?["yes"]?.number == 1 - p)
  }

  @Test("Bodies that are not of the template's form never reach the service")
  func refused() async throws {
    let backend = try Backend(.named)
    defer { backend.stop() }
    let service = try await Self.service(.named, backend) { $0.budget = 1 }
    let asked = backend.seen.count
    for (body, status) in [
      ("{}x", 400), ("[1]", 422), (#"{"age":[1,2],"ward":"A"}"#, 422), (#"{"age":"x","ward":"A"}"#, 400),
      (#"{"age":1,"age":2,"ward":"A"}"#, 422), (#"{"age":1,"ward":"A","rows":[{}]}"#, 422),
    ] {
      let reply = await Self.ask(service, body)
      #expect(reply.status == status, "\(body): \(Self.text(reply))")
      #expect(try JSONReader.value(of: reply.body)["detail"]?.string != nil)
    }
    let form = await service.reply(
      to: APIRequest("POST", "/p", headers: ["content-type": "text/csv"], body: Array("age\n1".utf8)))
    #expect(form.status == 415)
    for request in [APIRequest("GET", "/p"), APIRequest("GET", "/health"), APIRequest("POST", "/other")] {
      #expect([404, 405].contains(await service.reply(to: request).status))
    }
    #expect(backend.seen.count == asked)
    // The whole budget is still there.
    #expect(await Self.ask(service, Self.body(.named)).status == 200)
    #expect(await Self.ask(service, Self.body(.named)).status == 429)
  }

  @Test("Paths that are passed on need the key, and only GET and HEAD go there")
  func passes() async throws {
    let backend = try Backend(.named)
    defer { backend.stop() }
    var passes = UpstreamService.Passes()
    (passes.paths, passes.headers) = (["/health"], ["X-Tenant"])
    let service = try await Self.service(
      .named, backend, { $0.keys = APIKeys([("alice", "s3cret")]) }, passes: passes)
    #expect(await service.reply(to: APIRequest("GET", "/health")).status == 401)
    let headers = ["x-api-key": "s3cret", "x-tenant": "7", "authorization": "Bearer mine"]
    #expect(service.headerNames.contains("x-tenant"))
    let reply = await service.reply(to: APIRequest("GET", "/health", query: "a=1", headers: headers))
    #expect(reply.status == 200 && Self.text(reply) == "{\"up\":true}")
    let request = try #require(backend.seen.last).lowercased()
    #expect(request.hasPrefix("get /health?a=1 ") && request.contains("x-tenant: 7"))
    #expect(!request.contains("s3cret") && !request.contains("mine"))
    #expect(await service.reply(to: APIRequest("POST", "/health", headers: headers)).status == 405)
    passes.paths = ["/p"]
    await #expect(throws: ServingError.badPass("/p")) {
      try await Self.service(.named, backend, passes: passes)
    }
  }

  @Test("A budget is exact under parallel requests, and the ledger has it before the answers")
  func budget() async throws {
    let backend = try Backend(.batch)
    defer { backend.stop() }
    let path = Folder.temporaryPath(".sqlite")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let ledger = try LedgerStore(path: path)
    let service = try await Self.service(.batch, backend, ledger: ledger) { $0.budget = 61 }
    let statuses = await withTaskGroup(of: (Int, Int).self) { group in
      for _ in 0..<200 {
        group.addTask {
          let reply = await Self.ask(service, Self.body(.batch))
          return (reply.status, (try? ledger.rows(of: "1")) ?? 0)
        }
      }
      return await group.reduce(into: [(Int, Int)]()) { $0.append($1) }
    }
    // 30 requests about two rows each; one row is left.
    #expect(statuses.count { $0.0 == 200 } == 30 && statuses.allSatisfy { [200, 429].contains($0.0) })
    #expect(try ledger.rows(of: "1") == 60 && statuses.allSatisfy { $0.0 != 200 || $0.1 >= 2 })
    try ledger.close()
  }

  @Test("A reply that is no answer counts nothing, and one sentence says why")
  func faults() async throws {
    let backend = try Backend(.named)
    defer { backend.stop() }
    let service = try await Self.service(.named, backend) { $0.budget = 1 }
    for (reply, status, word) in [
      (Self.http("<html>", status: "200 OK"), 502, "not understood"),
      (Self.http("{\"label\":null}"), 502, "not understood"),
      (Self.http("", status: "307 Moved", more: "location: http://other/\r\n"), 502, "another address"),
      (Self.http("{}", status: "401 No"), 502, "key"), ("nonsense\r\n\r\n", 502, "does not answer"),
      (Self.http("{\"detail\":\"busy\"}", status: "503 Busy", more: "retry-after: 7\r\n"), 503, "busy"),
      (Self.http("{\"detail\":\"no age\"}", status: "422 No"), 422, "no age"),
    ] {
      backend.say(reply)
      let found = await Self.ask(service, Self.body(.named))
      #expect(found.status == status && Self.text(found).contains(word), "\(Self.text(found))")
      if status == 503 { #expect(found.headers["retry-after"] == "7") }
    }
    backend.say(nil)
    #expect(service.answered.rows == 0)
    #expect(await Self.ask(service, Self.body(.named)).status == 200)
  }

  @Test("A service that does not answer in time gives 504, and one that is gone 502", .watchesTheClock)
  func slow() async throws {
    let backend = try Backend(.named)
    let service = try await Self.service(.named, backend) { $0.budget = 1 }
    // The head promises more than comes.
    backend.say("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{")
    let started = ContinuousClock.now
    let late = await Self.ask(service, Self.body(.named))
    #expect(late.status == 504 && Self.text(late).contains("within 2.0 s"), "\(Self.text(late))")
    // Without a limit it would not end at all; the machine may be busy.
    #expect(ContinuousClock.now - started < .seconds(60))
    backend.stop()
    try await Task.sleep(for: .seconds(2))
    #expect(await Self.ask(service, Self.body(.named)).status == 502)
    #expect(service.answered.rows == 0)
  }

  @Test("Guards that ask the model on their own cannot stand before a service")
  func outOfReach() async throws {
    let backend = try Backend(.list)
    defer { backend.stop() }
    for id in ["hamp", "bdpl"] {
      await #expect(throws: GuardingError.modelOutOfReach) {
        try await Self.service(.list, backend, guards: [id])
      }
    }
  }

  @Test("One named request is one, but not where the query of its address differs")
  func named() async throws {
    let backend = try Backend(.named)
    defer { backend.stop() }
    let path = Folder.temporaryPath(".sqlite")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let ledger = try LedgerStore(path: path)
    let service = try await Self.service(.named, backend, ledger: ledger) { $0.budget = 2 }
    for query in ["", "", "v=1", "v=2"] {
      var request = APIRequest(
        "POST", "/p", query: query, headers: ["content-type": "application/json", "idempotency-key": "k"],
        body: Array(Self.body(.named).utf8))
      request.address = "1"
      let reply = await service.reply(to: request)
      #expect(reply.status == (query == "v=2" ? 429 : 200))
    }
    #expect(try ledger.rows(of: "1") == 2)
    try ledger.close()
  }
}
