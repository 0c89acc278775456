import FoundationEssentials
import LinearAlgebra
import Querying
import Guarding
import Synchronization

/// A prediction service without its network: requests go in, replies come out.
///
/// A request passes, in this order: the key (401), the path (404), the method (405), the overload check (503), the
/// reading of its queries (400, 413, 415), the proof of work (428), the client's budget and rate (429), the model and
/// its guards (400, 403), the detectors (503 if one has failed), the latency, and the ledger, which is on disk before the
/// reply goes out and has the last word on the budget. A server looks at the key before it reads the body, and turns
/// bodies away that it has no room for (503).
public final class PredictionService: Sendable {
  let options: ServiceOptions
  let models: ModelList
  let dialects: [(name: DialectName, dialect: any WireDialect)]
  private let ledger: CountedUse
  /// Names of the headers of requests that are looked at or sent on.
  let headerNames: Set<String>
  /// Whether the service describes itself: another one behind it may have a document of its own.
  let describesItself: Bool
  /// What can be asked, as a document that is written once.
  let description: [UInt8]
  let metrics = ServiceMetrics()
  /// The bodies that are being read or worked on.
  let memory: BodyMemory
  private let events: ServiceEvents

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
  ///   - events: called for alarms, requests and faults.
  /// - Throws: ``ServingError``.
  public init(
    models: [ServedModel], options: ServiceOptions = ServiceOptions(), ledger: LedgerStore? = nil,
    events: ServiceEvents = ServiceEvents()
  ) throws {
    try options.check()
    for (index, model) in models.enumerated()
    where models[..<index].contains(where: { $0.name == model.name }) {
      throw ServingError.sameName(model.name)
    }
    self.options = options
    self.models = ModelList(models)
    self.events = events
    let upstream = models.lazy.compactMap { model in
      if case .service(let upstream) = model.source { upstream } else { nil }
    }.first
    dialects =
      upstream.map { [($0.speech, UpstreamDialect($0))] } ?? options.dialects.map { ($0, $0.dialect) }
    headerNames = Set(APIRequest.headerNames).union(upstream?.headerNames ?? [])
    describesItself = upstream == nil
    description = upstream == nil ? ServiceDescription(options, self.models).document.bytes : []
    memory = BodyMemory(limit: options.maxBuffered, largest: options.maxBody)
    self.ledger = CountedUse(
      options, ledger, metrics, decisiveHeaders: upstream?.headerNames ?? [], onFault: events.fault)
  }

  /// Requests that were answered with what they asked for, and their rows.
  public var answered: (requests: Int, rows: Int) { metrics.answeredInAll }

  /// What came of a request, for its log.
  private struct Outcome {
    var client: String?
    var model = ""
    var rows = 0
    /// Whether it is one of the requests that are counted: predictions and what was refused.
    var isCounted = true
  }

  /// The reply to a request; errors are replies too.
  ///
  /// - Parameter isAbandoned: whether the client is gone; work that still goes on then ends, and nothing of it is counted.
  public func reply(
    to request: APIRequest, isAbandoned: @escaping @Sendable () -> Bool = { false }
  ) async -> APIReply {
    let started = ContinuousClock.now
    let held = HeldBytes(self, request.address)
    defer { held.release() }
    let path = Self.parts(of: request.path)
    var (dialect, outcome) = (speaker(of: path, request), Outcome())
    var reply: APIReply
    do {
      outcome.client = try isOpen(path, request) ? nil : client(request)
      let pace = Pace(options.timeout, isAbandoned: isAbandoned)
      let request = try await plain(request, held)
      let endpoint: Endpoint
      if let own = ownEndpoint(path) {
        endpoint = own
      } else {
        (dialect, endpoint) = try await LongWork.run(isLong: request.isLong) { [self] in
          try self.endpoint(path, request)
        }
      }
      guard request.asks(for: endpoint.method) else { throw APIError.wrongMethod([endpoint.method]) }
      switch endpoint {
      case .open(_, let answer), .facts(_, let answer):
        outcome.isCounted = false
        reply = answer()
      case .readiness(let answer):
        outcome.isCounted = false
        let isWatched = !models.all.contains { $0.watch.hasFailed }
        reply = answer(await ledger.isWell() && isWatched)
      case .passed(let answer): reply = try await pass(answer, outcome.client ?? request.address)
      case .prediction(let model, let layout):
        outcome.model = model.name
        reply = try await predict(request, layout, model, dialect, pace, &outcome)
      }
    } catch {
      reply = self.reply(error, dialect)
    }
    let whole = reply
    // A task that is cancelled is answered as it is.
    let isLong = whole.body.count >= LongWork.bytes
    reply = (try? await LongWork.run(isLong: isLong) { whole.compressed(for: request) }) ?? whole
    finish(reply, request, outcome, after: .now - started)
    return reply
  }

  /// A request with its body as it was before it was compressed, and without the key in its query.
  ///
  /// - Parameter held: counts the bytes of the body among those of all.
  private func plain(_ request: APIRequest, _ held: HeldBytes) async throws -> APIRequest {
    var request = request
    if options.keys != nil { request.dropKeyOfQuery() }
    guard request.isCompressed else { return request }
    let limit = options.maxBody
    return try await LongWork.run(isLong: true) { [request] in
      let plain = try request.plain(limit: limit)
      try held.add(plain.body.count)
      return plain
    }
  }

  /// The reply to a request whose body was not read, or not to its end.
  func reply(_ error: APIError, to head: APIRequest) -> APIReply {
    let reply = self.reply(error, speaker(of: Self.parts(of: head.path), head))
    finish(reply, head, Outcome(), after: .zero)
    return reply
  }

  /// The reply to a request that its head alone gives away as one without a right to an answer; nil for any other.
  func refusal(of head: APIRequest) -> APIReply? {
    guard options.keys != nil else { return nil }
    do {
      if !isOpen(Self.parts(of: head.path), head) { _ = try client(head) }
      return nil
    } catch {
      return reply(error, to: head)
    }
  }

  private func finish(_ reply: APIReply, _ request: APIRequest, _ outcome: Outcome, after time: Duration) {
    if outcome.isCounted {
      metrics.answered(model: outcome.model, status: reply.status, rows: outcome.rows, after: time)
    }
    guard let access = events.access else { return }
    access(
      AccessRecord(
        time: Date().timeIntervalSince1970, client: outcome.client, address: request.address,
        method: request.method, path: request.path, model: outcome.model, status: reply.status,
        rows: outcome.rows, duration: time, received: request.body.count, sent: reply.body.count))
  }

  private func reply(_ error: any Error, _ dialect: any WireDialect) -> APIReply {
    if let refusal = error as? UpstreamRefusal { return refusal.reply }
    // What is not meant for clients, such as an error of the ledger, stays inside.
    if !(error is APIError), !(error is CancellationError) { events.fault("a request failed: \(error)") }
    let error = error as? APIError ?? APIError(500, "internal error")
    var reply = dialect.reply(error)
    reply.headers = error.headers
    if let seconds = error.retryAfter { reply.headers["retry-after"] = "\(seconds)" }
    if error.status == 401 { reply.headers["www-authenticate"] = "Bearer" }
    return reply
  }

  /// Lets another service answer, within the limits for requests and, as one row, within the client's rate.
  ///
  /// - Throws: 503 if too many are worked on, 429, or what `answer` throws.
  private func pass(_ answer: @Sendable () async throws -> APIReply, _ client: String) async throws
    -> APIReply
  {
    defer { metrics.end() }
    try begin()
    try ledger.spendRate(1, client)
    return try await answer()
  }

  /// Counts one more request that is worked on, and has to end.
  ///
  /// - Throws: 503 if they are too many.
  private func begin() throws(APIError) {
    guard metrics.begin() <= options.maxConcurrent else {
      metrics.shed("overload")
      throw APIError(503, "the server is overloaded; try again later", retryAfter: 1)
    }
  }

  /// Name of the client that sent a request.
  private func client(_ request: APIRequest) throws(APIError) -> String {
    guard let keys = options.keys else { return request.address }
    var request = request
    // Before another service this header is what that service asks for.
    if !describesItself, request.headers["x-api-key"] != nil { request.headers["authorization"] = nil }
    guard let key = request.key else {
      metrics.shed("key")
      throw APIError(401, "a key is needed; send 'Authorization: Bearer KEY' or 'X-API-Key: KEY'")
    }
    // A second key that is wrong is not passed over: it may be meant to take the place of the first.
    guard let client = keys.client(of: key), request.keys.allSatisfy({ keys.client(of: $0) == client }) else {
      metrics.shed("key")
      throw APIError(401, "the key is not known")
    }
    return client
  }

  private func predict(
    _ request: APIRequest, _ layout: CallLayout, _ model: ServedModel, _ dialect: any WireDialect,
    _ pace: Pace, _ outcome: inout Outcome
  ) async throws -> APIReply {
    let client = outcome.client ?? request.address
    defer { metrics.end() }
    try begin()
    let isLong = request.isLong
    let call = try await LongWork.run(isLong: isLong) { [options] in
      // The client may be gone while the request waited for its turn. One that only sends nothing more after a short
      // request still waits for the answer.
      if isLong { try pace.check() }
      return try dialect.call(request, layout, to: model, limit: RowLimit(options.maxBatch, pace: pace))
    }
    let count = call.queries.rows
    if call.details.contains(.counterfactuals) {
      try APIError.check(rows: count, limit: options.maxCounterfactuals)
    }
    do {
      try model.workGate?.pass(client, call.queries, stamp: request.headers[WorkGate.stampHeader])
    } catch {
      metrics.shed("work")
      throw error
    }
    return try await ledger.counting(count, of: request, client: client, model: model.name) {
      let isLong = count >= LongWork.rows || !call.details.isEmpty
      let given: ServedModel.Given
      do {
        given = try await model.answers(to: call, in: request, client: client, pace: pace)
      } catch let error as APIError {
        if error.status == 403 { metrics.refusedByGuard(model: model.name) }
        throw error
      }
      for detector in try await alarms(model, call.queries, given.own, client: client) {
        metrics.alarm(detector: detector)
        events.alarm(Alarm(detector: detector, model: model.name, client: client))
      }
      if options.latency > .zero { try await delay(count, pace) }
      if let reply = given.reply { return reply }
      if let fault = given.fault { return dialect.reply(fault) }
      return try await LongWork.run(isLong: isLong) { dialect.reply(given.answers, to: call, of: model) }
    } counted: {
      outcome.rows = count
    }
  }

  /// The detectors whose alarm goes on.
  ///
  /// - Throws: 503 if one can judge no more queries: what nobody watches is not answered. The owner is told once.
  private func alarms(
    _ model: ServedModel, _ queries: Matrix, _ answers: [Answer], client: String
  ) async throws -> [String] {
    do {
      return try await model.watch.alarms(queries, answers, client: client)
    } catch {
      if error.isNew {
        events.fault("\(error.error); \(model.name) answers no more queries, as nobody would watch them")
      }
      throw APIError(503, "the queries cannot be watched, so that they are not answered")
    }
  }

  /// Takes the time that rows are said to take.
  ///
  /// - Throws: 499 if the client does not wait for it.
  private func delay(_ rows: Int, _ pace: Pace) async throws {
    let end = ContinuousClock.now + options.latency * rows
    while ContinuousClock.now < end {
      try pace.checkClient()
      try await Task.sleep(until: min(end, .now + .milliseconds(100)), clock: .continuous)
    }
  }
}
