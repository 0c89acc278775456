import HTTPTypes

extension UpstreamService {
  /// What else than predictions is sent on, and what of a request besides what its form names.
  public struct Passes: Sendable {
    /// Paths that are sent on where they are asked for with GET or HEAD.
    public var paths: [String] = []
    /// Names of headers of requests that are sent on.
    public var headers: [String] = []
    /// Names of members of bodies and of items of queries that are sent on, whatever they hold, beside those that a
    /// template or a dialect names.
    public var fields: [String] = []

    /// Nothing.
    public init() {}

    /// Headers of a connection, and those that tell of the body, which is sent on in its own form.
    private static let ownHeaders: Set<String> = [
      "connection", "keep-alive", "proxy-connection", "proxy-authorization", "proxy-authenticate", "te",
      "trailer", "transfer-encoding", "upgrade", "http2-settings", "host", "content-length",
      "content-encoding", "accept-encoding", "expect", WorkGate.stampHeader, ConnectionGuard.refusal,
    ]

    /// Checks what can be said of it before the service is known.
    ///
    /// - Throws: ``ServingError/badPass(_:)``, ``ServingError/badPassedHeader(_:)``.
    public func check() throws(ServingError) {
      for path in paths {
        let isTarget = path.utf8.allSatisfy { (33...126).contains($0) && !"?#".utf8.contains($0) }
        guard path.hasPrefix("/"), isTarget,
          PredictionService.parts(of: path) != PredictionService.metricsPath
        else { throw .badPass(path) }
      }
      for name in headers {
        guard HTTPField.Name(name) != nil, !Self.ownHeaders.contains(name.lowercased()) else {
          throw .badPassedHeader(name)
        }
      }
    }
  }
}
