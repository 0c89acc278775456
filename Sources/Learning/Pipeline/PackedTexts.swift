import FoundationEssentials

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The packed columns of a model file as bytes, taken out of its text before that is decoded.
///
/// Nearly all of a large file is columns of trees as base64. Decoded on their own, each is read once, and the text is gone
/// before the trees are there. A text that is no base64 stays where it is, for the decoder to refuse.
final class PackedTexts: @unchecked Sendable {
  /// Where a decoder finds them.
  static let key = CodingUserInfoKey(rawValue: "packed texts")

  /// What stands before the number of a column in its place; no file can hold it by chance or on purpose.
  private let mark: String
  /// The columns; used by one decoder on one thread, which leaves nothing behind of what it took.
  private var columns: [Data] = []

  /// Texts of at least so many bytes are taken out.
  private static let shortest = 256
  private static let names = ["kinds", "tested", "operands", "rows", "weights", "impurities", "values"]

  private init(mark: String) { self.mark = mark }

  /// Takes the columns out of a document.
  ///
  /// - Returns: them and the document without them.
  static func split(_ document: Data) -> (texts: PackedTexts, rest: Data) {
    let nonce = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
    let texts = PackedTexts(mark: "#\(nonce.0)-\(nonce.1)-")
    var rest = Data()
    document.withUnsafeBytes { bytes in
      var copied = 0
      var name: Range<Int>?
      var place = 0
      while let start = bytes.firstIndex(of: UInt8(ascii: "\""), from: place),
        let end = endOfText(bytes, from: start + 1)
      {
        let text = start + 1..<end
        if text.count >= shortest, let before = name, isValue(bytes, before.upperBound + 1..<start),
          names.contains(where: { $0.utf8.elementsEqual(bytes[before]) }),
          let column = Base64Text.bytes(UnsafeRawBufferPointer(rebasing: bytes[text]))
        {
          rest.append(contentsOf: bytes[copied...start])
          rest.append(contentsOf: "\(texts.mark)\(texts.columns.count)".utf8)
          texts.columns.append(column)
          copied = end
        }
        name = text
        place = end + 1
      }
      rest.append(contentsOf: bytes[copied...])
    }
    return (texts, rest)
  }

  /// The column for which a text stands; nil for a text of its own. It can be taken once.
  func take(_ text: String) -> Data? {
    guard text.hasPrefix(mark), let index = Int(text.dropFirst(mark.count)), columns.indices.contains(index)
    else { return nil }
    let column = columns[index]
    columns[index] = Data()
    return column
  }

  /// Where the text ends that begins at a place.
  private static func endOfText(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    var place = start
    while let end = bytes.firstIndex(of: UInt8(ascii: "\""), from: place) {
      var slashes = 0
      while end - slashes > start, bytes[end - slashes - 1] == UInt8(ascii: "\\") { slashes += 1 }
      if slashes.isMultiple(of: 2) { return end }
      place = end + 1
    }
    return nil
  }

  /// Whether a colon and white space are all that stands between a name and its value.
  private static func isValue(_ bytes: UnsafeRawBufferPointer, _ between: Range<Int>) -> Bool {
    var colons = 0
    for byte in bytes[between] {
      switch byte {
      case UInt8(ascii: ":"): colons += 1
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): break
      default: return false
      }
    }
    return colons == 1
  }
}

extension UnsafeRawBufferPointer {
  /// The first place of a byte at or behind another one.
  fileprivate func firstIndex(of byte: UInt8, from start: Int) -> Int? {
    guard start < count, let base = baseAddress,
      let found = memchr(base + start, Int32(byte), count - start)
    else { return nil }
    return UnsafeRawPointer(found) - base
  }
}

/// Base64 as files of models hold it: the letters of RFC 4648, padded, without breaks.
private enum Base64Text {
  /// Six bits of every letter; 0xFF for all other bytes.
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 0xFF, count: 256)
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for (value, letter) in letters.utf8.enumerated() { values[Int(letter)] = UInt8(value) }
    return values
  }()

  /// Nil for what is not such a text.
  static func bytes(_ text: UnsafeRawBufferPointer) -> Data? {
    guard text.count.isMultiple(of: 4), text.count >= 4 else { return nil }
    let pad = UInt8(ascii: "=")
    let padding = text[text.count - 1] != pad ? 0 : text[text.count - 2] != pad ? 1 : 2
    let whole = (text.count - (padding > 0 ? 4 : 0)) / 4
    var result = Data(count: text.count / 4 * 3 - padding)
    let isText = values.withUnsafeBufferPointer { values in
      result.withUnsafeMutableBytes { (result: UnsafeMutableRawBufferPointer) in
        var any: UInt8 = 0
        for group in 0..<whole {
          let (a, b) = (values[Int(text[4 * group])], values[Int(text[4 * group + 1])])
          let (c, d) = (values[Int(text[4 * group + 2])], values[Int(text[4 * group + 3])])
          any |= a | b | c | d
          result[3 * group] = a << 2 | b >> 4
          result[3 * group + 1] = b << 4 | c >> 2
          result[3 * group + 2] = c << 6 | d
        }
        guard padding > 0 else { return any < 64 }
        let (a, b) = (values[Int(text[4 * whole])], values[Int(text[4 * whole + 1])])
        let c = padding == 2 ? 0 : values[Int(text[4 * whole + 2])]
        result[3 * whole] = a << 2 | b >> 4
        if padding == 1 { result[3 * whole + 1] = b << 4 | c >> 2 }
        return any | a | b | c < 64
      }
    }
    return isText ? result : nil
  }
}
