/// How a file of fields is laid out: where its rows begin, what separates fields, and the names of the columns.
struct TableLayout {
  /// Byte between fields; a blank stands for as many blanks and tabs as there are.
  let separator: UInt8
  /// Place of the first byte that counts, behind marks and remarks, and its line.
  let start: (position: Int, line: Int)
  /// Where the rows end: behind the last byte, or before remarks below the table.
  private(set) var end: Int
  /// Whether the first line holds names.
  let hasHeader: Bool
  /// One name per field of a row.
  let names: [String]
  /// Places of the columns that have no name of their own.
  let unnamed: Set<Int>
  /// What was decided, one sentence each.
  private(set) var notes: [String] = []

  /// Whether lines that begin with # and have not as many fields as rows are remarks.
  private let takesRemarks: Bool

  /// How many rows are looked at, and about how many fields at most.
  private static let sample = (rows: 100, fields: 10_000)

  /// Looks at the beginning of a file.
  ///
  /// - Throws: ``TabularError`` for a file without a row, broken quotes and names that are not UTF-8.
  init(_ reader: TableReader, _ bytes: UnsafeBufferPointer<UInt8>, file: String) throws(TabularError) {
    takesRemarks = !reader.isStrict
    end = bytes.count
    var begin = TableBeginning(bytes, skip: reader.skip ?? 0, takesRemarks: !reader.isStrict)
    var notes: [String] = []
    var separator: UInt8
    if let given = reader.separator ?? begin.separator {
      separator = given
    } else {
      let found = SeparatorRule(bytes, from: begin.position, isStrict: reader.isStrict, file: file)
      separator = found.separator
      notes += found.note.map { [$0] } ?? []
    }
    var lines = try Self.rows(bytes, from: (begin.position, begin.line), separator, file)
    if !reader.isStrict, reader.skip == nil, Preamble.isPossible(lines),
      let found = Preamble(
        bytes, from: (begin.position, begin.line),
        separators: (reader.separator ?? begin.separator).map { [$0] } ?? SeparatorRule.candidates,
        missing: reader.missing, hasHeader: reader.hasHeader, file: file)
    {
      begin.move(to: found.position, line: found.line)
      separator = found.separator
      notes = [found.note]
      lines = try Self.rows(bytes, from: (begin.position, begin.line), separator, file)
    }
    guard !lines.isEmpty else {
      throw reader.skip.map { $0 > 0 ? .allSkipped(file, lines: $0) : .empty(file) } ?? .empty(file)
    }
    if let remark = begin.lastRemark, reader.hasHeader != false {
      // A line of names may begin with #, as some programs write it.
      let named = try Self.rows(bytes, from: remark, separator, file)
      if named.count > 1, named[0].count > 1, named[0].count == lines[0].count,
        Self.rule(named, reader).isHeader, !Self.rule(lines, reader).isHeader
      {
        begin.take(remark)
        lines = named
        notes.append("the line of names begins with #, which is left out")
      }
    }
    if begin.remarks > 0 {
      notes.append("\(counted(begin.remarks, "remark")) before the table, behind #: passed over")
    }
    self.separator = separator
    start = (begin.position, begin.line)
    let first = Self.firstLine(lines, reader)
    (hasHeader, names, unnamed) = (first.hasHeader, first.names, first.unnamed)
    notes += first.notes
    if !reader.isStrict,
      let footer = TableFooter(bytes, from: start, separator: separator, width: names.count)
    {
      end = footer.position
      notes.append(footer.note)
    }
    self.notes = notes
  }

  private static func rule(_ lines: [[String]], _ reader: TableReader) -> HeaderRule {
    HeaderRule(lines[0], Array(lines.dropFirst()), missing: reader.missing)
  }

  /// What the first of some lines is: names, or a row of columns that are numbered then.
  private static func firstLine(
    _ lines: [[String]], _ reader: TableReader
  ) -> (hasHeader: Bool, names: [String], unnamed: Set<Int>, notes: [String]) {
    var (hasHeader, notes) = (true, [String]())
    if let given = reader.hasHeader {
      hasHeader = given
    } else if reader.isStrict {
      hasHeader = !lines[0].contains { NumberConvention.value($0) != nil }
    } else {
      let rule = rule(lines, reader)
      hasHeader = rule.isHeader
      notes += rule.note.map { [$0] } ?? []
    }
    guard hasHeader else {
      return (false, lines[0].indices.map { "column\($0 + 1)" }, Set(lines[0].indices), notes)
    }
    guard !reader.isStrict else { return (true, lines[0], [], notes) }
    let naming = ColumnNaming(lines[0], rows: Array(lines.dropFirst()))
    return (true, naming.names, naming.unnamed, notes + naming.notes)
  }

  /// The fields of the first rows.
  private static func rows(
    _ bytes: UnsafeBufferPointer<UInt8>, from place: (position: Int, line: Int), _ separator: UInt8,
    _ file: String
  ) throws(TabularError) -> [[String]] {
    var parser = CSVParser(bytes, separator: separator, file: file)
    parser.move(to: place.position, line: place.line)
    var (fields, result) = ([CSVParser.Field](), [[String]]())
    while result.count <= sample.rows, result.count < 3 || result.count * fields.count < sample.fields {
      let line: Int?
      do { line = try parser.next(&fields) } catch {
        // What is wrong below is found again when the rows are read.
        if result.isEmpty { throw error } else { break }
      }
      guard let line else { break }
      if result.count == 1 { parser.remarkWidth = fields.count }
      var texts: [String] = []
      for field in fields {
        guard let text = String(validating: parser.text(field), as: UTF8.self) else {
          if result.isEmpty { throw .notUTF8(file, line: line) }
          return result
        }
        texts.append(text)
      }
      result.append(texts)
    }
    return result
  }
}

extension TableLayout {
  /// A parser of the file that stands at the first row or at the names.
  func parser(_ bytes: UnsafeBufferPointer<UInt8>, file: String) -> CSVParser {
    var parser = CSVParser(
      UnsafeBufferPointer(rebasing: bytes[..<end]), separator: separator, file: file)
    parser.move(to: start.position, line: start.line)
    if takesRemarks, names.count > 1 { parser.remarkWidth = names.count }
    return parser
  }
}
