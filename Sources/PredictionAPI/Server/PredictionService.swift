import Crypto
import FoundationEssentials
import LinearAlgebra
import Querying
import Stealing
import Synchronization

/// A prediction service without its network: requests go in, replies come out.
///
/// A request passes, in this order: the path (404), the method (405), the key (401), the overload check (503), the
/// reading of its queries (400, 413, 415), the proof of work (428), the client's budget and rate (429), the model and
/// its guards (400, 403), the detectors, the latency, and the ledger, which is on disk before the reply goes out. A server
/// looks at the key before it reads the body, and turns bodies away that it has no room for (503).
public final class PredictionService: Sendable {
  let options: ServiceOptions
  private let models: ModelList
  private let dialects: [(name: DialectName, dialect: any WireDialect)]
  private let ledger: LedgerStore?
  private let accounts: ClientAccounts
  /// Names of the headers of requests that are looked at or sent on.
  let headerNames: Set<String>
  let metrics = ServiceMetrics()
  /// Bytes of the bodies that are being read or worked on.
  let buffered = Atomic<Int>(0)
  private let onAlarm: @Sendable (Alarm) -> Void

  /// What a detector says of a client.
  public struct Alarm: Sendable, Hashable {
    /// Id of the detector.
    public let detector: String
    /// Name of the model whose queries it watches.
    public let model: String
    /// Name of the client whose query raised it.
    public let client: String
  }

  /// A service.
  ///
  /// - Parameters:
  ///   - ledger: where the use by clients is kept; nil to forget it at the end.
  ///   - onAlarm: is told of every alarm of a detector.
  /// - Throws: ``ServingError``.
  public init(
    models: [ServedModel], options: ServiceOptions = ServiceOptions(), ledger: LedgerStore? = nil,
    onAlarm: @escaping @Sendable (Alarm) -> Void = { _ in }
  ) throws {
    try options.check()
    for (index, model) in models.enumerated()
    where models[..<index].contains(where: { $0.name == model.name }) {
      throw ServingError.sameName(model.name)
    }
    self.options = options
    self.models = ModelList(models)
    self.ledger = ledger
    self.onAlarm = onAlarm
    let upstream = models.lazy.compactMap { model in
      if case .service(let upstream) = model.source { upstream } else { nil }
    }.first
    dialects =
      upstream.map { [($0.speech, UpstreamDialect($0))] } ?? options.dialects.map { ($0, $0.dialect) }
    headerNames = Set(APIRequest.headerNames).union(upstream?.headerNames ?? [])
    accounts = ClientAccounts(budget: options.budget, rate: options.rate) { client in
      try ledger?.rows(of: client) ?? 0
    }
  }

  /// Requests that were answered with what they asked for, and their rows.
  public var answered: (requests: Int, rows: Int) { metrics.answeredInAll }

  /// The reply to a request; errors are replies too.
  ///
  /// - Parameter isAbandoned: whether the client is gone; its rows are then given back instead of counted.
  public func reply(
    to request: APIRequest, isAbandoned: @Sendable () -> Bool = { false }
  ) async -> APIReply {
    let started = ContinuousClock.now
    let path = Self.parts(of: request.path)
    if path == ["metrics"] {
      return APIReply(
        contentType: "text/plain; version=0.0.4; charset=utf-8", body: Array(metrics.text.utf8))
    }
    var (dialect, name, rows) = (speaker(of: path), "", 0)
    let reply: APIReply
    do {
      guard let found = try endpoint(path, request) else {
        throw APIError(404, "there is nothing at this path")
      }
      dialect = found.dialect
      let method = request.method == "HEAD" ? "GET" : request.method
      guard method == found.endpoint.method else {
        throw APIError(
          405, "this path takes \(found.endpoint.method) only", headers: ["allow": found.endpoint.method])
      }
      switch found.endpoint {
      case .open(_, let answer): return answer()
      case .facts(_, let answer):
        _ = try client(request)
        return answer()
      case .passed(let answer):
        _ = try client(request)
        reply = try await answer()
      case .prediction(let model, let layout):
        name = model.name
        (reply, rows) = try await predict(request, layout, model, dialect, isAbandoned)
      }
    } catch {
      reply = Self.reply(error, dialect)
    }
    metrics.answered(model: name, status: reply.status, rows: rows, after: .now - started)
    return reply
  }

  /// The reply to a request whose body was not even read.
  func reply(_ error: APIError, to path: String) -> APIReply {
    Self.reply(error, speaker(of: Self.parts(of: path)))
  }

  /// The reply to a request that its head alone gives away as one without a right to an answer; nil for any other.
  func refusal(of head: APIRequest) -> APIReply? {
    let path = Self.parts(of: head.path)
    guard options.keys != nil, path != ["metrics"] else { return nil }
    do {
      if case (_, .open)? = try endpoint(path, head) { return nil }
      _ = try client(head)
      return nil
    } catch {
      return reply(error, to: head.path)
    }
  }

  private static func reply(_ error: any Error, _ dialect: any WireDialect) -> APIReply {
    if let refusal = error as? UpstreamRefusal { return refusal.reply }
    // What is not meant for clients, such as an error of the ledger, stays inside.
    let error = error as? APIError ?? APIError(500, "internal error")
    var reply = dialect.reply(error)
    reply.headers = error.headers
    if let seconds = error.retryAfter { reply.headers["retry-after"] = "\(seconds)" }
    if error.status == 401 { reply.headers["www-authenticate"] = "Bearer" }
    return reply
  }

  /// The parts between the slashes, with escapes such as `%20` resolved.
  static func parts(of path: String) -> [Substring] {
    let parts = path.split(separator: "/")
    guard path.utf8.contains(UInt8(ascii: "%")) else { return parts }
    return parts.map { $0.withoutPercentEscapes }
  }

  private func endpoint(
    _ path: [Substring], _ request: APIRequest
  ) throws(APIError) -> (dialect: any WireDialect, endpoint: Endpoint)? {
    for (_, dialect) in dialects {
      if let endpoint = try dialect.endpoint(path, request, models) { return (dialect, endpoint) }
    }
    return nil
  }

  /// The dialect of a path that leads nowhere.
  private func speaker(of path: [Substring]) -> any WireDialect {
    let isNamed: (DialectName) -> Bool =
      switch path.first {
      case "v2": { $0 == .v2 }
      case "v1": { $0 == .kserveV1 || $0 == .tfserving }
      case "invocations": { $0 == .mlflow }
      case "prediction", "model": { $0 == .bigml }
      default: { _ in false }
      }
    return (dialects.first { isNamed($0.name) } ?? dialects[0]).dialect
  }

  /// Name of the client that sent a request.
  private func client(_ request: APIRequest) throws(APIError) -> String {
    guard let keys = options.keys else { return request.address }
    guard let key = request.key else {
      metrics.shed("key")
      throw APIError(401, "a key is needed; send 'Authorization: Bearer KEY' or 'X-API-Key: KEY'")
    }
    guard let client = keys.client(of: key) else {
      metrics.shed("key")
      throw APIError(401, "the key is not known")
    }
    return client
  }

  private func predict(
    _ request: APIRequest, _ layout: CallLayout, _ model: ServedModel, _ dialect: any WireDialect,
    _ isAbandoned: @Sendable () -> Bool
  ) async throws -> (APIReply, rows: Int) {
    let client = try client(request)
    defer { metrics.end() }
    guard metrics.begin() <= options.maxConcurrent else {
      metrics.shed("overload")
      throw APIError(503, "the server is overloaded; try again later", retryAfter: 1)
    }
    let call = try dialect.call(request, layout, to: model, limit: options.maxBatch)
    let count = call.queries.rows
    do {
      try model.workGate?.pass(client, call.queries, stamp: request.headers[WorkGate.stampHeader])
    } catch {
      metrics.shed("work")
      throw error
    }
    let fingerprint = fingerprint(request, client)
    let isReserved = try reserve(count, client, fingerprint)
    var counted = 0
    defer { if isReserved { accounts.settle(count, counted: counted, for: client) } }
    let given: ServedModel.Given
    do {
      given = try await model.answers(to: call, in: request, client: client)
    } catch let error as APIError {
      if error.status == 403 { metrics.refusedByGuard(model: model.name) }
      throw error
    }
    for detector in await model.watch.alarms(call.queries, given.own, client: client) {
      metrics.alarm(detector: detector)
      onAlarm(Alarm(detector: detector, model: model.name, client: client))
    }
    if options.latency > .zero { try await delay(count, isAbandoned) }
    let entry = LedgerStore.Entry(client: client, model: model.name, rows: count, fingerprint: fingerprint)
    counted = try await ledger?.record(entry) ?? true ? count : 0
    return (given.reply ?? dialect.reply(given.answers, to: call, of: model), count)
  }

  /// Takes the time that rows are said to take.
  ///
  /// - Throws: 499 if the client does not wait for it.
  private func delay(_ rows: Int, _ isAbandoned: @Sendable () -> Bool) async throws {
    let end = ContinuousClock.now + options.latency * rows
    while ContinuousClock.now < end {
      guard !isAbandoned() else { throw APIError(499, "the client went away") }
      try await Task.sleep(until: min(end, .now + .milliseconds(100)), clock: .continuous)
    }
  }

  /// Sets rows aside; a named request that was counted before costs nothing.
  ///
  /// - Returns: whether rows were set aside.
  private func reserve(_ rows: Int, _ client: String, _ fingerprint: [UInt8]?) throws -> Bool {
    do {
      try accounts.reserve(rows, for: client)
      return true
    } catch let error as APIError {
      if error.retryAfter == nil, let fingerprint, try ledger?.knows(fingerprint) == true { return false }
      metrics.shed(error.retryAfter == nil ? "budget" : "rate")
      throw error
    }
  }

  /// What tells a named request from all others: the client, its name for the request, and all that it asks.
  private func fingerprint(_ request: APIRequest, _ client: String) -> [UInt8]? {
    guard ledger != nil, let name = request.headers["idempotency-key"] else { return nil }
    var hash = SHA256()
    for part in [client, name, request.path, request.query] {
      hash.update(data: Array("\(part.utf8.count):\(part)".utf8))
    }
    hash.update(data: request.body)
    return Array(hash.finalize())
  }
}
