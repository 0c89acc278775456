import NIOCore
import NIOHTTPTypes

/// Closes connections whose client takes too long: to send a whole request, however slowly its bytes drip, or to
/// send the next one.
///
/// One timer per connection: it looks at the deadline and, where that has moved, sleeps on.
final class RequestDeadline: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let timeout: TimeAmount
  /// When the client's time is over; nil while it waits for an answer.
  private var deadline: NIODeadline?
  private var timer: Scheduled<Void>?

  init(timeout: TimeAmount) { self.timeout = timeout }

  func handlerAdded(context: ChannelHandlerContext) { if context.channel.isActive { begin(context) } }

  func channelActive(context: ChannelHandlerContext) {
    begin(context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .end = unwrapInboundIn(data) { deadline = nil }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data) { deadline = .now() + timeout }
    context.write(data, promise: promise)
  }

  private func begin(_ context: ChannelHandlerContext) {
    guard timer == nil else { return }
    deadline = .now() + timeout
    sleep(until: .now() + timeout, context)
  }

  private func sleep(until time: NIODeadline, _ context: ChannelHandlerContext) {
    timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: time) { [self] in
      let now = NIODeadline.now()
      if let deadline, deadline <= now {
        context.close(promise: nil)
      } else {
        sleep(until: deadline ?? now + timeout, context)
      }
    }
  }
}
