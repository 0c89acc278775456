/// How the characters of a file are stored. Everything is read as UTF-8; a file that is not is turned into it first,
/// and what is written back goes the other way.
enum TextEncoding: Sendable, Hashable {
  case utf8
  /// Two bytes per unit, with or without a byte order mark.
  case utf16(isLittleEndian: Bool, hasMark: Bool)
  /// One byte per character: Latin-1 with the printable characters of Windows-1252.
  case windows1252

  /// What a reader of notes calls it; nil for UTF-8.
  var name: String? {
    switch self {
    case .utf8: nil
    case .utf16: "UTF-16"
    case .windows1252: "Latin-1 (Windows-1252)"
    }
  }

  /// The characters of 0x80 to 0x9F in Windows-1252; zero where there is none.
  private static let upperControls: [UInt32] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,
    0x017D,
    0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,
    0x017E, 0x0178,
  ]

  /// The encoding of UTF-16 text by its mark, or by the zeros of plain characters without one; nil for other text.
  static func utf16(_ bytes: UnsafeBufferPointer<UInt8>) -> TextEncoding? {
    guard bytes.count >= 4, bytes.count.isMultiple(of: 2) else { return nil }
    if bytes[0] == 0xFF, bytes[1] == 0xFE { return .utf16(isLittleEndian: true, hasMark: true) }
    if bytes[0] == 0xFE, bytes[1] == 0xFF { return .utf16(isLittleEndian: false, hasMark: true) }
    let units = min(bytes.count / 2, 64)
    if (0..<units).allSatisfy({ bytes[2 * $0] != 0 && bytes[2 * $0 + 1] == 0 }) {
      return .utf16(isLittleEndian: true, hasMark: false)
    }
    if (0..<units).allSatisfy({ bytes[2 * $0] == 0 && bytes[2 * $0 + 1] != 0 }) {
      return .utf16(isLittleEndian: false, hasMark: false)
    }
    return nil
  }

  /// Whether text that is not UTF-8 may be Windows-1252: it has no control characters, no byte without a meaning and
  /// no character in UTF-8, whose presence says that the rest is damaged.
  static func isWindows1252(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte < 0x20, byte != 9, byte != 10, byte != 13, byte != 12 { return false }
      if byte >= 0x80, byte < 0xA0, upperControls[Int(byte) - 0x80] == 0 { return false }
      if byte >= 0xC2, byte < 0xF5, length(ofCharacterAt: index, in: bytes) != nil { return false }
      index += 1
    }
    return true
  }

  /// The length of the character in UTF-8 that begins at a byte above 0x7F; nil if none does.
  private static func length(ofCharacterAt index: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    let count = bytes[index] >= 0xF0 ? 4 : bytes[index] >= 0xE0 ? 3 : 2
    guard index + count <= bytes.count, bytes[(index + 1)..<(index + count)].allSatisfy({ $0 & 0xC0 == 0x80 })
    else { return nil }
    return count
  }

  /// The text in UTF-8.
  ///
  /// - Throws: ``TabularError/notUTF8(_:line:)`` for UTF-16 with half a character.
  func decoded(_ bytes: UnsafeBufferPointer<UInt8>, file: String) throws(TabularError) -> [UInt8] {
    switch self {
    case .utf8: return Array(bytes)
    case .windows1252:
      var result: [UInt8] = []
      result.reserveCapacity(bytes.count + bytes.count / 8)
      for byte in bytes {
        guard byte >= 0x80 else {
          result.append(byte)
          continue
        }
        let scalar = byte < 0xA0 ? Self.upperControls[Int(byte) - 0x80] : UInt32(byte)
        result.append(contentsOf: String(UnicodeScalar(scalar) ?? "?").utf8)
      }
      return result
    case .utf16(let isLittleEndian, let hasMark):
      let units = stride(from: hasMark ? 2 : 0, to: bytes.count, by: 2).map { index in
        let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
        return isLittleEndian ? second << 8 | first : first << 8 | second
      }
      guard let text = String(validating: units, as: UTF16.self) else {
        throw .unreadable(file, reason: "it begins like UTF-16 text and is damaged; save it as UTF-8")
      }
      return Array(text.utf8)
    }
  }

  /// Text in UTF-8 as the file stores it.
  func encoded(_ bytes: [UInt8]) -> [UInt8] {
    switch self {
    case .utf8: return bytes
    case .windows1252:
      return String(decoding: bytes, as: UTF8.self).unicodeScalars.map { scalar in
        if scalar.value < 0x80 || (0xA0...0xFF).contains(scalar.value) { return UInt8(scalar.value) }
        return Self.upperControls.firstIndex(of: scalar.value).map { UInt8($0 + 0x80) } ?? UInt8(ascii: "?")
      }
    case .utf16(let isLittleEndian, let hasMark):
      let units = (hasMark ? [0xFEFF] : []) + Array(String(decoding: bytes, as: UTF8.self).utf16)
      return units.flatMap { unit in
        let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
        return isLittleEndian ? [low, high] : [high, low]
      }
    }
  }
}
