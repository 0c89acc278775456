import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import Synchronization

/// The open connections of every address.
final class OpenConnections: Sendable {
  private let limit: Int
  private let counts = Mutex<[String: Int]>([:])

  /// - Parameter limit: most connections of one address.
  init(limit: Int) { self.limit = limit }

  /// Counts one more connection; false if the address has too many.
  fileprivate func open(_ address: String) -> Bool {
    counts.withLock { counts in
      let count = counts[address] ?? 0
      guard count < limit else { return false }
      counts[address] = count + 1
      return true
    }
  }

  /// A connection is closed.
  fileprivate func close(_ address: String) {
    counts.withLock { counts in
      let left = (counts[address] ?? 1) - 1
      counts[address] = left > 0 ? left : nil
    }
  }
}

/// Closes a connection whose address has too many, and refuses requests that two programs may read in two ways.
final class ConnectionGuard: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart

  /// Name of the header of requests that are to be refused.
  static let refusal = "bezoar-refusal"

  private let connections: OpenConnections
  private var address: String?
  private var isRefused = false

  init(_ connections: OpenConnections) { self.connections = connections }

  /// Takes its place before the parts of HTTP lose their version.
  ///
  /// - Returns: a handler that does so when it is added, and nothing else.
  static func installer(_ connections: OpenConnections) -> any RemovableChannelHandler {
    Installer(connections)
  }

  private final class Installer: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let connections: OpenConnections

    init(_ connections: OpenConnections) { self.connections = connections }

    func handlerAdded(context: ChannelHandlerContext) {
      let pipeline = context.pipeline.syncOperations
      do {
        let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
        try pipeline.addHandler(ConnectionGuard(connections), position: .before(codec))
      } catch {
        context.close(promise: nil)
      }
    }
  }

  func handlerAdded(context: ChannelHandlerContext) { if context.channel.isActive { begin(context) } }

  func channelActive(context: ChannelHandlerContext) {
    begin(context)
    context.fireChannelActive()
  }

  private func begin(_ context: ChannelHandlerContext) {
    guard address == nil else { return }
    let name = ClientAddress.name(of: context.remoteAddress?.ipAddress)
    guard connections.open(name) else {
      isRefused = true
      context.close(promise: nil)
      return
    }
    address = name
  }

  func channelInactive(context: ChannelHandlerContext) {
    if let address { connections.close(address) }
    address = nil
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isRefused else { return }
    guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
    let isOld = (head.version.major, head.version.minor) < (1, 1)
    if Self.isAmbiguous(head, isOld: isOld) {
      // It is answered in its turn, behind those that came before.
      head.headers.replaceOrAdd(name: Self.refusal, value: "1")
      head.headers.replaceOrAdd(name: "connection", value: "close")
    }
    if isOld, !head.headers[canonicalForm: "connection"].contains("keep-alive") {
      // Such a client reads to the end of the connection.
      head.headers.replaceOrAdd(name: "connection", value: "close")
    }
    context.fireChannelRead(wrapInboundOut(.head(head)))
  }

  /// Whether a request may be two: HTTP/1.0 knows no bodies in chunks, HTTP/1.1 has one host (RFC 9112, 3.2 and 6.1).
  private static func isAmbiguous(_ head: HTTPRequestHead, isOld: Bool) -> Bool {
    let hosts = head.headers["host"].count
    return hosts > 1 || (isOld ? head.headers.contains(name: "transfer-encoding") : hosts == 0)
  }
}
