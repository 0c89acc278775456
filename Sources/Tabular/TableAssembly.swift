/// Gathers the fields of a file into columns.
///
/// Fields are kept as places in the bytes until the kinds of all columns are known, so that a file is split
/// once and every field converted once.
struct TableAssembly {
  /// A table with what a writer of its rows must know.
  struct Result {
    let table: Table
    /// The place of the field in a row for every column.
    let places: [Int]
    /// How every column writes its numbers.
    let conventions: [NumberConvention]
    /// The words that stand for a missing value, column by column.
    let missing: [Set<String>]

    /// The same with one more note, before the others.
    func noting(_ note: String?) -> Result {
      guard let note, var reading = table.reading else { return self }
      reading.notes.insert(note, at: 0)
      return Result(
        table: Table(columns: table.columns, reading: reading), places: places, conventions: conventions,
        missing: missing)
    }
  }

  private let reader: TableReader
  private let bytes: UnsafeBufferPointer<UInt8>
  private let file: String
  let layout: TableLayout
  /// What stands for a missing value, column by column.
  private let markers: [Markers]

  /// What stands for a missing value in a column: texts, and numbers, which are looked for among values.
  private struct Markers {
    let texts: Set<String>
    let numbers: [Double]

    init(_ texts: Set<String>) {
      self.texts = texts
      numbers = texts.sorted().compactMap(NumberConvention.value)
    }
  }

  /// How many fields may be absent at the end of rows beside as many as there are.
  private static let absentLimit = 10_000_000

  /// - Throws: ``TabularError`` for a file without a row, and for an option that names no column.
  init(_ reader: TableReader, bytes: UnsafeBufferPointer<UInt8>, file: String) throws(TabularError) {
    self.reader = reader
    self.bytes = bytes
    self.file = file
    layout = try TableLayout(reader, bytes, file: file)
    let common = Markers(reader.missing)
    markers = layout.names.map { name in
      reader.columnMissing[name].map { Markers(reader.missing.union($0)) } ?? common
    }
    var seen: Set<String> = []
    for name in layout.names where !seen.insert(name).inserted { throw .duplicateHeader(file, name: name) }
    for name in reader.kinds.keys.sorted() + reader.columnMissing.keys.sorted()
    where !seen.contains(name) && !reader.optionalColumns.contains(name) {
      throw .unknownColumn(file, name: name, known: layout.names)
    }
  }

  /// Reads the whole file; again where words stand among numbers, so that numbers need not be kept with their
  /// spellings.
  func read() throws(TabularError) -> Result {
    // Another way to write numbers is a matter of texts.
    let areTexts = reader.convention != .plain
    var texts = Set(areTexts ? layout.names : [])
    while true {
      let (builders, lines, notes) = try columns(texts)
      let mixed = zip(layout.names, builders).filter { $1.isMixed }
      guard mixed.isEmpty else {
        texts.formUnion(mixed.map(\.0))
        continue
      }
      return try result(builders, lines, layout.notes + notes)
    }
  }

  private func result(
    _ builders: [ColumnBuilder], _ lines: RowLines, _ notes: [String]
  ) throws(TabularError) -> Result {
    var rule = KindRule(reader, separator: layout.separator, file: file, lines: lines, columns: builders)
    var (columns, places) = ([Table.Column](), [Int]())
    var empty: [String] = []
    for (place, (name, builder)) in zip(layout.names, builders).enumerated() {
      let values = try rule.values(name, builder)
      if layout.unnamed.contains(place), !reader.isStrict, values.missing == values.count {
        empty.append(name)
        rule.dropLast()
        continue
      }
      columns.append(Table.Column(name: name, values: values))
      places.append(place)
    }
    var notes = notes + rule.notes
    if !empty.isEmpty {
      notes.append("\(empty.prefix(8).joined(separator: ", ")): no name and no value in any row; left out")
    }
    let reading = TableReading(file: file, notes: notes, lines: lines)
    return Result(
      table: Table(columns: columns, reading: reading), places: places, conventions: rule.conventions,
      missing: rule.missing)
  }

  private func columns(
    _ texts: Set<String>
  ) throws(TabularError) -> (builders: [ColumnBuilder], lines: RowLines, notes: [String]) {
    var parser = layout.parser(bytes, file: file)
    var fields: [CSVParser.Field] = []
    let names = layout.names
    if layout.hasHeader { _ = try parser.next(&fields) }
    let capacity = mostRows(names.count)
    var builders = names.map { name in
      let kind = reader.kinds[name] ?? reader.otherKind ?? reader.expectedKinds[name]
      return ColumnBuilder(
        kind: texts.contains(name) ? .categorical : kind, capacity: capacity, words: reader.words(in: name))
    }
    let rows = try builders.withUnsafeMutableBufferPointer { builders in
      Swift.Result { () throws(TabularError) in try self.rows(&parser, into: builders) }
    }.get()
    return (builders, rows.lines, rows.notes(remarks: parser.remarks))
  }

  /// What the rows of a file are like.
  private struct Rows {
    var lines = RowLines()
    /// How many there are.
    var count = 0
    /// How many end with a separator.
    var longer = 0
    /// How many have fewer fields than there are columns.
    var shorter = 0
    /// Line and number of fields of the first of them.
    var firstShort = (line: 0, fields: 0)
    /// How many fields they have not.
    var absent = 0
    /// How many columns there are.
    let width: Int

    func notes(remarks: Int) -> [String] {
      var notes: [String] = []
      if longer > 0 {
        notes.append("a separator ends \(counted(longer, "row")); the empty field behind it is left out")
      }
      if shorter > 0 {
        notes.append(
          "\(counted(shorter, "row")) of \(count) \(shorter == 1 ? "has" : "have") fewer than \(width) fields, the first "
            + "in line \(firstShort.line) (\(firstShort.fields)); what is absent at the end counts as missing"
        )
      }
      if remarks > 0 { notes.append("\(counted(remarks, "remark")) among the rows, behind #: passed over") }
      return notes
    }
  }

  /// Reads all rows from where the parser stands.
  private func rows(
    _ parser: inout CSVParser, into builders: UnsafeMutableBufferPointer<ColumnBuilder>
  ) throws(TabularError) -> Rows {
    let width = builders.count
    var fields: [CSVParser.Field] = []
    var rows = Rows(width: width)
    // Numbers need no second look in columns where none is a marker.
    let isPlain = markers.map(\.numbers.isEmpty)
    while let line = try parser.next(&fields) {
      if fields.count != width { try note(fields, line, parser, in: &rows) }
      rows.lines.append(row: rows.count, line: line)
      rows.count += 1
      let given = min(fields.count, width)
      for column in 0..<given {
        let field = fields[column]
        if builders[column].isNumeric, !field.number.isNaN, isPlain[column] {
          builders[column].append(field.number)
        } else {
          try append(field, parser, to: &builders[column], column, line: line)
        }
      }
      for column in given..<width { builders[column].appendMissing() }
    }
    guard rows.count > 0 else { throw .headerOnly(file) }
    guard rows.shorter < rows.count else { throw ragged(rows.firstShort.fields, line: rows.firstShort.line) }
    return rows
  }

  /// Notes a row with more or fewer fields than there are columns.
  ///
  /// A row that ends with a separator has one more. A row with fewer has lost empty ones at its end, as spreadsheets
  /// leave them out; not so the last line if it has no line end, which may have been cut off, nor if no row has as
  /// many fields as there are columns or most fields are absent in a large file.
  private func note(
    _ fields: [CSVParser.Field], _ line: Int, _ parser: CSVParser, in rows: inout Rows
  ) throws(TabularError) {
    let width = layout.names.count
    guard !reader.isStrict else { throw ragged(fields.count, line: line) }
    guard fields.count < width else {
      guard fields.count == width + 1, let last = fields.last, last.start == last.end else {
        throw ragged(fields.count, line: line)
      }
      rows.longer += 1
      return
    }
    if parser.position == bytes.count, let last = bytes.last, last != 10, last != 13 {
      throw .torn(file, line: line, found: fields.count, expected: width)
    }
    if rows.shorter == 0 { rows.firstShort = (line, fields.count) }
    rows.shorter += 1
    rows.absent += width - fields.count
    guard rows.absent - ((rows.count + 1) * width - rows.absent) <= Self.absentLimit else {
      throw ragged(rows.firstShort.fields, line: rows.firstShort.line)
    }
  }

  private func ragged(_ found: Int, line: Int) -> TabularError {
    .ragged(file, line: line, found: found, expected: layout.names.count)
  }

  /// At least the number of rows: every line may be one, and a row of `width` fields has as many bytes.
  private func mostRows(_ width: Int) -> Int {
    var (feeds, returns) = (0, 0)
    for byte in bytes {
      if byte == UInt8(ascii: "\n") { feeds += 1 }
      if byte == UInt8(ascii: "\r") { returns += 1 }
    }
    return min(max(feeds, returns) + 1, bytes.count / max(width, 1) + 1)
  }

  private func append(
    _ field: CSVParser.Field, _ parser: CSVParser, to builder: inout ColumnBuilder, _ column: Int, line: Int
  ) throws(TabularError) {
    if builder.appendKnown(field, in: bytes) { return }
    let markers = markers[column]
    if builder.isNumeric, !field.isQuoted || field.start < field.end,
      let number = DecimalNumber.value(bytes[field.start..<field.end]),
      builder.isForcedNumeric || number.magnitude < 0x1p53
        || DecimalNumber.isExact(bytes[field.start..<field.end])
    {
      if !markers.numbers.isEmpty, markers.numbers.contains(number) { return builder.appendMissing() }
      guard number.isFinite else {
        let text = try string(parser.text(field), line: line)
        if markers.texts.contains(text) { return builder.appendMissing() }
        throw .infinite(file, line: line, column: layout.names[column], text: text)
      }
      return builder.append(number)
    }
    let text = try string(parser.text(field), line: line)
    if markers.texts.contains(text) || isMarker(text, markers.numbers) {
      builder.appendMissing()
    } else if builder.isNumeric, NumberConvention.value(text) != nil,
      !field.isQuoted || field.start < field.end
    {
      // A whole number that no double holds.
      builder.becomeWords(with: text)
    } else {
      builder.append(text)
    }
    builder.know(field, in: bytes)
  }

  /// Whether a number that was not read as one stands for a missing value.
  private func isMarker(_ text: String, _ numbers: [Double]) -> Bool {
    guard !numbers.isEmpty, let number = reader.convention.number(text) else { return false }
    return numbers.contains(number)
  }

  private func string(_ text: [UInt8], line: Int) throws(TabularError) -> String {
    guard let result = String(validating: text, as: UTF8.self) else { throw .notUTF8(file, line: line) }
    return result
  }
}
