/// One request as the log of a server has it: who asked what, and what came of it. It has no key, no query and no body.
public struct AccessRecord: Sendable, Hashable {
  /// Seconds since 1970.
  public let time: Double
  /// Name of the client; nil where its key was not good.
  public let client: String?
  /// Address of the client.
  public let address: String
  /// GET, POST and so on.
  public let method: String
  /// The path, without the part behind a question mark.
  public let path: String
  /// Name of the model; empty where none was asked.
  public let model: String
  /// Status of the reply.
  public let status: Int
  /// Rows that were answered.
  public let rows: Int
  /// Time from the whole request to its reply.
  public let duration: Duration
  /// Bytes of the body that came.
  public let received: Int
  /// Bytes of the body that went.
  public let sent: Int

  /// The record as one line of JSON.
  public var line: [UInt8] {
    var members: [JSON.Member] = [.init(name: "time", value: .number((time * 1e3).rounded() / 1e3))]
    if let client { members.append(.init(name: "client", value: .string(client))) }
    members += [
      .init(name: "address", value: .string(address)), .init(name: "method", value: .string(method)),
      .init(name: "path", value: .string(String(path.prefix(1000)))),
    ]
    if !model.isEmpty { members.append(.init(name: "model", value: .string(model))) }
    members += [
      .init(name: "status", value: .number(Double(status))),
      .init(name: "rows", value: .number(Double(rows))),
      .init(name: "milliseconds", value: .number((duration / .microseconds(1)).rounded() / 1e3)),
      .init(name: "received", value: .number(Double(received))),
      .init(name: "sent", value: .number(Double(sent))),
    ]
    return JSON.object(members).bytes + [UInt8(ascii: "\n")]
  }
}

/// What a server tells its operator while it runs.
public struct ServiceEvents: Sendable {
  /// A detector raised the alarm about a client.
  public var alarm: @Sendable (PredictionService.Alarm) -> Void = { _ in }
  /// A request was answered or turned away; nil for a server that keeps no log.
  public var access: (@Sendable (AccessRecord) -> Void)?
  /// Something inside does not work, in one sentence, or works again (nil).
  public var fault: @Sendable (_ reason: String?) -> Void = { _ in }

  /// Tells nothing.
  public init() {}
}
