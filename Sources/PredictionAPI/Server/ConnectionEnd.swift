import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Ends a connection behind a reply that says `connection: close`: what its client sent behind the request is neither
/// read nor answered.
///
/// The client is told by the end of what it can read, and what it still sends is dropped until it closes as well or its
/// time is over; a connection that was cut off at once could lose the reply on its way.
final class ConnectionEnd: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  /// Whether the reply that is being written is the last one.
  private var isLast = false
  /// Whether the last reply was written.
  private var isOver = false

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(let head) where head.status.kind != .informational:
      isLast = head.headerFields[.connection]?.lowercased() == "close"
    case .end where isLast:
      isOver = true
      let written = promise ?? context.eventLoop.makePromise()
      written.futureResult.assumeIsolated().whenComplete { _ in context.close(mode: .output, promise: nil) }
      return context.write(data, promise: written)
    default: break
    }
    context.write(data, promise: promise)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if !isOver { context.fireChannelRead(data) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    context.fireUserInboundEventTriggered(event)
    if isOver, case .inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
  }
}
