import FoundationEssentials
import LinearAlgebra
import Querying
import Tabular

/// Finds out which dialect a server speaks and what it says of its model.
struct ServerDetection {
  let exchange: HTTPExchange
  let url: String
  /// How to ask, if the user says so.
  private let template: ServiceTemplate?
  /// What is known of columns that a template names.
  let known: ColumnRanges
  /// The part before the path of the dialect, without a slash at its end.
  let base: String
  /// The path of the dialect, if the user gave one.
  let path: [Substring]

  /// - Throws: ``HTTPOracleError/badURL(_:)``.
  init(
    _ text: String, _ exchange: HTTPExchange, template: ServiceTemplate? = nil,
    known: ColumnRanges = ColumnRanges()
  ) throws {
    (self.exchange, self.template, self.known) = (exchange, template, known)
    let full = text.contains("://") ? text : "http://\(text)"
    // Places for values are no part of an address yet.
    guard let parsed = URL(string: String(full.prefix { $0 != "{" && $0 != "?" })), let host = parsed.host(),
      !host.isEmpty,
      ["http", "https"].contains(parsed.scheme?.lowercased() ?? "")
    else { throw HTTPOracleError.badURL(text) }
    url = full.hasSuffix("/") ? String(full.dropLast()) : full
    let target = full.targetStart
    let parts = full[target...].prefix { $0 != "?" }.split(separator: "/")
    let places = ["v2", "v1", "invocations", "prediction", "model"].compactMap { word in
      parts.firstIndex { $0 == word }
    }
    let place = places.min() ?? parts.count
    path = Array(parts[place...])
    base = ([String(full[..<target])] + parts[..<place].map(String.init)).joined(separator: "/")
  }

  /// A client of the server and what it says of its model, checked.
  ///
  /// - Throws: ``HTTPOracleError``.
  func detect() async throws -> (client: any WireClient, facts: ModelFacts) {
    let (client, facts) = try await found()
    return (client, try facts.checked(client.url))
  }

  private func found() async throws -> (client: any WireClient, facts: ModelFacts) {
    if template != nil || RequestTemplate(address: url) != nil {
      // The same request about every row would make a model that never changes.
      if template?.request == nil, RequestTemplate(address: url) == nil {
        throw RequestTemplateError.noPlace(url)
      }
      return try templated(url, template ?? ServiceTemplate())
    }
    // A wrong address is told of at once.
    let moved = try await move()
    switch path.first {
    case "v2": return try await v2()
    case "v1": return try await v1()
    case "invocations": return try await invocations()
    case "prediction", "model": return try await bigml()
    default: break
    }
    if let reply = try await get("/v2"), reply["name"]?.string != nil { return try await v2() }
    if try await get("/v1/models")?["models"] != nil { return try await v1() }
    if try await isMLflow() { return (MLflowClient(url: base + "/invocations"), ModelFacts()) }
    if try await get("/model")?["objects"] != nil { return try await bigml() }
    if let models = try await amazonModels() { return try await amazon(models) }
    if let described = try await described() { return described }
    if let shaped = try await shaped() { return shaped }
    throw moved ?? HTTPOracleError.unknownDialect(url: url)
  }

  /// Whether the address leads elsewhere; a slash at its end is no other place.
  private func move() async throws -> HTTPOracleError? {
    do {
      _ = try await exchange.send(WireRequest(method: "GET", url: base + "/"), isPatient: false)
    } catch let error as HTTPOracleError {
      guard case .moved(_, let place) = error else { throw error }
      return base.hasSuffix(place) || place == base ? nil : error
    }
    return nil
  }

  func reply(_ path: String, method: String = "GET", body: [UInt8] = []) async throws -> WireReply {
    let headers = body.isEmpty ? [] : [(name: "content-type", value: "application/json")]
    return try await sent(WireRequest(method: method, url: base + path, headers: headers, body: body))
  }

  /// The reply to a request of detection; what stands elsewhere says nothing of this place. A server that was busy
  /// for as long as it is waited for gets no more time.
  ///
  /// - Throws: ``HTTPOracleError/busy(url:status:)`` for one that refuses every client.
  func sent(_ request: WireRequest) async throws -> WireReply {
    do {
      let reply = try await exchange.send(request)
      guard ![429, 503].contains(reply.status) else {
        throw HTTPOracleError.busy(url: request.url, status: reply.status)
      }
      return reply
    } catch HTTPOracleError.moved {
      return WireReply(status: 404, body: [])
    }
  }

  /// The JSON at a path; nil if there is none.
  func get(_ path: String) async throws -> JSON? {
    let reply = try await reply(path)
    return reply.status == 200 ? reply.json : nil
  }

  /// The one model of a list, or the one that the path names.
  func one(of models: [String], named: String?) throws -> String {
    if let named { return named }
    guard models.count == 1 else { throw HTTPOracleError.modelUnknown(url: url, known: models) }
    return models[0]
  }
}
