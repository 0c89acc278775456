import Foundation
import Querying
import Synchronization
import Testing

@testable import PredictionAPI

@Suite("Connections to a server", .serialized)
struct ServerConnectionTests {
  private static let row = ServiceTests.row
  private static let path = ServiceTests.path

  private static func head(_ extra: [String], length: Int) -> String {
    (["POST \(path) HTTP/1.1", "host: x", "content-type: application/json", "content-length: \(length)"]
      + extra)
      .joined(separator: "\r\n") + "\r\n\r\n"
  }

  @Test("A client that waits for '100 Continue' gets it, unless the answer is known before")
  func expectation() async throws {
    let service = try Samples.service(Samples.softmax()) {
      $0.maxBody = 10_000
      $0.keys = APIKeys([("alice", "s3cret")])
    }
    try await ServerSecurityTests.with(service) { port in
      let row = Self.row
      let good = try await RawConnection.onThread {
        let connection = try RawConnection(port: port)
        connection.send(Self.head(["expect: 100-continue", "x-api-key: s3cret"], length: row.utf8.count))
        let first = connection.receive(until: "\r\n\r\n")
        connection.send(row)
        return (first, connection.receive(until: "\"outputs\""))
      }
      #expect(good.0.hasPrefix("HTTP/1.1 100 Continue"))
      #expect(good.1.hasPrefix("HTTP/1.1 200"))
      for (headers, length, status) in [
        (["expect: 100-continue"], 100, 401), (["expect: 100-continue", "x-api-key: s3cret"], 10_001, 413),
        (["expect: rain", "x-api-key: s3cret"], 100, 417),
      ] {
        let text = try await RawConnection.onThread {
          let connection = try RawConnection(port: port)
          connection.send(Self.head(headers, length: length))
          return connection.receive(until: "\r\n\r\n")
        }
        #expect(text.hasPrefix("HTTP/1.1 \(status)"), "\(headers): \(text)")
      }
    }
  }

  @Test("A body in chunks under HTTP/1.0, which two programs may read in two ways, is refused")
  func chunksOfOldVersion() async throws {
    try await ServerSecurityTests.with(Samples.service(Samples.softmax())) { port in
      let body = String(Self.row.utf8.count, radix: 16) + "\r\n" + Self.row + "\r\n0\r\n\r\n"
      for (version, status) in [("1.0", 400), ("1.1", 200)] {
        let reply = try await RawConnection.exchange(
          port: port,
          "POST \(Self.path) HTTP/\(version)\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n"
            + body)
        #expect(reply.status == status, "\(reply.text)")
      }
    }
  }

  @Test("A request has one host, and a client of HTTP/1.0 is not kept waiting for the end")
  func hostsAndVersions() async throws {
    try await ServerSecurityTests.with(Samples.service(Samples.softmax())) { port in
      let path = "GET /v2/health/live"
      for (request, status) in [
        ("\(path) HTTP/1.1\r\nconnection: close\r\n\r\n", 400),
        ("\(path) HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n", 400),
        ("\(path) HTTP/1.0\r\n\r\n", 200), ("\(path) HTTP/1.0\r\nhost: a\r\n\r\n", 200),
      ] {
        let reply = try await RawConnection.onThread {
          let connection = try RawConnection(port: port)
          connection.send(request)
          return (connection.receive(until: "\r\n\r\n"), connection.closes())
        }
        #expect(reply.0.hasPrefix("HTTP/1.1 \(status)") && reply.1, "\(request): \(reply)")
      }
    }
  }

  @Test("A connection ends behind a reply to what was not read whole: what is sent behind it gets no answer")
  func endOfConnection() async throws {
    let service = try Samples.service(Samples.softmax()) { $0.maxBody = 10_000 }
    try await ServerSecurityTests.with(service) { port in
      let behind = "GET /v2/health/live HTTP/1.1\r\nhost: x\r\n\r\n"
      for (request, status) in [
        (Self.head([], length: 10_001) + String(repeating: " ", count: 10_001), 413),
        (Self.head(["expect: rain"], length: 2) + "{}", 417),
      ] {
        let reply = try await RawConnection.onThread {
          let connection = try RawConnection(port: port)
          connection.send(request + behind)
          return connection.receive()
        }
        let text = reply.lowercased()
        #expect(text.hasPrefix("http/1.1 \(status)") && text.contains("connection: close"), "\(reply)")
        #expect(text.components(separatedBy: "http/1.1 ").count == 2, "\(reply)")
      }
    }
  }

  @Test("A request that is refused for its form is answered behind those that were sent ahead of it")
  func refusedInItsTurn() async throws {
    try await ServerSecurityTests.with(Samples.service(Samples.softmax())) { port in
      let one = RawConnection.post(Self.path, Self.row).replacing("connection: close\r\n", with: "")
      let bad = "GET /v2/health/live HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n"
      let reply = try await RawConnection.onThread {
        let connection = try RawConnection(port: port)
        connection.send(one + one + bad + one)
        return (connection.receive(), connection.closes())
      }
      let statuses = reply.0.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) }
      #expect(statuses == ["200", "200", "400"] && reply.1, "\(reply.0)")
    }
  }

  @Test("An address has so many connections at a time, and others when some are closed")
  func connectionsOfAnAddress() async throws {
    let service = try Samples.service(Samples.softmax()) { $0.maxConnectionsPerAddress = 5 }
    try await ServerSecurityTests.with(service) { port in
      let answered = try await RawConnection.onThread { () -> [Int] in
        func ask(_ connection: RawConnection) -> Bool {
          connection.send("GET /v2/health/live HTTP/1.1\r\nhost: x\r\n\r\n")
          return connection.receive(until: "live").hasPrefix("HTTP/1.1 200")
        }
        var kept: [RawConnection] = []
        for _ in 0..<5 {
          let connection = try RawConnection(port: port)
          guard ask(connection) else { return [] }
          kept.append(connection)
        }
        let further = try (0..<5).filter { _ in try ask(RawConnection(port: port)) }
        var counts = [kept.count, further.count]
        kept = []
        // The server hears of the closed ones in its own time.
        var again = 0
        for _ in 0..<200 where again == 0 {
          if try ask(RawConnection(port: port)) { again += 1 } else { usleep(10_000) }
        }
        counts.append(again)
        return counts
      }
      #expect(answered == [5, 0, 1])
    }
  }

  @Test("The log has every request, by whom and what came of it, and no secret")
  func accessLog() async throws {
    let records = Mutex<[AccessRecord]>([])
    var events = ServiceEvents()
    events.access = { record in records.withLock { $0.append(record) } }
    var options = ServiceOptions()
    options.keys = APIKeys([("alice", "s3cret")])
    options.maxBody = 1000
    let service = try PredictionService(
      models: [ServedModel(name: "m", oracle: PipelineOracle(Samples.softmax()))], options: options,
      events: events)
    try await ServerSecurityTests.with(service) { port in
      let type = "content-type: application/json"
      for request in [
        RawConnection.post(Self.path + "?api_key=s3cret", ServiceTests.rows(3), headers: [type]),
        RawConnection.post(Self.path, Self.row, headers: [type, "x-api-key: s3creT"]),
        RawConnection.post(
          Self.path, String(repeating: " ", count: 2000), headers: [type, "x-api-key: s3cret"]),
        RawConnection.post("/a%0Ab\u{7}", "{}", headers: [type, "authorization: Bearer s3cret"]),
        "GET /v2/health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
      ] { _ = try await RawConnection.exchange(port: port, request) }
    }
    let list = records.withLock { $0 }
    #expect(list.map(\.status).prefix(3) == [200, 401, 413])
    #expect(list.map(\.rows).prefix(3) == [3, 0, 0])
    #expect(list.first?.client == "alice" && list.first?.model == "m")
    let lines = list.map { String(decoding: $0.line, as: UTF8.self) }
    for line in lines {
      #expect(!line.lowercased().contains("s3cret") && line.dropLast().allSatisfy { $0 >= " " }, "\(line)")
      let json = try JSONReader.value(of: Array(line.utf8))
      #expect(json["status"]?.number != nil && json["address"]?.string == "127.0.0.1")
    }
  }

  @Test("The description names every path that answers, with what it takes")
  func description() async throws {
    for (dialects, paths): ([DialectName], [String]) in [
      ([.v2, .mlflow], ["/v2", "/v2/models/m/infer", "/invocations", "/metrics", "/openapi.json"]),
      ([.kserveV1, .bigml], ["/v1/models/m:predict", "/prediction", "/model/m"]),
      ([.tfserving, .amazon], ["/v1/models/m/metadata", "/v1/models/m:classify", "/"]),
    ] {
      let service = try Samples.service(Samples.mixed()) { $0.dialects = dialects }
      let document = try JSONReader.value(of: Array(await service.get("/openapi.json").text.utf8))
      let described = try #require(document["paths"]?.members)
      #expect(document["openapi"]?.string == "3.0.3")
      for path in paths { #expect(described.contains { $0.name == path }, "\(path)") }
      for path in described {
        for operation in path.value.members ?? [] where operation.name == "get" {
          #expect(await service.get(path.name).status == 200, "\(path.name)")
        }
      }
    }
  }
}
