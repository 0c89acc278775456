import FoundationEssentials

/// A look at the bytes of a file before anything of it is decoded: whether its fields end where they say, and how many
/// messages they would become.
///
/// Two bytes are enough for a message, which takes a hundred times as much memory when it is decoded. So the number of
/// messages is counted first.
struct WireCheck {
  /// Most messages that are decoded.
  static let messageLimit = 1 << 18

  /// The messages in which further messages are looked for.
  private enum Message {
    case model, graph, node, attribute, leaf
    case valueInfo, type, tensorType, shape

    /// The kind of message in a field; nil if the field holds none, or one that is not decoded.
    func inside(field: UInt64) -> Message? {
      switch (self, field) {
      case (.model, 7): .graph
      case (.model, 8), (.model, 14): .leaf
      case (.graph, 1): .node
      case (.graph, 5): .leaf
      case (.graph, 11), (.graph, 12): .valueInfo
      case (.node, 5): .attribute
      case (.attribute, 5): .leaf
      case (.valueInfo, 2): .type
      case (.type, 1): .tensorType
      case (.tensorType, 2): .shape
      case (.shape, 1): .leaf
      default: nil
      }
    }
  }

  private let bytes: UnsafeRawBufferPointer
  private var count = 0

  /// What is wrong with the bytes of a model, if anything.
  static func defect(_ data: Data) -> String? {
    data.withUnsafeBytes { bytes in
      var check = WireCheck(bytes: bytes)
      return check.defect(0..<bytes.count, .model)
    }
  }

  private init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  private mutating func defect(_ range: Range<Int>, _ message: Message) -> String? {
    count += 1
    if count > Self.messageLimit {
      return "it has more than \(Self.messageLimit) nodes, settings and tensors"
    }
    var position = range.lowerBound
    while position < range.upperBound {
      guard let tag = varint(&position, range.upperBound) else { return "it breaks off" }
      switch tag & 7 {
      case 0: if varint(&position, range.upperBound) == nil { return "it breaks off" }
      case 1: position += 8
      case 5: position += 4
      case 2:
        guard let length = varint(&position, range.upperBound), length <= UInt64(range.upperBound - position)
        else { return "a part claims more bytes than there are" }
        let content = position..<position + Int(length)
        if let inner = message.inside(field: tag >> 3), let reason = defect(content, inner) { return reason }
        position = content.upperBound
      default: return "byte \(position) starts no field"
      }
      if position > range.upperBound { return "it breaks off" }
    }
    return nil
  }

  /// A number of up to ten bytes with seven bits each.
  private func varint(_ position: inout Int, _ end: Int) -> UInt64? {
    var (value, shift) = (UInt64(0), UInt64(0))
    while position < end, shift < 70 {
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return nil
  }
}
