/// What a program said: its last lines for messages, and its first ones for whoever listens.
struct SpokenLines {
  /// Most lines that are passed on while a program runs.
  private static let limit = 200
  /// Most bytes that are kept of the end, and of a line.
  private static let kept = 2000

  private let id: String
  private let tell: (@Sendable (String) -> Void)?
  private var line: [UInt8] = []
  private var last: [UInt8] = []
  private var told = 0

  init(id: String, tell: (@Sendable (String) -> Void)?) { (self.id, self.tell) = (id, tell) }

  /// Takes the next bytes.
  mutating func append(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      last.append(byte)
      if last.count > 2 * Self.kept { last.removeFirst(Self.kept) }
      if byte == UInt8(ascii: "\n") {
        pass()
      } else if line.count < Self.kept {
        line.append(byte)
      }
    }
  }

  /// Passes on a line that has no end.
  mutating func finish() { if !line.isEmpty { pass() } }

  private mutating func pass() {
    defer { line = [] }
    guard let tell, told <= Self.limit else { return }
    tell(
      told < Self.limit
        ? "\(id): \(String(decoding: line, as: UTF8.self))" : "\(id) says more, which is not shown")
    told += 1
  }

  /// The last three lines that are not empty, on one line.
  var tail: String {
    String(decoding: last.suffix(Self.kept), as: UTF8.self)
      .split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
      .suffix(3).joined(separator: " / ")
  }
}
