/// Lines before a table that are none of its rows: titles, sources and dates, as offices put them above the names.
///
/// A line is one if it has one field with text, or less than half as many as the rows below it, which agree; the line
/// behind it must hold names.
struct Preamble {
  /// The byte between the fields of the table.
  let separator: UInt8
  /// Where the table begins.
  let position: Int
  /// Its line.
  let line: Int
  /// What the reader must know of it.
  let note: String

  /// How many records are looked at, how many of them may stand before the table, and about how many fields.
  private static let sample = (records: 60, before: 30, fields: 20_000)

  /// A record at the beginning of a file.
  private struct Record {
    let fields: [String]
    let position: Int
    let line: Int

    var filled: Int { fields.count { !$0.isEmpty } }
  }

  /// Whether the first of these lines may stand before the table.
  static func isPossible(_ lines: [[String]]) -> Bool {
    guard let first = lines.first else { return false }
    return first.count { !$0.isEmpty } <= 1 || !SeparatorRule.agree(lines.map(\.count))
  }

  /// Looks for a table below lines that are none of it; nil if there is none.
  init?(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: (position: Int, line: Int), separators: [UInt8],
    missing: Set<String>, hasHeader: Bool?, file: String
  ) {
    var best: (count: Int, separator: UInt8, records: [Record])?
    for separator in separators {
      let records = Self.records(bytes, from: start, separator, file)
      let most = min(Self.sample.before, best.map { $0.count - 1 } ?? .max, records.count - 2)
      guard most >= 1 else { continue }
      let found = (1...most).first { count in
        Self.isTable(records[count...].map(\.fields), below: records[..<count].map { $0 }, missing, hasHeader)
      }
      if let found { best = (found, separator, records) }
    }
    guard let best else { return nil }
    let table = best.records[best.count]
    (separator, position, line) = (best.separator, table.position, table.line)
    let last = table.line - 1
    let text = best.records[0].fields.first { !$0.isEmpty } ?? ""
    note =
      (last == start.line ? "line \(last)" : "lines \(start.line) to \(last)") + ", which "
      + (last == start.line ? "says" : "begin with") + " '\(text.prefix(60))', "
      + (last == start.line ? "stands" : "stand") + " before the table and "
      + (last == start.line ? "is" : "are") + " passed over; --skip 0 takes the first line for its beginning"
  }

  /// Whether lines make a table with names, and the lines before them do not belong to it.
  private static func isTable(
    _ lines: [[String]], below before: [Record], _ missing: Set<String>, _ hasHeader: Bool?
  ) -> Bool {
    let widths = lines.map(\.count)
    guard SeparatorRule.agree(widths), let width = widths.dropFirst().max() else { return false }
    let areTitles = before.allSatisfy { record in
      let filled = record.filled
      if record.fields.count >= width { return filled <= 1 && width > 2 }
      return filled <= 1 || (record.fields.count < width - 1 && 2 * filled < width)
    }
    // Of two columns the first line may be the one name of a table with row names.
    guard areTitles, lines[0].count(where: { !$0.isEmpty }) > 1 else { return false }
    return hasHeader == false || HeaderRule(lines[0], Array(lines.dropFirst()), missing: missing).isHeader
  }

  private static func records(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: (position: Int, line: Int), _ separator: UInt8,
    _ file: String
  ) -> [Record] {
    var parser = CSVParser(bytes, separator: separator, file: file)
    parser.move(to: start.position, line: start.line)
    var (fields, records, total) = ([CSVParser.Field](), [Record](), 0)
    while records.count < sample.records, total < sample.fields {
      let before = parser.position
      guard let line = try? parser.next(&fields) else { break }
      total += fields.count
      // Blank lines before the record do not belong to it.
      var position = fields.first.map { $0.isQuoted ? $0.start - 1 : $0.start } ?? before
      while position > before, bytes[position - 1] != 10, bytes[position - 1] != 13 { position -= 1 }
      records.append(
        Record(
          fields: fields.map { String(decoding: parser.text($0), as: UTF8.self) }, position: position,
          line: line))
    }
    return records
  }
}
