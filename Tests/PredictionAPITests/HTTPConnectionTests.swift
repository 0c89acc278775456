import Foundation
import TestSupport
import Testing

@testable import PredictionAPI

@Suite("Connections of clients")
struct HTTPConnectionTests {
  private static func request(_ connection: HTTPConnection, _ reply: String) async throws -> String {
    let (requests, continuation) = AsyncStream<String>.makeStream()
    let server = try CannedServer(answering: { request in
      continuation.yield(request)
      return reply
    })
    defer { server.stop() }
    let exchange = try HTTPExchange(connection, timeout: .seconds(5), retries: 0)
    _ = try await exchange.send(WireRequest(method: "GET", url: "http://127.0.0.1:\(server.port)/p"))
    for await request in requests { return request }
    return ""
  }

  private static let empty = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"

  @Test("A key, headers, a user and a query of the address come with every request")
  func carried() async throws {
    var connection = HTTPConnection()
    connection.key = "k1"
    try connection.add(header: "X-Tenant:  7")
    var url = "http://al%40x:p%3Aw@h/p?key=9"
    connection.takeQuery(of: &url)
    try connection.takeUser(of: &url)
    #expect(url == "http://h/p")
    let request = try await Self.request(connection, Self.empty)
    #expect(request.hasPrefix("GET /p?key=9 HTTP/1.1"))
    let lines = Set(request.split(separator: "\r\n").map { $0.lowercased() })
    // The user is more particular than the key.
    #expect(
      lines.contains("authorization: basic " + Data("al@x:p:w".utf8).base64EncodedString().lowercased()))
    #expect(lines.contains("x-api-key: k1") && lines.contains("x-tenant: 7"))
  }

  @Test(
    "A header that could begin another is refused", arguments: ["x", ": v", "a b: c", "a: b\r\nc: d", "ä: 1"])
  func headers(text: String) {
    var connection = HTTPConnection()
    #expect(throws: HTTPOracleError.badHeader(text)) { try connection.add(header: text) }
  }

  @Test(
    "No redirection is followed, so that no key goes where a server says", arguments: [301, 302, 307, 308])
  func redirections(status: Int) async throws {
    var connection = HTTPConnection()
    connection.key = "secret"
    let reply = "HTTP/1.1 \(status) Moved\r\nlocation: http://127.0.0.2:1/x\r\ncontent-length: 0\r\n\r\n"
    let error = await #expect(throws: HTTPOracleError.self) { try await Self.request(connection, reply) }
    #expect(error?.description.contains("sends its clients on to http://127.0.0.2:1/x") == true)
  }

  @Test("A refused connection and an unknown host are called so, without the words of a library")
  func refused() async throws {
    let server = try CannedServer(Self.empty)
    server.stop()
    let exchange = try HTTPExchange(timeout: .seconds(5), retries: 0)
    let urls = [
      "http://127.0.0.1:\(server.port)/": "the connection is refused",
      "http://no-host.invalid/": "name of the host",
    ]
    for (url, words) in urls {
      let error = await #expect(throws: HTTPOracleError.self) {
        try await exchange.send(WireRequest(url: url), isPatient: false)
      }
      #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
  }

  @Test("An address that is shown and kept holds no user and no query, but for places")
  func secrets() {
    #expect(HTTPConnection.withoutSecrets("http://me:pw@h:1/p?key=s") == "http://h:1/p")
    #expect(HTTPConnection.withoutSecrets("http://h/p?a={a}") == "http://h/p?a={a}")
  }

  @Test(
    "An address goes on behind its host at its path or its query",
    arguments: [
      ("http://h:1/p?q", "/p?q"), ("https://h?x={a/b}", "?x={a/b}"), ("http://[::1]:8/", "/"),
      ("http://h", ""),
      ("h/p", "/p"),
    ])
  func targets(_ address: String, _ target: String) {
    #expect(address[address.targetStart...] == target)
  }

  @Test("The key of a file stands alone or behind a name")
  func keys() throws {
    for (text, key) in [
      ("k1\n", "k1"), ("# ours\nalice k2 # remark\nbob k3\n", "k2"), ("\n\n  k4  \r\n", "k4"),
      ("abc#12\n", "abc#12"),
    ] {
      let path = Folder.temporaryPath()
      defer { try? FileManager.default.removeItem(atPath: path) }
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      #expect(try HTTPConnection.key(path: path) == key)
    }
    let path = Folder.temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try "k\u{1}5".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(throws: ServingError.self) { _ = try HTTPConnection.key(path: path) }
    #expect(throws: ServingError.self) { _ = try HTTPConnection.key(path: "/no/such/file") }
  }

  @Test("A server and its client read the same key and the same faults in a file of named keys")
  func sharedKeys() throws {
    let path = Folder.temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    for text in [
      "alice k1\n", "\u{FEFF}alice k1", "alice k1\r\nbob k2\r\n", "alice k1\rbob k2",
      "alice k1 #k3\nbob k2 #\n",
      "\r\n# x\r\n\talice \t k1 # y\r\n",
    ] {
      try Data(text.utf8).write(to: URL(filePath: path))
      #expect(try HTTPConnection.key(path: path) == "k1", "\(text)")
      #expect(try APIKeys(path: path).client(of: "k1") == "alice", "\(text)")
    }
    for text in ["", "# k\n", "alice k1 x\n", "alice k\u{E9}y\n", "\u{E4}lice k1\n"] {
      try Data(text.utf8).write(to: URL(filePath: path))
      let own = try #require(throws: ServingError.self, "\(text)") { _ = try HTTPConnection.key(path: path) }
      #expect(throws: own, "\(text)") { _ = try APIKeys(path: path) }
    }
  }
}
