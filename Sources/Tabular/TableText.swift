import FoundationEssentials

/// The text of a table as it stood in its file: the head and every record, byte for byte.
///
/// A program that hands on rows of a user takes them from here, so that no quote, zero, sign or line end of an honest
/// row changes; only rows that are new are written, by ``RowStyle``.
///
/// ```swift
/// let (table, text) = try TableReader().readText(path: "doses.csv")
/// try AtomicFile.write(text.file([.record(2), .record(0)]), to: "two.csv")
/// ```
public struct TableText: Sendable {
  /// A line of a file that is made of the table.
  public enum Line: Sendable {
    /// A record of the table, from 0, as it stands.
    case record(Int)
    /// New text without its line end.
    case new([UInt8])
  }

  /// What the lines of the file are.
  enum Form: Sendable, Hashable {
    /// Fields with a byte between them.
    case separated(by: UInt8)
    /// LIBSVM text.
    case sparse
  }

  /// In UTF-8.
  let bytes: [UInt8]
  /// How the file stores them.
  let encoding: TextEncoding
  let form: Form
  /// Where the line of names begins in the head.
  let headerStart: Int
  /// The place of the field in a record for every column of the table, and how many fields a record has.
  let places: [Int]
  let width: Int
  /// How every column writes its numbers.
  let conventions: [NumberConvention]
  /// The words that stand for a missing value, column by column.
  let missing: [Set<String>]
  /// From the first byte to the end of the header's line; empty without a header and a byte order mark.
  let head: Range<Int>
  /// The records without their line ends.
  let records: [Range<Int>]
  /// Where the line ends of the records end.
  let ends: [Int]
  /// What stands below the table and is none of its rows.
  var tail = 0..<0

  /// Number of records.
  public var count: Int { records.count }
  /// Whether the file begins with names.
  public let hasHeader: Bool
  /// Whether the file is LIBSVM text, whose lines begin with the label.
  public var isSparse: Bool { form == .sparse }

  /// The bytes of a record, without its line end.
  public func record(_ row: Int) -> ArraySlice<UInt8> { bytes[records[row]] }

  /// A file with the head of this one and the given lines. Records keep their own line ends; where one has none, and
  /// behind new lines, that of the header stands, or of the first record with one. The last line has one if the last of this file has.
  ///
  /// - Parameter firstFields: fields that are put before the header and before every line, such as a row number, each
  ///   with a value per line.
  public func file(_ lines: [Line], firstFields: [(name: String, values: [String])] = []) -> [UInt8] {
    let lineEnd = firstLineEnd
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    append(head, firstFields.map(\.name), to: &result)
    for (place, line) in lines.enumerated() {
      if case .separated(let separator) = form {
        for field in firstFields { result += Array(field.values[place].utf8) + [separator] }
      }
      switch line {
      case .record(let row):
        result += bytes[records[row].lowerBound..<ends[row]]
        if ends[row] == records[row].upperBound { result += lineEnd }
      case .new(let text):
        result += text
        result += lineEnd
      }
    }
    if let last = records.last, let end = ends.last, end == last.upperBound { dropLineEnd(&result) }
    result += bytes[tail]
    return encoding.encoded(result)
  }

  private func append(_ head: Range<Int>, _ fields: [String], to result: inout [UInt8]) {
    guard !fields.isEmpty, hasHeader, case .separated(let separator) = form else {
      result += bytes[head]
      return
    }
    // Blank lines and remarks before the names stay before them.
    result +=
      bytes[head.lowerBound..<headerStart] + fields.flatMap { Array($0.utf8) + [separator] }
      + bytes[headerStart..<head.upperBound]
  }

  /// The line end of the first line, or LF if no line has one.
  private var firstLineEnd: ArraySlice<UInt8> {
    if hasHeader {
      let text = bytes[head]
      let kept = text.reversed().drop { $0 == 10 || $0 == 13 }
      let ending = text.suffix(text.count - kept.count)
      if !ending.isEmpty { return ending.starts(with: [13, 10]) ? ending.prefix(2) : ending.prefix(1) }
    }
    for (record, end) in zip(records, ends) where end > record.upperBound {
      return bytes[record.upperBound..<end]
    }
    return [10]
  }

  private func dropLineEnd(_ result: inout [UInt8]) {
    if result.last == 10 { result.removeLast() }
    if result.last == 13 { result.removeLast() }
  }
}

extension TableReader {
  /// Reads a file with the text of its records.
  ///
  /// - Throws: ``TabularError``.
  public func readText(path: String) throws -> (table: Table, text: TableText) {
    try readText(bytes: Array(data(path: path)), name: path)
  }

  /// Reads a table from memory with the text of its records; `name` stands for the file in messages.
  ///
  /// - Throws: ``TabularError``.
  public func readText(bytes: [UInt8], name: String) throws(TabularError) -> (table: Table, text: TableText) {
    let bytes = try plain(bytes, name: name)
    let parts = try bytes.withUnsafeBufferPointer { buffer in
      Result { () throws(TabularError) -> Parts in try self.parts(buffer, name: name) }
    }.get()
    let table = parts.result.table
    let text = try TableText(parts.decoded ?? bytes, parts, file: name)
    guard text.count == table.rowCount else {
      throw .unreadable(name, reason: text.disagreement(rows: table.rowCount))
    }
    return (table, text)
  }

  /// The bytes themselves, or what they were before gzip.
  private func plain(_ bytes: [UInt8], name: String) throws(TabularError) -> [UInt8] {
    try bytes.withUnsafeBufferPointer { buffer in
      Result { () throws(TabularError) -> [UInt8]? in
        Gzip.isCompressed(buffer)
          ? try Gzip.decompress(buffer, limit: decompressedLimit, file: name) : nil
      }
    }.get() ?? bytes
  }
}

extension TableText {
  /// What to say where a reader finds another number of rows than there are records: the line from which they differ.
  func disagreement(rows: Int) -> String {
    let last = min(rows, count)
    let known = last == 0 ? 0 : records[last - 1].upperBound
    let feeds = bytes[..<known].count { $0 == 10 }
    return
      "behind line \(max(feeds, 0) + 1) it is not clear where its \(rows) rows end; begin each on a line of its own"
  }

  /// The records of a file, found as the reader found them.
  init(_ bytes: [UInt8], _ parts: TableReader.Parts, file: String) throws(TabularError) {
    guard let layout = parts.layout else {
      self.init(sparse: bytes, parts.result)
      return
    }
    let found = try bytes.withUnsafeBufferPointer { buffer in
      Result { () throws(TabularError) -> Records in try Records(buffer, layout, file: file) }
    }.get()
    self.init(
      bytes: bytes, encoding: parts.encoding, form: .separated(by: layout.separator),
      headerStart: found.headerStart,
      places: parts.result.places, width: layout.names.count, conventions: parts.result.conventions,
      missing: parts.result.missing, head: found.head, records: found.records, ends: found.ends,
      tail: layout.end < bytes.count ? (found.ends.last ?? layout.end)..<bytes.count : 0..<0,
      hasHeader: layout.hasHeader)
  }

  /// The lines of LIBSVM text that hold more than a remark.
  private init(sparse bytes: [UInt8], _ result: TableAssembly.Result) {
    var (records, ends) = ([Range<Int>](), [Int]())
    var start = 0
    while start < bytes.count {
      let feed = bytes[start...].firstIndex(of: 10) ?? bytes.count
      let line = bytes[start..<feed]
      let content = line.prefix { $0 != UInt8(ascii: "#") }
      if content.contains(where: { $0 != UInt8(ascii: " ") && $0 != 9 && $0 != 13 }) {
        records.append(start..<(line.last == 13 ? feed - 1 : feed))
        ends.append(min(feed + 1, bytes.count))
      }
      start = feed + 1
    }
    self.init(
      bytes: bytes, encoding: .utf8, form: .sparse, headerStart: 0, places: result.places,
      width: result.places.count,
      conventions: result.conventions, missing: result.missing, head: 0..<0, records: records, ends: ends,
      hasHeader: false)
  }
}

/// Where the parts of a file of fields lie.
private struct Records {
  private(set) var head = 0..<0
  private(set) var headerStart = 0
  private(set) var records: [Range<Int>] = []
  private(set) var ends: [Int] = []

  init(_ bytes: UnsafeBufferPointer<UInt8>, _ layout: TableLayout, file: String) throws(TabularError) {
    var parser = layout.parser(bytes, file: file)
    var fields: [CSVParser.Field] = []
    if layout.hasHeader {
      let before = parser.position
      _ = try parser.next(&fields)
      head = 0..<parser.position
      headerStart =
        Self.range(of: fields, in: bytes, after: before, to: parser.position)?.lowerBound ?? before
    }
    while true {
      let before = parser.position
      guard try parser.next(&fields) != nil else { break }
      guard let range = Self.range(of: fields, in: bytes, after: before, to: parser.position) else {
        continue
      }
      if records.isEmpty, !layout.hasHeader { head = 0..<range.lowerBound }
      records.append(range)
      ends.append(parser.position)
    }
  }

  /// From the first byte of a record's line to its line end, without blank lines before it.
  private static func range(
    of fields: [CSVParser.Field], in bytes: UnsafeBufferPointer<UInt8>, after: Int, to end: Int
  ) -> Range<Int>? {
    guard let first = fields.first, let last = fields.last else { return nil }
    var start = first.isQuoted ? first.start - 1 : first.start
    while start > after, bytes[start - 1] != 10, bytes[start - 1] != 13 { start -= 1 }
    var stop = end
    let content = last.isQuoted ? last.end + 1 : last.end
    if stop > content, bytes[stop - 1] == 10 { stop -= 1 }
    if stop > content, bytes[stop - 1] == 13 { stop -= 1 }
    return start..<stop
  }
}
