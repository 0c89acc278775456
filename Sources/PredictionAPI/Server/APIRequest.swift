/// A request as the handlers see it: plain values, so that they can be called without a server.
public struct APIRequest: Sendable {
  /// GET, POST and so on.
  public var method: String
  /// The path, without the part behind a question mark.
  public var path: String
  /// The part behind the question mark.
  public var query: String
  /// Values of the few headers that matter, by their names in small letters.
  public var headers: [String: String]
  /// Address of the client.
  public var address: String
  /// The body.
  public var body: [UInt8]

  /// Names of the headers that handlers look at.
  static let headerNames = [
    "content-type", "content-encoding", "authorization", "x-api-key", "x-amz-target", "idempotency-key",
    "inference-header-content-length", "accept-encoding", WorkGate.stampHeader,
  ]
  /// Headers that do not change what is asked for; a client may write them anew when it asks again.
  static let headersBesideTheAnswer: Set<String> = [
    "authorization", "x-api-key", "idempotency-key", "accept-encoding", "traceparent", "x-request-id",
    WorkGate.stampHeader,
  ]

  /// A request.
  public init(
    _ method: String = "GET", _ path: String, query: String = "", headers: [String: String] = [:],
    address: String = "127.0.0.1", body: [UInt8] = []
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.address = address
    self.body = body
  }

  /// Whether it asks for something that takes a method; HEAD is a GET whose answer has no body.
  func asks(for method: String) -> Bool { self.method == method || self.method == "HEAD" && method == "GET" }
}

/// What goes back.
public struct APIReply: Sendable, Hashable {
  /// Status code.
  public var status: Int
  /// Type of the body.
  public var contentType: String
  /// Other headers.
  public var headers: [String: String]
  /// The body.
  public var body: [UInt8]

  init(
    status: Int = 200, contentType: String = "application/json", headers: [String: String] = [:],
    body: [UInt8]
  ) {
    self.status = status
    self.contentType = contentType
    self.headers = headers
    self.body = body
  }

  init(_ json: JSON, status: Int = 200) { self.init(status: status, body: json.bytes) }

  init(text: String, status: Int = 200) {
    self.init(status: status, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
  }
}

/// Why a request gets no answer; each dialect has its own form for it.
public struct APIError: Error, Hashable, CustomStringConvertible {
  /// Status code.
  public let status: Int
  /// One sentence for the client.
  public let message: String
  /// Seconds after which to try again.
  public let retryAfter: Int?
  /// Other headers.
  public let headers: [String: String]

  init(_ status: Int, _ message: String, retryAfter: Int? = nil, headers: [String: String] = [:]) {
    self.status = status
    self.message = message
    self.retryAfter = retryAfter
    self.headers = headers
  }

  public var description: String { "\(status): \(message)" }

  static func invalid(_ message: String) -> APIError { APIError(400, message) }

  /// - Throws: 413 if a request has more rows than one may have.
  static func check(rows: Int, limit: Int) throws(APIError) {
    guard rows <= limit else {
      throw APIError(413, "\(rows) rows in a request; at most \(limit) are allowed")
    }
  }

  /// A path that is asked for by another method than it takes.
  static func wrongMethod(_ methods: [String]) -> APIError {
    APIError(
      405, "this path takes \(methods.joined(separator: " or ")) only",
      headers: ["allow": methods.joined(separator: ", ")])
  }

  static func unknownModel(_ name: String) -> APIError {
    APIError(404, "model '\(name.prefix(100))' not found")
  }
}

extension Substring {
  /// The text with escapes such as `%20` resolved; as it is if one is damaged or they spell no UTF-8.
  var withoutPercentEscapes: Substring {
    var (units, rest) = ([UInt8](), Array(utf8)[...])
    while let unit = rest.popFirst() {
      guard unit == UInt8(ascii: "%") else {
        units.append(unit)
        continue
      }
      let digits = rest.prefix(2)
      guard digits.count == 2, digits.first != UInt8(ascii: "+"), digits.first != UInt8(ascii: "-"),
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      else {
        return self
      }
      units.append(value)
      rest.removeFirst(2)
    }
    return String(validating: units, as: UTF8.self).map { $0[...] } ?? self
  }
}
