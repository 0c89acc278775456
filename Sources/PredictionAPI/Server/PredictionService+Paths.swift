/// Where the paths of requests lead.
extension PredictionService {
  /// The parts between the slashes, with escapes such as `%20` resolved.
  static func parts(of path: String) -> [Substring] {
    let parts = path.split(separator: "/")
    guard path.utf8.contains(UInt8(ascii: "%")) else { return parts }
    return parts.map { $0.withoutPercentEscapes }
  }

  /// What the service itself says, in whatever dialects it speaks.
  func ownEndpoint(_ path: [Substring]) -> Endpoint? {
    switch path {
    case Self.metricsPath:
      .facts(method: "GET") { [metrics] in
        APIReply(contentType: "text/plain; version=0.0.4; charset=utf-8", body: Array(metrics.text.utf8))
      }
    case ["openapi.json"] where describesItself:
      .facts(method: "GET") { [description] in APIReply(body: description) }
    default: nil
    }
  }

  /// The path of the service's own counts, whatever it serves.
  static let metricsPath: [Substring] = ["metrics"]

  /// What a request asks for. Dialects beside each other share paths; a request goes to the one that takes its method.
  ///
  /// - Throws: 404, 405, or what a dialect says of a request that is its own.
  func endpoint(
    _ path: [Substring], _ request: APIRequest
  ) throws(APIError) -> (dialect: any WireDialect, endpoint: Endpoint) {
    var (methods, refusal) = ([String](), APIError?.none)
    for (_, dialect) in dialects {
      do throws(APIError) {
        guard let endpoint = try dialect.endpoint(path, request, models) else { continue }
        if request.asks(for: endpoint.method) { return (dialect, endpoint) }
        methods.append(endpoint.method)
      } catch {
        refusal = refusal ?? error
      }
    }
    if let refusal { throw refusal }
    throw methods.isEmpty ? APIError(404, "there is nothing at this path") : .wrongMethod(methods)
  }

  /// Whether a path is open to those without a key, where keys are asked for.
  func isOpen(_ path: [Substring], _ request: APIRequest) -> Bool {
    guard options.keys != nil else { return false }
    var head = request
    head.body = []
    switch try? endpoint(path, head).endpoint {
    case .open?, .readiness?: return true
    default: return false
    }
  }

  /// The dialect of a path that leads nowhere.
  func speaker(of path: [Substring], _ request: APIRequest) -> any WireDialect {
    let isNamed: (DialectName) -> Bool =
      switch path.first {
      case "v2": { $0 == .v2 }
      case "v1": { $0 == .kserveV1 || $0 == .tfserving }
      case "invocations": { $0 == .mlflow }
      case "prediction", "model", "andromeda", "dev": { $0 == .bigml }
      case nil where !request.asks(for: "GET"): { $0 == .amazon }
      default: { _ in false }
      }
    return (dialects.first { isNamed($0.name) } ?? dialects[0]).dialect
  }
}
