import Foundation
import LinearAlgebra
import Querying
import Synchronization
import Testing

@testable import PredictionAPI

@Suite("A listening server and its ill-behaved clients", .serialized)
struct ServerSecurityTests {
  static let path = ServiceTests.path
  static let row = ServiceTests.row

  /// A server for the length of `body`.
  static func with(
    _ service: PredictionService, _ body: (Int) async throws -> Void
  ) async throws {
    let server = try await PredictionServer.start(service)
    do {
      try await body(server.port)
    } catch {
      try await server.stop()
      throw error
    }
    try await server.stop()
  }

  @Test("Status codes, and errors without anything of the inside")
  func statuses() async throws {
    let service = try Samples.service(Samples.softmax(), .v2, .mlflow) {
      $0.maxBody = 20_000
      $0.maxBatch = 50
    }
    try await Self.with(service) { port in
      let deep = String(repeating: "[", count: 9_000)
      for (request, status) in [
        (RawConnection.post(Self.path, Self.row), 200),
        ("GET /v2/nothing HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", 404),
        ("GET /../../etc/passwd HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", 404),
        ("GET /v2/models/%2e%2e%2f HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", 404),
        (RawConnection.post("/v2/models/other/infer", Self.row), 404),
        ("GET \(Self.path) HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", 405),
        ("DELETE /v2 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", 405),
        (RawConnection.post(Self.path, Self.row, headers: ["content-type: text/xml"]), 415),
        (
          RawConnection.post(
            Self.path, Self.row, headers: ["content-type: application/json", "content-encoding: gzip"]), 400
        ),
        (RawConnection.post(Self.path, "{\"inputs\":[" + deep), 400),
        (RawConnection.post("/invocations", "{\"inputs\":" + deep), 400),
        (RawConnection.post(Self.path, "{\"inputs\""), 400), (RawConnection.post(Self.path, ""), 400),
        (RawConnection.post(Self.path, "\u{0}\u{1}"), 400),
        (RawConnection.post(Self.path, ServiceTests.rows(51)), 413),
        (RawConnection.post(Self.path, String(repeating: " ", count: 20_001)), 413),
        ("NONSENSE\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nhost: x\r\n" + String(repeating: "a: b\r\n", count: 20_000) + "\r\n", 400),
      ] {
        let reply = try await RawConnection.exchange(port: port, request)
        #expect(reply.status == status, "\(request.prefix(80)): \(reply.text.prefix(300))")
        for secret in ["Sources/", ".swift", "/work", "Error(", "at 0x"] {
          #expect(!reply.text.contains(secret), "\(reply.text.prefix(300))")
        }
      }
    }
  }

  @Test("A body that says it is small and is not, or comes in chunks, is cut off")
  func chunkedBody() async throws {
    let service = try Samples.service(Samples.softmax()) {
      $0.maxBody = 1000
      $0.timeout = .seconds(2)
    }
    try await Self.with(service) { port in
      let reply = try await RawConnection.onThread {
        let connection = try RawConnection(port: port)
        connection.send("POST \(Self.path) HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n")
        connection.send("800\r\n" + String(repeating: " ", count: 2048) + "\r\n")
        return connection.receive(until: "\r\n\r\n")
      }
      #expect(reply.hasPrefix("HTTP/1.1 413"))
    }
  }

  @Test("Clients that drip their bytes are dropped in time, and nobody else waits for them", .watchesTheClock)
  func slowClients() async throws {
    let service = try Samples.service(Samples.softmax()) { $0.timeout = .milliseconds(700) }
    try await Self.with(service) { port in
      let idle = try RawConnection(port: port)
      let head = try RawConnection(port: port)
      head.send("POST \(Self.path) HTTP/1.1\r\nx-a: ")
      let body = try RawConnection(port: port)
      body.send("POST \(Self.path) HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n")
      for _ in 0..<6 {
        try await Task.sleep(for: .milliseconds(60))
        head.send("a")
        body.send(" ")
      }
      let one = try await RawConnection.exchange(port: port, RawConnection.post(Self.path, Self.row))
      #expect(one.status == 200)
      for connection in [idle, head, body] {
        #expect(try await RawConnection.onThread { connection.closes() })
      }
    }
  }

  @Test("A client that does not take its answer is dropped in time", .watchesTheClock)
  func neverReads() async throws {
    let service = try Samples.service(Samples.softmax()) {
      // Time enough to read the rows on a busy machine.
      $0.timeout = .seconds(4)
      $0.maxBatch = 150_000
    }
    try await Self.with(service) { port in
      let rows = ServiceTests.rows(150_000).dropLast() + #","outputs":[{"name":"predict_proba"}]}"#
      let request = RawConnection.post(Self.path, String(rows)).replacing("connection: close\r\n", with: "")
      let (head, rest) = try await RawConnection.onThread {
        let connection = try RawConnection(port: port, receiveBuffer: 4096)
        connection.send(request)
        let head = connection.receive(until: "\r\n\r\n")
        // The next request is whole, so nothing is awaited of this client but that it reads.
        connection.send(RawConnection.post(Self.path, Self.row))
        Thread.sleep(forTimeInterval: 9)
        return (head, connection.receive().utf8.count)
      }
      #expect(head.hasPrefix("HTTP/1.1 200 OK"))
      let length = try #require(
        head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length: ") }?
          .split(separator: " ").last.flatMap { Int($0) })
      // Most of the answer is more than the buffers of the connection hold.
      #expect(length > 8 << 20 && rest < length * 3 / 4, "\(rest) of \(length)")
      let next = try await RawConnection.exchange(port: port, RawConnection.post(Self.path, Self.row))
      #expect(next.status == 200)
    }
  }

  @Test("Who has no key is told so before the body comes, and who has one before it fills the memory")
  func unreadBodies() async throws {
    let service = try Samples.service(Samples.softmax(), .v2, .bigml) {
      $0.keys = APIKeys([("alice", "k")])
      $0.maxBody = 100_000
      $0.maxBuffered = 20_000
    }
    @Sendable func head(_ path: String, _ length: Int, _ more: String = "") -> String {
      "POST \(path) HTTP/1.1\r\nhost: x\r\ncontent-length: \(length)\r\n\(more)\r\n"
    }
    try await Self.with(service) { port in
      for path in [Self.path, "/prediction", "/v2/nothing"] {
        let reply = try await RawConnection.onThread {
          let connection = try RawConnection(port: port)
          connection.send(head(path, 90_000))
          return connection.receive(until: "\r\n\r\n")
        }
        #expect(reply.hasPrefix("HTTP/1.1 401"), "\(reply)")
      }
      let half = try RawConnection(port: port)
      half.send(head(Self.path, 90_000, "x-api-key: k\r\n") + String(repeating: " ", count: 15_000))
      while service.memory.bytes < 15_000 { try await Task.sleep(for: .milliseconds(5)) }
      let key = ["content-type: application/json", "x-api-key: k"]
      let large = RawConnection.post(Self.path, Self.row + String(repeating: " ", count: 9000), headers: key)
      let refused = try await RawConnection.exchange(port: port, large)
      #expect(refused.status == 503 && refused.text.contains("retry-after: 1"))
      half.send(String(repeating: " ", count: 75_000))
      _ = try await RawConnection.onThread { half.receive(until: "\r\n\r\n") }
      #expect(try await RawConnection.exchange(port: port, large).status == 200)
      #expect(service.memory.bytes == 0)
    }
  }

  @Test("Rows that nobody waits for are given back", .watchesTheClock)
  func abandoned() async throws {
    let service = try Samples.service(Samples.softmax()) {
      $0.latency = .milliseconds(300)
      $0.budget = 10
    }
    try await Self.with(service) { port in
      var gone: RawConnection? = try RawConnection(port: port)
      gone?.send(RawConnection.post(Self.path, ServiceTests.rows(10)))
      try await Task.sleep(for: .milliseconds(100))
      let early = try await RawConnection.exchange(port: port, RawConnection.post(Self.path, Self.row))
      #expect(early.status == 429)
      gone = nil
      try await Task.sleep(for: .milliseconds(300))
      let one = try await RawConnection.exchange(port: port, RawConnection.post(Self.path, Self.row))
      #expect(one.status == 200)
    }
  }

  @Test("A connection serves many requests, also sent ahead")
  func pipelining() async throws {
    try await Self.with(Samples.service(Samples.softmax())) { port in
      let connection = try RawConnection(port: port)
      let one = RawConnection.post(Self.path, Self.row).replacing("connection: close\r\n", with: "")
      connection.send(one + one + RawConnection.post(Self.path, Self.row))
      let reply = try await RawConnection.onThread { connection.receive() }
      #expect(reply.components(separatedBy: "HTTP/1.1 200 OK").count == 4)
      #expect(reply.contains("Date: "))
    }
  }

  @Test("Under overload some are told to come back, and all is well afterwards", .watchesTheClock)
  func overload() async throws {
    let service = try Samples.service(Samples.softmax()) {
      $0.maxConcurrent = 4
      $0.latency = .milliseconds(100)
    }
    try await Self.with(service) { port in
      let replies = try await withThrowingTaskGroup(of: (status: Int, text: String).self) { group in
        for _ in 0..<24 {
          group.addTask {
            try await RawConnection.exchange(port: port, RawConnection.post(Self.path, Self.row))
          }
        }
        return try await group.reduce(into: [(status: Int, text: String)]()) { $0.append($1) }
      }
      #expect(
        replies.allSatisfy { $0.status == 200 || $0.status == 503 && $0.text.contains("retry-after: 1") })
      #expect(replies.contains { $0.status == 200 } && replies.contains { $0.status == 503 })
      let one = try await RawConnection.exchange(port: port, RawConnection.post(Self.path, Self.row))
      #expect(one.status == 200)
    }
  }

  @Test("Stopping answers what has come", .watchesTheClock)
  func gracefulStop() async throws {
    let service = try Samples.service(Samples.softmax()) { $0.latency = .milliseconds(400) }
    let server = try await PredictionServer.start(service)
    let port = server.port
    async let reply = RawConnection.exchange(port: port, RawConnection.post(Self.path, Self.row))
    try await Task.sleep(for: .milliseconds(150))
    try await server.stop()
    #expect(try await reply.status == 200)
    #expect(throws: (any Error).self) { try RawConnection(port: port) }
  }

  @Test("A port that is taken is named")
  func portTaken() async throws {
    try await Self.with(Samples.service(Samples.softmax())) { port in
      let error = await #expect(throws: ServingError.self) {
        _ = try await PredictionServer.start(Samples.service(Samples.softmax()), port: port)
      }
      #expect(error?.description.contains("\(port)") == true)
    }
  }
}
