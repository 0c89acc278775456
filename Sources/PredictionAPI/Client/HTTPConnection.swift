import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What every request to a service carries, and whom the client trusts.
public struct HTTPConnection: Sendable, Hashable {
  /// The client's key, sent as `Authorization: Bearer` and as `X-API-Key`; nil for none.
  public var key: String?
  /// Further headers, which stand above those of the client.
  public private(set) var headers: [Header] = []
  /// A PEM file with the certificates of authorities that are trusted besides those of the system; nil for none.
  public var certificateFile: String?
  /// Whether any certificate is trusted.
  public var isInsecure = false
  /// The query of the address, which every request carries; nil for none.
  private var query: String?

  /// A header.
  public struct Header: Sendable, Hashable {
    let name: String
    let value: String
  }

  /// A connection without a key.
  public init() {}

  /// Adds a header such as `X-Tenant: 7`.
  ///
  /// - Throws: ``HTTPOracleError/badHeader(_:)``.
  public mutating func add(header text: String) throws(HTTPOracleError) {
    guard let colon = text.firstIndex(of: ":") else { throw .badHeader(text) }
    let (name, value) = (text[..<colon], text[text.index(after: colon)...])
    let isName = name.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
    guard !name.isEmpty, isName, !value.utf8.contains(where: { $0 < 32 && $0 != 9 || $0 == 127 }) else {
      throw .badHeader(text)
    }
    headers.append(Header(name: String(name), value: value.trimmingPrefix { $0 == " " }.description))
  }

  /// The key of a file: alone on the first line that is no remark, or behind the name of its client, as in the file of a
  /// server.
  ///
  /// - Throws: ``ServingError/keysUnusable(path:reason:)``.
  public static func key(path: String) throws(ServingError) -> String {
    try KeyFile(path: path).entries(first: 1)[0].key
  }

  /// The headers of every request.
  var allHeaders: [Header] {
    let own = key.map {
      [Header(name: "authorization", value: "Bearer \($0)"), Header(name: "x-api-key", value: $0)]
    }
    return (own ?? []) + headers
  }

  /// An address with the query that every request carries.
  func address(_ url: String) -> String {
    guard let query else { return url }
    return url + (url.contains("?") ? "&" : "?") + query
  }

  /// The names in the query that every request carries.
  var queryNames: Set<String> {
    Set((query ?? "").split(separator: "&").map { String($0.prefix { $0 != "=" }.withoutPercentEscapes) })
  }

  /// Takes what every request carries off the query of an address, such as `?key=…`; places for values stay.
  mutating func takeQuery(of url: inout String) {
    guard let mark = url.firstIndex(of: "?") else { return }
    let items = url[url.index(after: mark)...].split(separator: "&", omittingEmptySubsequences: false)
    // A name in braces may hold the sign between items.
    let isWhole = items.allSatisfy { item in item.count { $0 == "{" } == item.count { $0 == "}" } }
    let places = isWhole ? items.filter { $0.contains("{") } : items
    let fixed = isWhole ? items.filter { !$0.contains("{") } : []
    if !fixed.isEmpty { query = fixed.joined(separator: "&") }
    url = String(url[..<mark]) + (places.isEmpty ? "" : "?" + places.joined(separator: "&"))
  }

  /// An address without the secrets that its user and its query may be, as it may be shown and kept.
  public static func withoutSecrets(_ address: String) -> String {
    var (connection, url) = (HTTPConnection(), address)
    connection.takeQuery(of: &url)
    try? connection.takeUser(of: &url)
    return url
  }

  /// Takes `user:password@` off an address and sends it as RFC 7617 says.
  ///
  /// - Throws: ``HTTPOracleError/badHeader(_:)``.
  mutating func takeUser(of url: inout String) throws(HTTPOracleError) {
    let (start, end) = (url.hostStart, url.targetStart)
    guard let sign = url[start..<end].lastIndex(of: "@") else { return }
    let user = String(url[start..<sign])
    url.removeSubrange(start...sign)
    let parsed = URL(string: "http://\(user)@host")
    let plain = [parsed?.user(percentEncoded: false), parsed?.password(percentEncoded: false)]
      .compactMap(\.self).joined(separator: ":")
    guard !plain.isEmpty else { throw .badHeader(user) }
    try add(header: "authorization: Basic \(Data(plain.utf8).base64EncodedString())")
  }
}

/// The clients of the program, one for everybody whom it trusts; they last as long as the program.
enum HTTPClients {
  private struct Use: Hashable {
    let trust: HTTPConnection
    let isProxy: Bool
  }

  private static let clients = Mutex<[Use: HTTPClient]>([:])

  /// Most connections of a proxy to the service behind it.
  private static let proxyConnections = 1024

  /// The client of a connection.
  ///
  /// - Parameter isProxy: whether it sends on what many others ask at the same time.
  /// - Throws: ``HTTPOracleError/certificateUnusable(path:)``.
  static func client(
    for connection: HTTPConnection, isProxy: Bool = false
  ) throws(HTTPOracleError) -> HTTPClient {
    var trust = HTTPConnection()
    (trust.certificateFile, trust.isInsecure) = (connection.certificateFile, connection.isInsecure)
    let use = Use(trust: trust, isProxy: isProxy)
    return try clients.withLock { clients throws(HTTPOracleError) in
      if let known = clients[use] { return known }
      var configuration = HTTPClient.Configuration(timeout: .init(connect: .seconds(10)))
      // A server that refuses connections is told of at once, and where it sends its clients is not followed.
      configuration.connectionPool.retryConnectionEstablishment = false
      configuration.redirectConfiguration = .disallow
      if isProxy {
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = proxyConnections
        // Servers close connections after five seconds without a request, or two; the proxy does so before them.
        configuration.connectionPool.idleTimeout = .milliseconds(1500)
      }
      configuration.decompression = .enabled(limit: .size(64 << 20))
      if let path = trust.certificateFile {
        var tls = TLSConfiguration.makeClientConfiguration()
        guard let authorities = try? NIOSSLCertificate.fromPEMFile(path), !authorities.isEmpty else {
          throw .certificateUnusable(path: path)
        }
        tls.additionalTrustRoots = [.certificates(authorities)]
        configuration.tlsConfiguration = tls
      }
      if trust.isInsecure {
        var tls = configuration.tlsConfiguration ?? TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .none
        configuration.tlsConfiguration = tls
      }
      let client = HTTPClient(
        eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
      clients[use] = client
      return client
    }
  }
}

/// Why no connection could be made, or why it ended, in words.
enum ConnectionFailure {
  /// One sentence without addresses of sockets and paths of source files.
  static func sentence(_ error: any Error) -> String {
    if let error = error as? NIOConnectionError {
      if let inner = error.connectionErrors.first?.error { return sentence(inner) }
      return "the name of the host is not known"
    }
    if let error = error as? IOError { return sentence(error.errnoCode) }
    if error is SocketAddressError { return "the name of the host is not known" }
    if let error = error as? NIOSSLError, case .handshakeFailed(let reason) = error {
      return sentence(reason)
    }
    if let error = error as? BoringSSLError { return sentence(error) }
    if error is NIOSSLExtraError {
      return "its certificate is for another host; --insecure trusts any"
    }
    switch error as? HTTPClientError {
    case .connectTimeout?: return "no connection could be made within 10 s"
    case .readTimeout?, .deadlineExceeded?: return "no answer came in time"
    case .remoteConnectionClosed?: return "it closed the connection"
    default: return damage(error)
    }
  }

  /// Whether a packed body is damaged or too large.
  static func isPacking(_ error: any Error) -> Bool {
    error is NIOHTTPDecompression.DecompressionError
      || error is NIOHTTPDecompression.ExtraDecompressionError
  }

  /// What is wrong with what a server sent.
  private static func damage(_ error: any Error) -> String {
    if error is NIOTooManyBytesError {
      return "its answer is larger than \(HTTPExchange.largestBody >> 20) MB"
    }
    if isPacking(error) {
      return "its answer cannot be unpacked, or is larger than \(HTTPExchange.largestBody >> 20) MB"
    }
    if case .invalidEOFState? = error as? HTTPParserError {
      return "it closed the connection within an answer"
    }
    if let error = error as? HTTPParserError { return "what it sends is no answer in HTTP (\(error))" }
    return "what it sends is no answer in HTTP"
  }

  private static func sentence(_ error: BoringSSLError) -> String {
    let text = "\(error)"
    if text.contains("CERTIFICATE_VERIFY_FAILED") {
      return
        "its certificate is not signed by an authority that is trusted here; --cacert FILE names one, --insecure trusts "
        + "any certificate"
    }
    return text.contains("WRONG_VERSION_NUMBER")
      ? "it speaks no TLS there; try http://" : "no secure connection could be made"
  }

  private static func sentence(_ code: CInt) -> String {
    switch code {
    case ECONNREFUSED: "the connection is refused; does the service run, and on this port?"
    case ECONNRESET, EPIPE: "it reset the connection"
    case ETIMEDOUT: "no connection could be made in time"
    case EHOSTUNREACH, ENETUNREACH: "there is no way to the host"
    default: "the connection failed (error \(code) of the system)"
    }
  }
}
