import Foundation
import LinearAlgebra
import Querying
import Guarding
import Synchronization
import Tabular
import Testing

@testable import PredictionAPI

@Suite("What stands beside a request, and answers out of the way")
struct UpstreamBesideTests {
  /// A service that tells `age` from its requests, and what it was asked.
  final class Backend: Sendable {
    private final class Memory: Sendable {
      let seen = Mutex<[String]>([])
    }

    private let memory: Memory
    private let server: CannedServer

    /// - Parameter answer: the whole reply to an age; nil to close the connection without one.
    init(_ answer: @escaping @Sendable (_ age: Double, _ request: String) -> String?) throws {
      let memory = Memory()
      self.memory = memory
      server = try CannedServer(serving: { request, send in
        memory.seen.withLock { $0.append(request) }
        let age = request.firstMatch(of: #/(?:"age": ?|age=|/age/)([-+0-9.e]+)/#).flatMap { Double($0.1) }
        guard let reply = answer(age ?? .nan, request) else { return false }
        return send(Array(reply.utf8))
      })
    }

    var port: Int { server.port }
    var seen: [String] { memory.seen.withLock { $0 } }
    func stop() { server.stop() }
  }

  private final class Switch: Sendable { let isOn = Atomic<Bool>(false) }

  private static func http(_ text: String, status: String = "200 OK") -> String {
    "HTTP/1.1 \(status)\r\ncontent-type: application/json\r\ncontent-length: \(text.utf8.count)\r\n\r\n\(text)"
  }

  private static func scores(_ age: Double) -> String {
    let p = 1 / (1 + exp(-(3 * age - 1.2)))
    return #"{"scores":{"no":\#(1 - p),"yes":\#(p)}}"#
  }

  private static let rows = Table(columns: [
    .init(name: "age", values: .numeric([0, 0.25, 1, 0.5])),
    .init(name: "ward", values: .categorical(codes: [0, 1, 1, 0], levels: ["A", "B"])),
  ])

  /// A service behind guards and detectors.
  private static func service(
    _ backend: Backend, request: String? = #"{"age":{age},"ward":"{ward}"}"#, path: String = "/p",
    guards: [any PreparedGuard] = [], isWatched: Bool = false, passes: UpstreamService.Passes = .init(),
    notes: @escaping @Sendable (String) -> Void = { _ in },
    settings change: (inout ServiceOptions) -> Void = { _ in }
  ) async throws -> PredictionService {
    var options = HTTPOracleOptions()
    options.template = try request.map { try ServiceTemplate(request: $0) }
    options.examples = [.init(rows, name: "rows")]
    options.timeout = .seconds(60)
    options.retries = 0
    let upstream = try await UpstreamService.connect(
      url: "http://127.0.0.1:\(backend.port)\(path)", options: options, passes: passes, notes: notes)
    var service = ServiceOptions()
    service.timeout = .seconds(600)
    change(&service)
    let model = ServedModel(
      name: "m", upstream: upstream, guards: guards, detectors: isWatched ? [("third", ThirdQuery())] : [])
    return try PredictionService(models: [model], options: service)
  }

  private static func ask(
    _ service: PredictionService, _ body: String, query: String = "", path: String = "/p",
    method: String = "POST"
  ) async -> (status: Int, text: String) {
    let reply = await service.reply(
      to: APIRequest(
        method, path, query: query, headers: ["content-type": "application/json"], body: Array(body.utf8)))
    return (reply.status, String(decoding: reply.body, as: UTF8.self))
  }

  @Test("Behind guards or detectors nothing goes on beside what the template names, unless it is allowed")
  func beside() async throws {
    let backend = try Backend { age, _ in Self.http(Self.scores(age)) }
    defer { backend.stop() }
    var named = UpstreamService.Passes()
    named.fields = ["explain", "id", "list"]
    let services = [
      (try await Self.service(backend), [200, 200, 200, 422, 422]),
      (try await Self.service(backend, guards: [TinyGuard()]), [422, 422, 422, 422, 422]),
      (try await Self.service(backend, isWatched: true), [422, 422, 422, 422, 422]),
      (try await Self.service(backend, guards: [TinyGuard()], passes: named), [200, 422, 200, 422, 200]),
    ]
    for (index, (service, statuses)) in services.enumerated() {
      let fields = [
        #""explain":true"#, #""return_proba":1"#, #""id":"visit 7 of Max""#, #""csv":"1,2\n3,4""#,
        #""list":[1,2]"#,
      ]
      for (field, status) in zip(fields, statuses) {
        let reply = await Self.ask(service, #"{"age":0.5,"ward":"A",\#(field)}"#)
        #expect(reply.status == status, "\(index) \(field): \(reply.text)")
      }
      let asked = await Self.ask(service, #"{"age":0.5,"ward":"A"}"#, query: "explain=1")
      #expect(asked.status == statuses[0], "\(index): \(asked.text)")
      let other = await Self.ask(service, #"{"age":0.5,"ward":"A"}"#, query: "rows=1,2;3,4")
      #expect(other.status == 422)
      #expect(await Self.ask(service, #"{"age":0.5,"ward":"A"}"#).status == 200)
    }
  }

  @Test("A template that takes all columns by their names takes no others behind guards")
  func allColumns() async throws {
    let backend = try Backend { age, _ in Self.http(Self.scores(age)) }
    defer { backend.stop() }
    for (guards, status): ([any PreparedGuard], Int) in [([], 200), ([TinyGuard()], 422)] {
      let service = try await Self.service(backend, request: #"{"r":{{**}}}"#, guards: guards)
      #expect(await Self.ask(service, #"{"r":{"age":0.5,"ward":"A"}}"#).status == 200)
      #expect(await Self.ask(service, #"{"r":{"age":0.5,"ward":"A","explain":true}}"#).status == status)
      #expect(await Self.ask(service, #"{"r":{"age":0.5,"ward":"A","csv":"1,2\n3,4"}}"#).status == 422)
    }
  }

  @Test(
    "A text that may hold rows is told from the name of a request",
    arguments: [
      ("visit-7", false), ("7f3e:a/b_c.d@e", false), ("Max Müller, Ulm", true), ("Max Müller", false),
      ("1 2", true), ("1,2", true), ("1;2", true), ("a\nb", true), ("a\u{2028}b", true), ("a\tb", true),
      ("[1]", true), ("age=1&age=2", true), ("", false), ("12.5", false),
      (String(repeating: "A", count: 201), true),
    ])
  func texts(_ text: String, _ mayHoldRows: Bool) {
    #expect(PassedFields.mayHoldRows(text) == mayHoldRows)
  }

  @Test("Values of an address are written anew: the service can read no others than were read here")
  func addresses() async throws {
    let backend = try Backend { age, _ in Self.http(Self.scores(age)) }
    defer { backend.stop() }
    let service = try await Self.service(
      backend, request: nil, path: "/age/{age}/in/{ward}?x=1&w={ward}")
    func line(_ path: String, _ query: String) async -> (status: Int, line: Substring?) {
      let before = backend.seen.count
      let reply = await Self.ask(service, "", query: query, path: path, method: "GET")
      let seen = backend.seen
      return (reply.status, seen.count > before ? seen.last?.split(separator: " ").dropFirst().first : nil)
    }
    for (path, query, target) in [
      ("/age/0.5/in/A", "w=A", "/age/0.5/in/A?w=A&x=1"),
      ("/age/0.5/in/%41", "w=%41", "/age/0.5/in/A?w=A&x=1"),
      ("/age/0.5/in/a#b", "w=a%23b", "/age/0.5/in/a%23b?w=a%23b&x=1"),
      ("/age/0.5/in/B;age=1", "w=B;age=1", "/age/0.5/in/B%3Bage%3D1?w=B%3Bage%3D1&x=1"),
      ("/age/0.5/in/a%5C..", "w=a%5C..", "/age/0.5/in/a%5C..?w=a%5C..&x=1"),
      ("/age//0.5/in/A/", "w=A", "/age/0.5/in/A?w=A&x=1"),
      ("/age/0.5/in/a+b", "w=a%2Bb", "/age/0.5/in/a%2Bb?w=a%2Bb&x=1"),
    ] {
      let found = await line(path, query)
      #expect(found.status == 200 && found.line == target[...], "\(path): \(found)")
    }
    for (path, query) in [
      ("/age/0.5/in/..", "w=.."), ("/age/0.5/in/%2e%2e", "w=A"), ("/age/0.5/in/a%2Fb", "w=A"),
      ("/age/0.5/in/A", "w=B"), ("/age/0.5/in/A", "w=A&w=A"),
    ] {
      let found = await line(path, query)
      #expect([404, 422].contains(found.status) && found.line == nil, "\(path): \(found)")
    }
  }

  @Test("A class that did not show at the start goes out as it is, is said once, and counts")
  func unknownClass() async throws {
    let backend = try Backend { age, _ in
      Self.http(#"{ "diagnosis" : "\#(age == 0.123456 ? "rare" : age > 0.4 ? "yes" : "no")"}"#)
    }
    defer { backend.stop() }
    let told = Mutex<[String]>([])
    let service = try await Self.service(
      backend, guards: [TinyGuard()], isWatched: true, notes: { note in told.withLock { $0.append(note) } },
      settings: { $0.budget = 3 })
    for _ in 0..<2 {
      let reply = await Self.ask(service, #"{"age":0.123456,"ward":"A"}"#)
      #expect(reply.status == 200 && reply.text == #"{ "diagnosis" : "rare"}"#)
    }
    #expect(told.withLock { $0.count { $0.contains("'rare'") && $0.contains("--ranges") } } == 1)
    #expect(await Self.ask(service, #"{"age":0.5,"ward":"A"}"#).status == 200)
    #expect(await Self.ask(service, #"{"age":0.5,"ward":"A"}"#).status == 429)
    #expect(service.answered.rows == 3)
  }

  @Test("Scores of a class that nobody knows do not go past guards, and cost what an answer costs")
  func unknownScores() async throws {
    let backend = try Backend { age, _ in
      Self.http(age == 0.123456 ? #"{"scores":{"no":0.1,"rare":0.9}}"# : Self.scores(age))
    }
    defer { backend.stop() }
    let body = #"{"age":0.123456,"ward":"A"}"#
    let guarded = try await Self.service(backend, guards: [TinyGuard()], settings: { $0.budget = 1 })
    let reply = await Self.ask(guarded, body)
    #expect(reply.status == 502 && reply.text.contains("does not know") && !reply.text.contains("0.9"))
    #expect(await Self.ask(guarded, body).status == 429)
    // Where nobody changes answers, nobody has to know the class.
    let watched = try await Self.service(backend, isWatched: true)
    #expect(await Self.ask(watched, body).text == #"{"scores":{"no":0.1,"rare":0.9}}"#)
  }

  @Test("A mark of the order of bytes stays before an answer, and one of too many parts is refused")
  func forms() async throws {
    let backend = try Backend { age, _ in
      age == 0.75
        ? Self.http(#"{"scores":["# + String(repeating: "[],", count: 1_600_000) + "[]]}")
        : Self.http("\u{FEFF}" + Self.scores(age))
    }
    defer { backend.stop() }
    let service = try await Self.service(backend, guards: [TinyGuard()])
    // 1 / (1 + exp(-(1.5 - 1.2))) = 0.574.
    let reply = await Self.ask(service, #"{"age":0.5,"ward":"A"}"#)
    #expect(reply.status == 200 && reply.text == "\u{FEFF}" + #"{"scores":{"no":0.4,"yes":0.6}}"#)
    #expect(await Self.ask(service, #"{"age":0.75,"ward":"A"}"#).status == 502)
  }

  @Test("Bodies may be nested as deep as templates")
  func depth() async throws {
    let backend = try Backend { age, _ in Self.http(Self.scores(age)) }
    defer { backend.stop() }
    func nested(_ inner: String) -> String {
      String(repeating: #"{"a":"#, count: 50) + inner + String(repeating: "}", count: 50)
    }
    let service = try await Self.service(backend, request: nested(#"{"age":{age},"ward":"{ward}"}"#))
    #expect(await Self.ask(service, nested(#"{"age":0.5,"ward":"A"}"#)).status == 200)
  }

  @Test("A request about rows is sent once, also where the service closes the connection over it")
  func sentOnce() async throws {
    let closing = Switch()
    let backend = try Backend { age, _ in
      closing.isOn.load(ordering: .relaxed) ? nil : Self.http(Self.scores(age))
    }
    defer { backend.stop() }
    let service = try await Self.service(backend)
    let before = backend.seen.count
    closing.isOn.store(true, ordering: .relaxed)
    #expect(await Self.ask(service, #"{"age":0.5,"ward":"A"}"#).status == 502)
    #expect(backend.seen.count == before + 1)
  }

  @Test(
    "A status that is none of an answer is none",
    arguments: ["101 Switching", "199 No", "600 Odd", "999 Odd"])
  func statuses(_ status: String) async throws {
    let odd = Switch()
    let backend = try Backend { age, _ in
      Self.http(Self.scores(age), status: odd.isOn.load(ordering: .relaxed) ? status : "200 OK")
    }
    defer { backend.stop() }
    let service = try await Self.service(backend)
    odd.isOn.store(true, ordering: .relaxed)
    // Behind a head that only informs an answer is waited for.
    let reply = await Self.ask(service, #"{"age":0.5,"ward":"A"}"#)
    #expect([502, 504].contains(reply.status), "\(reply)")
    #expect(service.answered.rows == 0)
  }

  @Test("What is passed on is within the limits for requests and the rate")
  func passedLimits() async throws {
    let backend = try Backend { age, _ in Self.http(age.isNaN ? "{}" : Self.scores(age)) }
    defer { backend.stop() }
    var passes = UpstreamService.Passes()
    passes.paths = ["/health"]
    let rated = try await Self.service(backend, passes: passes, settings: { $0.rate = 1e-6 })
    let statuses = [await rated.get("/health").status, await rated.get("/health").status]
    #expect(statuses == [200, 429])
    #expect(await Self.ask(rated, #"{"age":0.5,"ward":"A"}"#).status == 429)
    let full = try await Self.service(backend, passes: passes, settings: { $0.maxConcurrent = 0 })
    #expect(await full.get("/health").status == 503)
  }

  @Test(
    "Paths and headers that cannot be passed on are refused before anything is asked",
    arguments: ["/metrics", "/health?x", "health", "/a b", "/a#b", "/%6Detrics", ""])
  func badPaths(_ path: String) throws {
    var passes = UpstreamService.Passes()
    passes.paths = [path]
    #expect(throws: ServingError.badPass(path)) { try passes.check() }
  }

  @Test(
    "Headers that belong to the connection or the body cannot be passed on",
    arguments: [
      "Content-Length", "transfer-encoding", "Host", "connection", "Accept-Encoding", "a b", "", "é",
    ])
  func badHeaders(_ name: String) throws {
    var passes = UpstreamService.Passes()
    passes.headers = ["X-Tenant", "Authorization"]
    try passes.check()
    passes.headers.append(name)
    #expect(throws: ServingError.badPassedHeader(name)) { try passes.check() }
  }
}
