import NIOCore
import NIOHTTPTypes

/// Closes connections whose client takes too long: to send a whole request, however slowly its bytes drip, to send the
/// next one, or to take what was sent to it.
///
/// One timer per connection: it looks at the deadline and, where that has moved, sleeps on.
final class RequestDeadline: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let timeout: TimeAmount
  private let closed: ClosedInputs
  /// When the client's time to send is over; nil while it waits for an answer.
  private var sending: NIODeadline?
  /// When the client's time to take what was sent is over; nil while it keeps up.
  private var taking: NIODeadline?
  private var timer: Scheduled<Void>?

  /// - Parameter closed: called for clients that send nothing more.
  init(timeout: TimeAmount, closed: ClosedInputs) {
    self.timeout = timeout
    self.closed = closed
  }

  func handlerAdded(context: ChannelHandlerContext) { if context.channel.isActive { begin(context) } }

  func channelActive(context: ChannelHandlerContext) {
    begin(context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
    closed.remove(context.channel)
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .inputClosed? = event as? ChannelEvent { closed.insert(context.channel) }
    context.fireUserInboundEventTriggered(event)
  }

  func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .end = unwrapInboundIn(data) { sending = nil }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data) { sending = .now() + timeout }
    context.write(data, promise: promise)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    taking = context.channel.isWritable ? nil : .now() + timeout
    context.fireChannelWritabilityChanged()
  }

  private func begin(_ context: ChannelHandlerContext) {
    guard timer == nil else { return }
    sending = .now() + timeout
    sleep(until: .now() + timeout, context)
  }

  private func sleep(until time: NIODeadline, _ context: ChannelHandlerContext) {
    timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: time) { [self] in
      let now = NIODeadline.now()
      // Deadlines are set ahead by the whole time, so none comes before the timer looks again.
      let next = min(sending ?? now + timeout, taking ?? now + timeout)
      if next <= now { context.close(promise: nil) } else { sleep(until: next, context) }
    }
  }
}
