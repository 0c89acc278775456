import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import Querying
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A prediction service that stays where it is, behind guards, budgets and keys of this one.
///
/// Requests go on to it as they came, and its answers go back as they came where no guard changes them. Connections to it
/// are kept open. A request that it does not answer counts nothing.
public final class UpstreamService: Sendable {
  /// How the service is asked and what its answers mean.
  public let oracle: HTTPOracle
  /// Paths that are sent on, whole and in parts.
  let paths: [(path: String, parts: [Substring])]
  /// Names of the headers of requests that are sent on.
  let headerNames: Set<String>
  /// Names of members of bodies and items of queries that are sent on beside those that are known.
  let fieldNames: Set<String>
  /// Reads and writes the service's answers.
  let answers: UpstreamAnswers
  /// The address of predictions.
  let address: AddressPattern
  /// The body about a row, read backwards; nil where there is none, or where a dialect reads it.
  let body: BodyPattern?
  /// The method of requests for predictions.
  let method: String
  private let connection: HTTPConnection
  /// The address of the service up to its paths.
  private let origin: String
  private let client: HTTPClient
  private let timeout: Duration
  private let notes: @Sendable (String) -> Void
  private let hasLooked = Atomic<Bool>(false)
  /// Classes of which the user heard that no guard knows them.
  private let toldClasses = Mutex<Set<String>>([])

  /// Finds out how to ask a service.
  ///
  /// - Parameters:
  ///   - options: as for ``HTTPOracle/connect(url:options:)``.
  ///   - notes: is told what the user should hear later.
  /// - Throws: as ``HTTPOracle/connect(url:options:)``, ``RequestTemplateError`` for a template that cannot be read
  ///   backwards, ``ServingError/noProxy(dialect:)``, ``ServingError/badPass(_:)``,
  ///   ``ServingError/badPassedHeader(_:)``.
  public static func connect(
    url: String, options: HTTPOracleOptions = HTTPOracleOptions(), passes: Passes = Passes(),
    notes: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws -> UpstreamService {
    try passes.check()
    let oracle = try await HTTPOracle.connect(url: url, options: options)
    return try UpstreamService(oracle, url, options, passes, notes)
  }

  private init(
    _ oracle: HTTPOracle, _ url: String, _ options: HTTPOracleOptions, _ passes: Passes,
    _ notes: @escaping @Sendable (String) -> Void
  ) throws {
    var (url, connection) = (url, options.connection)
    connection.takeQuery(of: &url)
    try connection.takeUser(of: &url)
    self.oracle = oracle
    paths = passes.paths.map { ($0, PredictionService.parts(of: $0)) }
    headerNames = Set([
      "content-type", "accept", "accept-language", "x-request-id", "traceparent",
    ]).union(passes.headers.map { $0.lowercased() })
    fieldNames = Set(passes.fields)
    self.notes = notes
    self.connection = connection
    client = try HTTPClients.client(for: connection, isProxy: true)
    timeout = options.timeout
    address = try AddressPattern(oracle.url)
    origin = Self.origin(of: oracle.url)
    if let dialect = oracle.dialect, dialect == .bigml || dialect == .amazon {
      throw ServingError.noProxy(dialect: dialect.rawValue)
    }
    let template = (oracle.client as? TemplateClient)?.template
    guard template != nil || oracle.dialect != nil else { throw ServingError.noProxy(dialect: "CSV") }
    method = template != nil && template?.request == nil ? "GET" : "POST"
    body = try template.flatMap { template in
      try template.request.map { try BodyPattern($0, batch: template.batch) }
    }
    answers = UpstreamAnswers(
      client: oracle.client, meaning: oracle.meaning, classes: oracle.schema.classes,
      isSecond: oracle.isSecond)
    for (path, parts) in paths where address.matches(path: parts) { throw ServingError.badPass(path) }
  }

  /// The dialect that it speaks; where it is asked by a template one that plays no part.
  var speech: DialectName { oracle.dialect ?? .mlflow }

  /// A reply with what it says.
  struct Found: Sendable {
    let reply: APIReply
    let reading: UpstreamAnswers.Reading
  }

  /// Sends a request for predictions on.
  ///
  /// - Parameter isNeeded: whether anybody looks at the answers.
  /// - Throws: 502 or 504 without an answer that makes sense, ``UpstreamRefusal``.
  func ask(_ request: APIRequest, rows: Int, isNeeded: Bool) async throws -> Found {
    let reply = try await send(method, target(request), request, body: method == "GET" ? [] : request.body)
    if reply.status == 401, !headerNames.contains("authorization") {
      throw APIError(502, "the service behind this server does not take this server's key")
    }
    guard (200..<300).contains(reply.status) else { throw UpstreamRefusal(reply: reply) }
    let isLong = rows >= LongWork.rows || reply.body.count >= LongWork.bytes
    let reading = try await LongWork.run(isLong: isLong) { [answers] in
      try answers.read(reply.body, rows: rows, isNeeded: isNeeded)
    }
    for name in reading.unknown { tell(of: name) }
    return Found(reply: reply, reading: reading)
  }

  /// Tells the user, once, of a class that is none of those that were seen at the start or described.
  private func tell(of name: String) {
    let isNew = toldClasses.withLock { $0.count < Self.mostTold && $0.insert(name).inserted }
    if isNew {
      notes(
        "the service answers with '\(name.prefix(60))', which no guard or detector knows as a class; name all "
          + "classes with --ranges FILE")
    }
  }

  /// Most classes that are named to the user.
  private static let mostTold = 20

  /// The reply with the answers of guards.
  func reply(_ given: [Answer], instead found: Found) throws -> APIReply {
    if !hasLooked.exchange(true, ordering: .relaxed) {
      let untouched = answers.untouched(found.reading)
      if !untouched.isEmpty {
        notes(
          "no guard changes the numbers at \(untouched.prefix(6).joined(separator: ", ")) of the service's answers"
        )
      }
    }
    var reply = found.reply
    reply.body = try answers.written(given, instead: found.reading, in: reply.body)
    return reply
  }

  /// Sends a request for something else on.
  func pass(_ path: String, _ request: APIRequest) async throws -> APIReply {
    let query = query(of: request).replacing("#", with: "%23")
    return try await send("GET", origin + path + (query.isEmpty ? "" : "?" + query), request, body: [])
  }

  /// An address up to its path.
  private static func origin(of url: String) -> String { String(url[..<url.targetStart]) }

  /// The address of a request: the service's own, with the values that were read from the client's, which are escaped
  /// anew, so that the service cannot read others.
  private func target(_ request: APIRequest) -> String {
    let own = oracle.url.prefix { $0 != "?" }
    let path =
      own.contains("{")
      ? origin + address.filled(with: PredictionService.parts(of: request.path)) : String(own)
    let query = AddressPattern.rewritten(query(of: request))
    return path + (query.isEmpty ? "" : "?" + query)
  }

  /// What a client asks behind the question mark, without the names that this server adds itself.
  func query(of request: APIRequest) -> String {
    let own = connection.queryNames
    if own.isEmpty { return request.query }
    return request.query.split(separator: "&")
      .filter { !own.contains(AddressPattern.decoded($0.prefix { $0 != "=" })) }.joined(separator: "&")
  }

  // MARK: The way there

  /// Largest reply in bytes.
  private static let replyLimit = 64 << 20
  /// Headers of a reply that tell nothing of its body.
  private static let replyHeaders = [
    "retry-after", "cache-control", "vary", "x-request-id", "content-language", "access-control-allow-origin",
  ]

  private func send(
    _ method: String, _ url: String, _ request: APIRequest, body: [UInt8]
  ) async throws(APIError) -> APIReply {
    var message = HTTPClientRequest(url: connection.address(url))
    message.method = HTTPMethod(rawValue: method)
    for name in headerNames {
      if let value = request.headers[name] { message.headers.add(name: name, value: value) }
    }
    for header in connection.allHeaders {
      message.headers.replaceOrAdd(name: header.name, value: header.value)
    }
    if !body.isEmpty { message.body = .bytes(ByteBuffer(bytes: body)) }
    do {
      return try await reply(message)
    } catch let error as APIError {
      throw error
    } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout {
      throw APIError(504, "the service behind this server did not answer within \(timeout / .seconds(1)) s")
    } catch {
      throw APIError(
        502, "the service behind this server does not answer: \(ConnectionFailure.sentence(error))")
    }
  }

  private func reply(_ message: HTTPClientRequest) async throws -> APIReply {
    let limit = TimeAmount.nanoseconds(Int64(timeout / .nanoseconds(1)))
    let deadline = ContinuousClock.now + timeout
    let response: HTTPClientResponse
    do {
      response = try await client.execute(message, timeout: limit)
    } catch let error where message.method == .GET && Self.isStale(error) {
      // The service closed a connection that was kept open, at the moment when it was used again. What is more than a
      // question is not sent twice: the service may have ended over it.
      response = try await client.execute(message, timeout: limit)
    }
    let body: ByteBuffer
    do {
      body = try await response.body(upTo: Self.replyLimit, by: deadline)
    } catch is NIOTooManyBytesError {
      throw APIError(
        502, "the answer of the service behind this server is larger than \(Self.replyLimit) bytes")
    }
    let status = Int(response.status.code)
    guard !(300..<400).contains(status) else {
      throw APIError(502, "the service behind this server sends its clients on to another address")
    }
    guard (200..<600).contains(status) else {
      throw APIError(502, "the service behind answers with the status \(status), which is no answer")
    }
    var headers: [String: String] = [:]
    for name in Self.replyHeaders { headers[name] = response.headers.first(name: name) }
    return APIReply(
      status: status, contentType: response.headers.first(name: "content-type") ?? "application/octet-stream",
      headers: headers, body: Array(body.readableBytesView))
  }

  private static func isStale(_ error: any Error) -> Bool {
    if let error = error as? HTTPClientError { return error == .remoteConnectionClosed }
    return (error as? IOError)?.errnoCode == ECONNRESET
  }
}

/// What the service behind this one said where it gave no answer.
struct UpstreamRefusal: Error {
  let reply: APIReply
}
