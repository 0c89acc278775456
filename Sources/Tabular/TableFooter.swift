/// Lines behind a table that are none of its rows: sources and remarks, as offices put them below a blank line.
///
/// What stands behind the last blank line is no part of the table if every line of it has one field with text, or less
/// than half as many fields as there are columns.
struct TableFooter {
  /// Where it begins.
  let position: Int
  /// What the reader must know of it.
  let note: String

  /// How many bytes from the end are looked at.
  private static let most = 4096

  /// Looks at the end of a file whose rows have so many fields; nil if it is one of a row.
  init?(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: (position: Int, line: Int), separator: UInt8, width: Int
  ) {
    guard width > 1, let begin = Self.lastBlankLine(bytes, from: start.position, separator) else {
      return nil
    }
    // A blank line within a quoted field is no end of a table.
    let quotes = bytes[start.position..<begin].count { $0 == UInt8(ascii: "\"") }
    guard quotes.isMultiple(of: 2) else { return nil }
    var parser = CSVParser(bytes, separator: separator, file: "")
    parser.move(to: begin, line: 1)
    var (fields, records, text) = ([CSVParser.Field](), 0, "")
    do {
      while try parser.next(&fields) != nil {
        let filled = fields.filter { $0.start < $0.end }
        let isTitle = filled.count <= 1 && (fields.count < width || width > 2)
        guard isTitle || 2 * fields.count < width else { return nil }
        guard let first = filled.first else { continue }
        if text.isEmpty { text = String(decoding: parser.text(first), as: UTF8.self) }
        records += 1
      }
    } catch { return nil }
    guard records > 0, !text.isEmpty else { return nil }
    position = begin
    note =
      "\(counted(records, "line")) at the end, behind a blank line and beginning with '\(text.prefix(60))', "
      + "\(records == 1 ? "is" : "are") no row and passed over"
  }

  /// Where the last lines without text begin behind which some comes; nil if there are none near the end.
  private static func lastBlankLine(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ separator: UInt8
  ) -> Int? {
    let least = max(start, bytes.count - most)
    // The line in which the window begins may have text before it.
    var (lineStart, hasText, wasBlank) = (least, least > start, false)
    var (blank, result) = (least, Int?.none)
    for index in least...bytes.count {
      let isEnd = index == bytes.count || bytes[index] == 10 || bytes[index] == 13
      guard isEnd else {
        hasText = hasText || (bytes[index] != separator && bytes[index] != 32 && bytes[index] != 9)
        continue
      }
      let isSecond = index < bytes.count && index > least && bytes[index] == 10 && bytes[index - 1] == 13
      if !isSecond {
        if hasText, wasBlank { result = blank }
        if !hasText, !wasBlank { blank = lineStart }
        wasBlank = !hasText
      }
      (lineStart, hasText) = (index + 1, false)
    }
    return result
  }
}
