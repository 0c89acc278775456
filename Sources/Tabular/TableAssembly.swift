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
  /// Numbers that stand for a missing value, which are looked for among values.
  private let numericMarkers: [Double]

  /// - Throws: ``TabularError`` for a file without a row, and for an option that names no column.
  init(_ reader: TableReader, bytes: UnsafeBufferPointer<UInt8>, file: String) throws(TabularError) {
    self.reader = reader
    self.bytes = bytes
    self.file = file
    layout = try TableLayout(reader, bytes, file: file)
    numericMarkers = reader.missing.sorted().compactMap(NumberConvention.value)
    var seen: Set<String> = []
    for name in layout.names where !seen.insert(name).inserted { throw .duplicateHeader(file, name: name) }
    for name in reader.kinds.keys.sorted() where !seen.contains(name) {
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
    let width = names.count
    if layout.hasHeader { _ = try parser.next(&fields) }
    let capacity = mostRows(width)
    var builders = names.map { name in
      let kind = reader.kinds[name] ?? reader.otherKind ?? reader.expectedKinds[name]
      return ColumnBuilder(
        kind: texts.contains(name) ? .categorical : kind, capacity: capacity, words: reader.words(in: name))
    }
    var lines = RowLines()
    var (row, longer) = (0, 0)
    var line = try parser.next(&fields)
    guard line != nil else { throw .headerOnly(file) }
    while let current = line {
      if fields.count != width {
        guard !reader.isStrict, fields.count == width + 1, let last = fields.last, last.start == last.end
        else {
          throw .ragged(file, line: current, found: fields.count, expected: width)
        }
        longer += 1
      }
      lines.append(row: row, line: current)
      for column in 0..<width {
        try append(fields[column], parser, to: &builders[column], name: names[column], line: current)
      }
      row += 1
      line = try parser.next(&fields)
    }
    var notes: [String] = []
    if longer > 0 {
      notes.append("a separator ends \(counted(longer, "row")); the empty field behind it is left out")
    }
    if parser.remarks > 0 {
      notes.append("\(counted(parser.remarks, "remark")) among the rows, behind #: passed over")
    }
    return (builders, lines, notes)
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
    _ field: CSVParser.Field, _ parser: CSVParser, to builder: inout ColumnBuilder, name: String, line: Int
  ) throws(TabularError) {
    if builder.isNumeric, !field.isQuoted || field.start < field.end,
      let number = DecimalNumber.value(bytes[field.start..<field.end]),
      builder.isForcedNumeric || number.magnitude < 0x1p53
        || DecimalNumber.isExact(bytes[field.start..<field.end])
    {
      if !numericMarkers.isEmpty, numericMarkers.contains(number) { return builder.appendMissing() }
      guard number.isFinite else {
        let text = try string(parser.text(field), line: line)
        if reader.missing.contains(text) { return builder.appendMissing() }
        throw .infinite(file, line: line, column: name, text: text)
      }
      return builder.append(number)
    }
    let text = try string(parser.text(field), line: line)
    if reader.missing.contains(text) || isMarker(text) {
      builder.appendMissing()
    } else if builder.isNumeric, NumberConvention.value(text) != nil,
      !field.isQuoted || field.start < field.end
    {
      // A whole number that no double holds.
      builder.becomeWords(with: text)
    } else {
      builder.append(text)
    }
  }

  /// Whether a number that was not read as one stands for a missing value.
  private func isMarker(_ text: String) -> Bool {
    guard !numericMarkers.isEmpty, let number = reader.convention.number(text) else { return false }
    return numericMarkers.contains(number)
  }

  private func string(_ text: [UInt8], line: Int) throws(TabularError) -> String {
    guard let result = String(validating: text, as: UTF8.self) else { throw .notUTF8(file, line: line) }
    return result
  }
}
