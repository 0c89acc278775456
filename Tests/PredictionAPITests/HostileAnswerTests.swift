import Foundation
import Querying
import Synchronization
import Testing

@testable import PredictionAPI

/// Servers that do one thing that no server should; `Tests/Peers/hostile_servers.py` has many more of each kind.
@Suite("Hostile servers", .serialized)
struct HostileAnswerTests {
  /// What a server does with every request, and a word of the sentence that comes of it.
  struct Kind: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let word: String
    let first: [UInt8]
    /// What is sent again and again behind it; nil for nothing.
    let again: [UInt8]?
    /// Whether the connection ends then.
    let ends: Bool

    init(_ name: String, _ first: String, again: [UInt8]? = nil, ends: Bool = false, _ word: String) {
      (testDescription, self.word, self.first) = (name, word, Array(first.utf8))
      (self.again, self.ends) = (again, ends)
    }
  }

  private static func reply(_ body: String, _ status: String = "200 OK", _ headers: String = "") -> String {
    "HTTP/1.1 \(status)\r\n\(headers)content-length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  private static let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
  private static let megabyte = [UInt8](repeating: UInt8(ascii: "["), count: 1 << 20)

  private static let kinds = [
    Kind("closes at once", "", ends: true, "closed the connection"),
    Kind("closes within the head", "HTTP/1.1 200 OK\r\ncont", ends: true, "within an answer"),
    Kind(
      "closes within the body", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{", ends: true,
      "within an answer"),
    Kind("says nothing", "", "did not answer within"),
    Kind(
      "says less than it promises", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{", "did not answer within"),
    Kind("never ends its chunks", chunked + "1\r\n[\r\n", "did not answer within"),
    Kind("drips chunks", chunked, again: Array("1\r\n[\r\n".utf8), "did not answer within"),
    Kind("an endless body", "HTTP/1.1 200 OK\r\n\r\n", again: megabyte, "larger than 64 MB"),
    Kind("an exabyte", "HTTP/1.1 200 OK\r\ncontent-length: 1000000000000000000\r\n\r\n", "larger than 64 MB"),
    Kind(
      "endless headers", "HTTP/1.1 200 OK\r\n", again: Array(String(repeating: "a: b\r\n", count: 1000).utf8),
      "no answer in HTTP"),
    Kind("a storm of 100", "", again: Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), "did not answer within"),
    Kind("a length of letters", "HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n", "no answer in HTTP"),
    Kind("a chunk of letters", chunked + "xyz\r\n", "no answer in HTTP"),
    Kind("no HTTP", "SSH-2.0-OpenSSH_9.6\r\n", "no answer in HTTP"),
    Kind("a status of letters", "HTTP/1.1 abc OK\r\n\r\n", "no answer in HTTP"),
    Kind("gzip that is none", reply("{}", "200 OK", "content-encoding: gzip\r\n"), "cannot be unpacked"),
    Kind(
      "another place", reply("", "302 Found", "location: file:///etc/passwd\r\n"),
      "sends its clients on to file:///etc/passwd"),
    Kind("a page", reply("<html></html>"), "it is no JSON"), Kind("nothing", reply(""), "it is no JSON"),
    Kind("deep lists", reply(String(repeating: "[", count: 100_000)), "it is no JSON"),
    Kind("another object", reply("{}"), "it has no 'predictions'"),
    Kind("no key", reply("{\"error\":\"who are you\"}", "401 No"), "who are you (status 401)"),
    Kind("another error", reply("", "405 No"), "status 405"),
    Kind("always busy", reply("", "429 Slow"), "status 429"),
    Kind("always down", reply("", "503 Down"), "status 503"),
    Kind("words for numbers", reply("{\"predictions\":[null]}"), "not understood"),
  ]

  @Test(
    "The client ends in time with a sentence of what is wrong, and asks no more than it needs to see it",
    .watchesTheClock, arguments: kinds)
  func ends(_ kind: Kind) async throws {
    let requests = Requests()
    let server = try CannedServer(serving: { _, send in
      requests.count()
      guard send(kind.first) else { return false }
      while let again = kind.again {
        guard send(again) else { return false }
        if again.count < 100 { Thread.sleep(forTimeInterval: 0.002) }
      }
      return !kind.ends
    })
    defer { server.stop() }
    var options = HTTPOracleOptions()
    (options.timeout, options.retries) = (.seconds(2), 0)
    let start = ContinuousClock.now
    let error = await #expect(throws: (any Error).self) {
      _ = try await HTTPOracle.connect(url: "http://127.0.0.1:\(server.port)/invocations", options: options)
    }
    #expect("\(error ?? CancellationError())".contains(kind.word), "\(String(describing: error))")
    #expect(ContinuousClock.now - start < .seconds(20))
    #expect(requests.total <= 12, "\(requests.total)")
  }

  @Test("A server that turns everything away is told of after the first request about its model")
  func busy() async throws {
    let requests = Requests()
    let server = try CannedServer { _ in
      requests.count()
      return Self.reply("", "429 Slow")
    }
    defer { server.stop() }
    var options = HTTPOracleOptions()
    options.retries = 1
    let url = "http://127.0.0.1:\(server.port)"
    await #expect(throws: HTTPOracleError.busy(url: url + "/v2", status: 429)) {
      _ = try await HTTPOracle.connect(url: url, options: options)
    }
    #expect(requests.total == 3)
  }

  @Test("A body of millions of parts is not read, one behind a mark of the order of bytes is")
  func parts() {
    let many =
      Array("[".utf8) + Array(repeatElement(Array("{},".utf8), count: 2_000_000).joined()) + Array("{}]".utf8)
    #expect(WireReply(status: 200, body: many).json == nil)
    #expect(WireReply(status: 200, body: [0xEF, 0xBB, 0xBF] + Array("[1]".utf8)).json == .numbers([1]))
  }

  private final class Requests: Sendable {
    private let counted = Mutex(0)
    func count() { counted.withLock { $0 += 1 } }
    var total: Int { counted.withLock { $0 } }
  }
}
