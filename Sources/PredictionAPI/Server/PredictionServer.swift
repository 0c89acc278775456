import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes
import NIOPosix

/// A prediction service that listens.
public final class PredictionServer: Sendable {
  /// The port that is listened on.
  public let port: Int
  private let server: Server<HTTP1Channel>
  private let running: Task<Void, any Error>

  /// Begins to listen.
  ///
  /// - Parameter port: 0 for any that is free.
  /// - Throws: ``ServingError/cannotListen(host:port:reason:)``.
  public static func start(
    _ service: PredictionService, host: String = "127.0.0.1", port: Int = 0
  ) async throws -> PredictionServer {
    let (ports, continuation) = AsyncStream<Int>.makeStream()
    let options = service.options
    let timeout = TimeAmount.nanoseconds(Int64(options.timeout / .nanoseconds(1)))
    let closed = ClosedInputs()
    let connections = OpenConnections(limit: options.maxConnectionsPerAddress)
    let channel = HTTP1Channel(
      responder: { request, writer, channel in
        try await ServerExchange(service: service, channel: channel, closed: closed)
          .respond(to: request, writer)
      },
      configuration: .init(additionalChannelHandlers: [
        ConnectionGuard.installer(connections), ConnectionEnd(),
        RequestDeadline(timeout: timeout, closed: closed),
      ]))
    let server = Server(
      childChannelSetup: channel,
      configuration: ServerConfiguration(
        address: .hostname(host, port: port),
        availableConnectionsDelegate: MaximumAvailableConnections(options.maxConnections)),
      onServerRunning: { channel in
        continuation.yield(channel.localAddress?.port ?? port)
        continuation.finish()
      },
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
      logger: Logger(label: "bezoar.server") { _ in SwiftLogNoOpLogHandler() })
    let running = Task {
      defer { continuation.finish() }
      try await server.run()
    }
    for await port in ports { return PredictionServer(port: port, server: server, running: running) }
    do {
      try await running.value
    } catch {
      throw ServingError.cannotListen(host: host, port: port, reason: Self.reason(error))
    }
    throw ServingError.cannotListen(host: host, port: port, reason: "the server ended at once")
  }

  private static func reason(_ error: any Error) -> String {
    guard let error = error as? IOError else { return "\(error)" }
    return error.errnoCode == EADDRINUSE ? "another program listens there" : "\(error)"
  }

  private init(port: Int, server: Server<HTTP1Channel>, running: Task<Void, any Error>) {
    self.port = port
    self.server = server
    self.running = running
  }

  /// Takes no more requests, answers those that have come, and ends.
  public func stop() async throws {
    try await server.shutdownGracefully()
    try await running.value
  }
}

/// One request on a connection and its reply.
private struct ServerExchange {
  let service: PredictionService
  let channel: any Channel
  let closed: ClosedInputs

  func respond(to request: Request, _ writer: consuming ResponseWriter) async throws {
    let target = (request.head.path ?? "/").split(
      separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let path = String(target.first ?? "")
    var api = APIRequest(
      request.method.rawValue, path, query: target.count > 1 ? String(target[1]) : "",
      address: ClientAddress.name(of: channel.remoteAddress?.ipAddress))
    for field in request.headers {
      let name = field.name.canonicalName
      if service.headerNames.contains(name) { api.headers[name] = field.value }
    }
    var reply: APIReply
    var closes = false
    // What is left of a body is read and dropped; the deadline of the connection limits that.
    if let refusal = service.refusal(of: api) {
      reply = refusal
    } else {
      let held = HeldBytes(service, api.address)
      defer { held.release() }
      do {
        if request.headers.contains(where: { $0.name.canonicalName == ConnectionGuard.refusal }) {
          throw APIError.invalid("two programs may read this request in two ways")
        }
        try check(request)
        if request.headers[.expect] != nil {
          try await writer.writeInformationalHead(HTTPResponse(status: .continue))
        }
        api.body = try await body(of: request, held)
        let (channel, closed) = (channel, closed)
        reply = await service.reply(to: api) { closed.contains(channel) }
      } catch let error as APIError {
        closes = true
        reply = service.reply(error, to: api)
      }
    }
    var head = HTTPResponse(status: .init(code: reply.status))
    head.headerFields[.contentType] = reply.contentType
    head.headerFields[.contentLength] = "\(reply.body.count)"
    head.headerFields[.date] = HTTPDate.now
    for (name, value) in reply.headers {
      if let name = HTTPField.Name(name) { head.headerFields[name] = value }
    }
    if closes { head.headerFields[.connection] = "close" }
    if request.method == .head { reply.body = [] }
    try await writer.write(response: head, body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body)))
  }

  private var tooLarge: APIError {
    APIError(413, "the body is larger than \(service.options.maxBody) bytes")
  }

  /// Looks at what the head says of the body, before the client is told to send it.
  ///
  /// - Throws: 413 if it is too large, 417 if the client has an expectation that is not supported.
  private func check(_ request: Request) throws(APIError) {
    if let length = request.headers[.contentLength].flatMap(Int.init), length > service.options.maxBody {
      throw tooLarge
    }
    if let expected = request.headers[.expect], expected.lowercased() != "100-continue" {
      throw APIError(417, "the expectation '\(expected.prefix(40))' is not met")
    }
  }

  /// The whole body.
  ///
  /// - Throws: 413 if it is too large, 503 if there is no room for it beside the others.
  private func body(of request: Request, _ held: HeldBytes) async throws -> [UInt8] {
    let limit = service.options.maxBody
    var bytes: [UInt8] = []
    for try await part in request.body {
      guard bytes.count + part.readableBytes <= limit else { throw tooLarge }
      try held.add(part.readableBytes)
      bytes.append(contentsOf: part.readableBytesView)
    }
    return bytes
  }
}
