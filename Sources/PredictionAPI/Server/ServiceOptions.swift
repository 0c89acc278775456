/// How a service treats its clients.
public struct ServiceOptions: Sendable {
  /// The dialects that it speaks.
  public var dialects: [DialectName] = [.v2]
  /// Rows that one client may ask about in all; nil for no limit.
  public var budget: Int?
  /// Rows that one client may ask about per second, on average; nil for no limit.
  public var rate: Double?
  /// Time that the answer to every row takes longer than it needs.
  public var latency: Duration = .zero
  /// Largest body in bytes.
  public var maxBody = 4 << 20
  /// Most bytes of bodies that are held at the same time; requests that come with more are turned away.
  public var maxBuffered = 256 << 20
  /// Most rows of a request.
  public var maxBatch = 10_000
  /// Most rows of a request for counterfactuals, each of which is a search.
  public var maxCounterfactuals = 100
  /// Time for a client to send a whole request, and to take its answer, and for the server to make it.
  public var timeout: Duration = .seconds(30)
  /// Requests that are worked on at the same time; more are turned away.
  public var maxConcurrent = 256
  /// Connections that are open at the same time; more wait.
  public var maxConnections = 2048
  /// Connections of one address that are open at the same time; more are closed.
  public var maxConnectionsPerAddress = 1024
  /// Keys of clients; nil for a service that is open to all.
  public var keys: APIKeys?

  /// The defaults.
  public init() {}

  /// Checks that the dialects can be told apart.
  ///
  /// - Throws: ``ServingError/dialectsClash(_:_:)``.
  func check() throws(ServingError) {
    if dialects.contains(.kserveV1), dialects.contains(.tfserving) {
      throw .dialectsClash(DialectName.kserveV1.rawValue, DialectName.tfserving.rawValue)
    }
  }
}

/// Why a service cannot start.
public enum ServingError: Error, Equatable, CustomStringConvertible {
  /// Two dialects have the same paths.
  case dialectsClash(String, String)
  /// Two models have the same name.
  case sameName(String)
  /// The address cannot be listened on.
  case cannotListen(host: String, port: Int, reason: String)
  /// A file of keys cannot be used.
  case keysUnusable(path: String, reason: String)
  /// The file of the ledger cannot be used.
  case ledgerUnusable(path: String, reason: String)
  /// A service of this dialect cannot stay behind this one.
  case noProxy(dialect: String)
  /// A path cannot be sent on.
  case badPass(String)
  /// A header of clients cannot be sent on.
  case badPassedHeader(String)

  public var description: String {
    switch self {
    case .dialectsClash(let one, let other):
      "the dialects \(one) and \(other) have the same paths; serve them on two ports"
    case .sameName(let name): "two models are called '\(name)'; name them, as in --model a=one.json"
    case .cannotListen(let host, let port, let reason): "cannot listen on \(host) port \(port): \(reason)"
    case .keysUnusable(let path, let reason): "\(path) is no usable file of keys: \(reason)"
    case .ledgerUnusable(let path, let reason): "\(path) cannot be used as the ledger: \(reason)"
    case .noProxy(let dialect):
      "a service of the dialect \(dialect) cannot be guarded where it is; guarded are v2, kserve-v1, tfserving, mlflow "
        + "and services that are asked by --request"
    case .badPass(let path):
      "the path '\(path)' cannot be passed on; give one that begins with /, has no ?, # or blank, is not /metrics, and "
        + "gives no predictions"
    case .badPassedHeader(let name):
      "the header '\(name)' cannot be passed on; it belongs to the connection or to the form of the body, or is no name "
        + "of a header"
    }
  }
}
