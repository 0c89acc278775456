/// Splits the bytes of a CSV file into fields, without copying them.
///
/// RFC 4180 with what files in the wild add to it: any one-byte separator, or blanks as many as there are; line ends
/// LF, CRLF or CR alone, a byte order mark, blanks around the separator, blank lines, lines of remarks. A quote begins
/// a quoted field only at its start; inside, separators and line ends are text and a doubled quote is one quote.
///
/// An own parser because a kept library is too slow for the data here: 20 numeric columns are read at 185 MB/s with
/// it and at 7 MB/s with SwiftCSV 0.10.0 on the same machine (release, one thread).
struct CSVParser {
  /// Where a field lies in the bytes.
  struct Field {
    let start: Int
    let end: Int
    /// Whether the field was quoted; then doubled quotes inside stand for one.
    let isQuoted: Bool
    /// The number that the field is where it was seen on the way, with all its digits; NaN where it was not looked for.
    var number = Double.nan
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private let separator: UInt8
  /// Whether blanks and tabs separate, as many as there are.
  private let isBlankSeparated: Bool
  /// Whether a number ends where a separator stands.
  private let endsNumbers: Bool
  private let file: String
  /// Number of fields of a row, so that a line that begins with # and has not as many is a remark; nil if there are none.
  var remarkWidth: Int?
  /// How many lines of remarks were passed over.
  private(set) var remarks = 0
  /// Place of the next byte to read.
  private(set) var position: Int
  /// Line on which the next row begins, from 1.
  private(set) var line = 1

  private static let quote = UInt8(ascii: "\"")
  private static let blank = UInt8(ascii: " ")
  private static let tab = UInt8(ascii: "\t")
  private static let hash = UInt8(ascii: "#")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  /// A parser; a blank as separator stands for as many blanks and tabs as there are.
  init(_ bytes: UnsafeBufferPointer<UInt8>, separator: UInt8, file: String) {
    self.bytes = bytes
    self.separator = separator
    isBlankSeparated = separator == Self.blank
    endsNumbers = !"0123456789+-.".utf8.contains(separator)
    self.file = file
    let hasMark = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF
    position = hasMark ? 3 : 0
  }

  /// Goes on at a place on a line.
  mutating func move(to position: Int, line: Int) {
    self.position = position
    self.line = line
  }

  /// The bytes of a field, without its quotes and with doubled quotes undone.
  func text(_ field: Field) -> [UInt8] {
    guard field.isQuoted else { return Array(bytes[field.start..<field.end]) }
    var result: [UInt8] = []
    var index = field.start
    while index < field.end {
      result.append(bytes[index])
      index += bytes[index] == Self.quote ? 2 : 1
    }
    return result
  }

  /// Reads the fields of the next row that is not blank into `fields`.
  ///
  /// - Returns: the line on which the row begins, or nil at the end.
  /// - Throws: ``TabularError`` for a quote that is not closed or not at the end of its field.
  mutating func next(_ fields: inout [Field]) throws(TabularError) -> Int? {
    fields.removeAll(keepingCapacity: true)
    while position < bytes.count {
      if let remarkWidth, bytes[position] == Self.hash, isRemark(remarkWidth) {
        skipLine()
        remarks += 1
        continue
      }
      let start = line
      var isEnd = false
      while !isEnd {
        fields.append(try isBlankSeparated ? fieldBetweenBlanks() : field())
        isEnd = endField()
      }
      // A line of blanks alone is not a row, unless a row may consist of one empty field in quotes.
      if fields.count == 1, fields[0].start == fields[0].end, !fields[0].isQuoted {
        fields.removeAll(keepingCapacity: true)
        continue
      }
      return start
    }
    return nil
  }

  /// The field at the position, which is left on its separator, its line end or the end of the bytes.
  private mutating func field() throws(TabularError) -> Field {
    skipBlanks()
    let start = position
    if endsNumbers, let (number, end) = DecimalNumber.prefix(bytes, from: start),
      end == bytes.count || isEnd(bytes[end])
    {
      position = end
      return Field(start: start, end: end, isQuoted: false, number: number)
    }
    if start < bytes.count, bytes[start] == Self.quote { return try quotedField() }
    var end = start
    while end < bytes.count, !isEnd(bytes[end]) { end += 1 }
    position = end
    while end > start, isBlank(bytes[end - 1]) { end -= 1 }
    return Field(start: start, end: end, isQuoted: false)
  }

  /// Whether a field that is not quoted ends before a byte.
  private func isEnd(_ byte: UInt8) -> Bool {
    byte == separator || byte == Self.lineFeed || byte == Self.carriageReturn
  }

  /// The field behind blanks, which leads to the blank behind it, or to the line end behind the last blanks.
  private mutating func fieldBetweenBlanks() throws(TabularError) -> Field {
    skipBlanks()
    if position < bytes.count, bytes[position] == Self.quote { return try quotedField() }
    let start = position
    while position < bytes.count, !isBlankOrLineEnd(bytes[position]) { position += 1 }
    let end = position
    skipToLineEnd()
    return Field(start: start, end: end, isQuoted: false)
  }

  private func isBlankOrLineEnd(_ byte: UInt8) -> Bool {
    byte == Self.blank || byte == Self.tab || byte == Self.lineFeed || byte == Self.carriageReturn
  }

  /// Steps over blanks if nothing but a line end comes behind them.
  private mutating func skipToLineEnd() {
    var next = position
    while next < bytes.count, bytes[next] == Self.blank || bytes[next] == Self.tab { next += 1 }
    if next == bytes.count || bytes[next] == Self.lineFeed || bytes[next] == Self.carriageReturn {
      position = next
    }
  }

  /// Whether the line at the position, which begins with #, is a remark: it has not as many fields as rows of `width`
  /// fields, an empty one at the end not counted.
  private func isRemark(_ width: Int) -> Bool {
    var (count, isQuoted, wasBlank, last) = (isBlankSeparated ? 0 : 1, false, true, Self.hash)
    for byte in bytes[position...] {
      if byte == Self.lineFeed || byte == Self.carriageReturn { break }
      let isBlank = byte == Self.blank || byte == Self.tab
      if !isQuoted {
        if isBlankSeparated ? wasBlank && !isBlank : byte == separator { count += 1 }
      }
      if byte == Self.quote { isQuoted.toggle() }
      wasBlank = isBlank
      last = byte
    }
    return count != width && !(count == width + 1 && last == separator)
  }

  /// Steps over the rest of the line and its end.
  mutating func skipLine() {
    while position < bytes.count, bytes[position] != Self.lineFeed, bytes[position] != Self.carriageReturn {
      position += 1
    }
    if position < bytes.count { _ = endField() }
  }

  private mutating func quotedField() throws(TabularError) -> Field {
    let firstLine = line
    position += 1
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      if byte == Self.quote {
        if position + 1 < bytes.count, bytes[position + 1] == Self.quote {
          position += 2
          continue
        }
        let end = position
        position += 1
        if isBlankSeparated { skipToLineEnd() } else { skipBlanks() }
        if position < bytes.count {
          let next = bytes[position]
          let isEnd = next == Self.lineFeed || next == Self.carriageReturn
          guard next == separator || isEnd || (isBlankSeparated && next == Self.tab) else {
            throw .textAfterQuote(file, line: line)
          }
        }
        return Field(start: start, end: end, isQuoted: true)
      }
      countLine(byte)
      position += 1
    }
    throw .unterminatedQuote(file, line: firstLine)
  }

  private func isBlank(_ byte: UInt8) -> Bool {
    (byte == Self.blank || byte == Self.tab) && (byte != separator || isBlankSeparated)
  }

  private mutating func skipBlanks() {
    while position < bytes.count, isBlank(bytes[position]) { position += 1 }
  }

  /// Counts a line end inside a quoted field; of CRLF only the second byte counts.
  private mutating func countLine(_ byte: UInt8) {
    if byte == Self.lineFeed {
      line += 1
    } else if byte == Self.carriageReturn {
      let isPair = position + 1 < bytes.count && bytes[position + 1] == Self.lineFeed
      if !isPair { line += 1 }
    }
  }

  /// Steps over a separator (false) or over a line end or the end of the bytes (true).
  private mutating func endField() -> Bool {
    guard position < bytes.count else { return true }
    let byte = bytes[position]
    position += 1
    if byte == separator || (isBlankSeparated && byte == Self.tab) {
      return false
    }
    if byte == Self.carriageReturn, position < bytes.count, bytes[position] == Self.lineFeed { position += 1 }
    line += 1
    return true
  }
}
