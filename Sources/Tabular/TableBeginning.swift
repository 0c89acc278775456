/// What stands before a table: a byte order mark, the line that a spreadsheet writes to name its separator, remarks.
struct TableBeginning {
  private(set) var position: Int
  private(set) var line: Int
  /// The separator that the file names.
  private(set) var separator: UInt8?
  /// How many lines begin with #.
  private(set) var remarks = 0
  /// Where the text of the last of them begins.
  private(set) var lastRemark: (position: Int, line: Int)?

  /// The beginning behind a number of lines that are passed over.
  init(_ bytes: UnsafeBufferPointer<UInt8>, skip: Int, takesRemarks: Bool) {
    var parser = CSVParser(bytes, separator: UInt8(ascii: ","), file: "")
    var skipped = 0
    while skipped < skip, parser.position < bytes.count {
      parser.skipLine()
      skipped += 1
    }
    (position, line) = (parser.position, parser.line)
    guard takesRemarks else { return }
    let (first, next) = Self.line(bytes, from: position)
    let text = String(decoding: bytes[first], as: UTF8.self).replacing("\"", with: "")
    if text.lowercased().hasPrefix("sep="), text.utf8.count == 5, let byte = text.utf8.last {
      (separator, position, line) = (byte, next, line + 1)
    } else if text == "sep=" {
      // A tab is a blank that was taken from the end.
      (separator, position, line) = (9, next, line + 1)
    }
    parser.move(to: position, line: line)
    while parser.position < bytes.count, bytes[parser.position] == UInt8(ascii: "#") {
      var text = parser.position
      while text < bytes.count, bytes[text] == UInt8(ascii: "#") || bytes[text] == UInt8(ascii: " ") {
        text += 1
      }
      lastRemark = (text, parser.line)
      remarks += 1
      parser.skipLine()
      (position, line) = (parser.position, parser.line)
    }
  }

  /// Goes on at a place behind lines that do not belong to the table.
  mutating func move(to position: Int, line: Int) { (self.position, self.line) = (position, line) }

  /// Takes the last remark for the first line.
  mutating func take(_ place: (position: Int, line: Int)) {
    (position, line) = place
    remarks -= 1
    lastRemark = nil
  }

  /// The first line without blanks at its end, and where the next begins.
  private static func line(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> (Range<Int>, next: Int) {
    let end = bytes[start...].firstIndex { $0 == 10 || $0 == 13 } ?? bytes.count
    var (next, stop) = (end, end)
    if next < bytes.count, bytes[next] == 13 { next += 1 }
    if next < bytes.count, bytes[next] == 10 { next += 1 }
    while stop > start, bytes[stop - 1] == 32 || bytes[stop - 1] == 9 { stop -= 1 }
    return (start..<stop, next)
  }
}
