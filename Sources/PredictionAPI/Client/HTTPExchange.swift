import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import Querying
import Guarding
import Synchronization

/// A request to a prediction server, before it is sent.
struct WireRequest: Sendable {
  var method = "POST"
  var url: String
  var headers: [(name: String, value: String)] = []
  var body: [UInt8] = []
  /// Whether less could be asked for instead, so that a request that runs out of time is not sent again.
  var isDivisible = false
  /// The client's name for the request, which every repetition carries; nil for one that follows from what is asked.
  var name: String?
}

/// What came back.
struct WireReply: Sendable {
  let status: Int
  let body: [UInt8]
  /// The work that must be done first.
  var challenge: Hashcash?

  /// The most objects, lists and strings that a body is read for: each takes many times the memory of its bytes.
  private static let (mostContainers, mostStrings) = (1_500_000, 4_000_000)

  /// The body as JSON, behind a mark of the order of bytes; nil if it is none, or of more parts than any answer has.
  var json: JSON? {
    var (containers, quotes) = (0, 0)
    for byte in body {
      if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") { containers += 1 }
      if byte == UInt8(ascii: "\"") { quotes += 1 }
    }
    guard containers <= Self.mostContainers, quotes <= 2 * Self.mostStrings else { return nil }
    let text = body.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(body.dropFirst(3)) : body
    return try? JSONReader.value(of: text, depthLimit: 64, acceptsNonFinite: true)
  }

  /// What the server says of an error, without line breaks.
  var message: String {
    let text =
      json.flatMap { json in
        (json["error"] ?? json["message"] ?? json["detail"] ?? json["status"]?["message"]).map {
          $0.string ?? String(decoding: $0.bytes, as: UTF8.self)
        }
      } ?? String(decoding: body.prefix(2000), as: UTF8.self)
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.isEmpty ? "status \(status)" : "\(line.prefix(300)) (status \(status))"
  }
}

/// Sends requests, waits where a server asks to, and counts bytes.
final class HTTPExchange: Sendable {
  /// Most challenges that are solved for one request; several tasks of a client take them from each other.
  private static let challengeLimit = 20
  /// Most hashes that all challenges of one request may cost on average, some minutes of work.
  private static let workLimit = 1 << 28

  /// The most bytes of the body of a reply.
  static let largestBody = 64 << 20

  /// The longest wait that a server may ask for.
  private static let longestWait = Duration.seconds(3600)

  private let connection: HTTPConnection
  private let client: HTTPClient
  private let timeout: Duration
  private let retries: Int
  private let waits: @Sendable (Duration) -> Void
  /// The most rows of queries that requests may carry; nil for no limit.
  let limit: SendingLimit?
  /// Names for the requests about rows.
  let names: QueryNames
  private let counted = Mutex(Traffic())
  /// - Parameter waits: called for every wait of two seconds or more that a server asks for.
  /// - Throws: ``HTTPOracleError/certificateUnusable(path:)``.
  init(
    _ connection: HTTPConnection = HTTPConnection(), timeout: Duration, retries: Int,
    limit: SendingLimit? = nil, names: QueryNames = QueryNames(),
    waits: @escaping @Sendable (Duration) -> Void = { _ in }
  ) throws {
    self.connection = connection
    client = try HTTPClients.client(for: connection)
    self.waits = waits
    self.limit = limit
    self.names = names
    self.timeout = timeout
    self.retries = retries
  }

  /// Bytes of bodies sent and received.
  var traffic: Traffic { counted.withLock { $0 } }

  /// Sends a request, again where the server is busy (429, 503) or the connection broke. Every repetition carries
  /// the same `Idempotency-Key`, so that a server that knows it counts the request once.
  ///
  /// - Parameter isPatient: whether it is sent again at all.
  /// - Throws: `CancellationError`, ``HTTPOracleError/unreachable(url:reason:)``,
  ///   ``HTTPOracleError/tooSlow(url:seconds:)``, or ``HTTPOracleError/closed(url:seconds:)`` where the server asks to
  ///   wait longer than an hour.
  func send(_ request: WireRequest, isPatient: Bool = true) async throws -> WireReply {
    let retries = isPatient ? self.retries : 0
    let name = request.method == "POST" ? request.name ?? names.name(of: request) : nil
    var (request, attempt, solved, work) = (request, 0, 0, 0)
    while true {
      try Task.checkCancellation()
      do {
        let (reply, wait) = try await once(request, name)
        if let challenge = reply.challenge, solved < Self.challengeLimit,
          challenge.bits < Int.bitWidth - 2, work + 1 << challenge.bits <= Self.workLimit
        {
          solved += 1
          work += 1 << challenge.bits
          request.headers.removeAll { $0.name == WorkGate.stampHeader }
          guard let stamp = challenge.solved(sha256: WorkGate.sha256) else {
            throw CancellationError()
          }
          request.headers.append((WorkGate.stampHeader, stamp))
          continue
        }
        guard let wait, attempt < retries else { return reply }
        guard wait <= Self.longestWait else {
          throw HTTPOracleError.closed(url: request.url, seconds: Int(clamping: wait.components.seconds))
        }
        if wait >= .seconds(2) { waits(wait) }
        try await Task.sleep(for: wait > .zero ? wait : Self.pause(attempt))
      } catch let error as HTTPClientError
        where error == .deadlineExceeded && (request.isDivisible || attempt >= retries)
      {
        throw HTTPOracleError.tooSlow(url: request.url, seconds: timeout / .seconds(1))
      } catch let error where !(error is CancellationError || error is HTTPOracleError) {
        guard attempt < retries, Self.isWorthTryingAgain(error) else {
          throw HTTPOracleError.unreachable(url: request.url, reason: ConnectionFailure.sentence(error))
        }
        try await Task.sleep(for: Self.pause(attempt))
      }
      attempt += 1
    }
  }

  /// A tenth of a second, and twice as long every time.
  private static func pause(_ attempt: Int) -> Duration { .milliseconds(100 << min(attempt, 6)) }

  private static func isWorthTryingAgain(_ error: any Error) -> Bool {
    if error is NIOTooManyBytesError || ConnectionFailure.isPacking(error) { return false }
    guard let error = error as? HTTPClientError else { return true }
    let hopeless: [HTTPClientError] = [.invalidURL, .emptyHost, .emptyScheme]
    return !hopeless.contains(error)
  }

  /// Sends a request once.
  ///
  /// - Returns: also how long to wait before the next try; nil if this was the last, zero if the server did not say.
  private func once(_ request: WireRequest, _ name: String?) async throws -> (WireReply, wait: Duration?) {
    var message = HTTPClientRequest(url: connection.address(request.url))
    message.method = HTTPMethod(rawValue: request.method)
    for header in request.headers { message.headers.add(name: header.name, value: header.value) }
    if let name { message.headers.add(name: "idempotency-key", value: name) }
    for header in connection.allHeaders {
      message.headers.replaceOrAdd(name: header.name, value: header.value)
    }
    if !request.body.isEmpty { message.body = .bytes(ByteBuffer(bytes: request.body)) }
    let limit = TimeAmount.nanoseconds(Int64(timeout / .nanoseconds(1)))
    let deadline = ContinuousClock.now + timeout
    let response = try await client.execute(message, timeout: limit)
    let body = try await response.body(upTo: Self.largestBody, by: deadline)
    let bytes = Array(body.readableBytesView)
    counted.withLock {
      $0.sent += request.body.count
      $0.received += bytes.count
    }
    let status = Int(response.status.code)
    if (300..<400).contains(status), let place = response.headers.first(name: "location") {
      // A key would go wherever the server says, and a query might become a plain GET.
      throw HTTPOracleError.moved(url: request.url, to: String(place.prefix(300)))
    }
    var wait: Duration?
    if status == 429 || status == 503, response.headers["x-budget-left"].isEmpty {
      wait = response.headers.first(name: "retry-after").flatMap { HTTPDate.wait($0) } ?? .zero
    }
    let challenge = response.headers.first(name: WorkGate.challengeHeader).flatMap(Hashcash.init(line:))
    return (WireReply(status: status, body: bytes, challenge: status == 428 ? challenge : nil), wait)
  }
}
