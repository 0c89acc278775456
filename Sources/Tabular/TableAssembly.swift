/// Gathers the fields of a file into columns.
///
/// Fields are kept as places in the bytes until the kinds of all columns are known, so that a file is split
/// once and every field converted once.
struct TableAssembly {
  private let reader: TableReader
  private let bytes: UnsafeBufferPointer<UInt8>
  private let file: String
  private let separator: UInt8
  /// Whether a number may stand for a missing value, so that spellings are looked at before values.
  private let hasNumericMarkers: Bool

  init(_ reader: TableReader, bytes: UnsafeBufferPointer<UInt8>, file: String) {
    self.reader = reader
    self.bytes = bytes
    self.file = file
    separator = reader.separator ?? Self.likelySeparator(bytes)
    hasNumericMarkers = reader.missing.contains { marker in
      Array(marker.utf8).withUnsafeBufferPointer { DecimalNumber.value($0[...]) != nil }
    }
  }

  /// Reads the whole file.
  func table() throws(TabularError) -> Table {
    var parser = CSVParser(bytes, separator: separator, file: file)
    var fields: [CSVParser.Field] = []
    guard let firstLine = try parser.next(&fields) else { throw .empty(file) }
    let width = fields.count
    let hasHeader = reader.hasHeader ?? !fields.contains { isNumber($0) }
    var names: [String] = []
    var builders: [ColumnBuilder] = []
    for (index, field) in fields.enumerated() {
      names.append(hasHeader ? try string(parser.text(field), line: firstLine) : "column\(index + 1)")
    }
    try check(names)
    for name in names { builders.append(ColumnBuilder(kind: reader.kinds[name])) }
    var line: Int? = hasHeader ? try parser.next(&fields) : firstLine
    guard line != nil else { throw .headerOnly(file) }
    while let current = line {
      guard fields.count == width else {
        throw .ragged(file, line: current, found: fields.count, expected: width)
      }
      for column in 0..<width {
        try append(fields[column], parser, to: &builders[column], name: names[column], line: current)
      }
      line = try parser.next(&fields)
    }
    var columns: [Table.Column] = []
    for (name, builder) in zip(names, builders) {
      columns.append(Table.Column(name: name, values: builder.values()))
    }
    return Table(columns: columns)
  }

  private func check(_ names: [String]) throws(TabularError) {
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted { throw .duplicateHeader(file, name: name) }
    for name in reader.kinds.keys.sorted() where !seen.contains(name) {
      throw .unknownColumn(file, name: name, known: names)
    }
  }

  private func append(
    _ field: CSVParser.Field, _ parser: CSVParser, to builder: inout ColumnBuilder, name: String, line: Int
  ) throws(TabularError) {
    if hasNumericMarkers, reader.missing.contains(try string(parser.text(field), line: line)) {
      return builder.appendMissing()
    }
    if builder.isNumeric, !field.isQuoted || field.start < field.end,
      let number = DecimalNumber.value(bytes[field.start..<field.end])
    {
      guard number.isFinite else {
        throw .infinite(file, line: line, column: name, text: try string(parser.text(field), line: line))
      }
      builder.append(number, spelling: field)
      return
    }
    let text = try string(parser.text(field), line: line)
    if reader.missing.contains(text) {
      builder.appendMissing()
    } else if builder.isForcedNumeric {
      throw .notANumber(file, line: line, column: name, text: text)
    } else {
      try builder.append(text) { (spelling) throws(TabularError) in
        try string(parser.text(spelling), line: line)
      }
    }
  }

  private func string(_ text: [UInt8], line: Int) throws(TabularError) -> String {
    guard let result = String(validating: text, as: UTF8.self) else { throw .notUTF8(file, line: line) }
    return result
  }

  private func isNumber(_ field: CSVParser.Field) -> Bool {
    DecimalNumber.value(bytes[field.start..<field.end]) != nil
  }

  /// The most frequent of the usual separators in the first line, outside quotes.
  private static func likelySeparator(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt8 {
    let candidates = [UInt8(ascii: ","), UInt8(ascii: "\t"), UInt8(ascii: ";"), UInt8(ascii: "|")]
    var counts = [Int](repeating: 0, count: candidates.count)
    var isQuoted = false
    var hasText = false
    for byte in bytes {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if !isQuoted, byte == 10 || byte == 13 {
        if hasText { break }
        continue
      }
      hasText = true
      if !isQuoted, let index = candidates.firstIndex(of: byte) { counts[index] += 1 }
    }
    let best = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
    return candidates[best]
  }
}

/// One column in the making: numbers as long as every field is one, categories from the first that is not.
struct ColumnBuilder {
  private var numbers: [Double] = []
  private var spellings: [CSVParser.Field?] = []
  private var codes: [Int] = []
  private var levels: [String] = []
  private var positions: [String: Int] = [:]
  private(set) var isNumeric: Bool
  let isForcedNumeric: Bool

  init(kind: ColumnKind?) {
    isNumeric = kind != .categorical
    isForcedNumeric = kind == .numeric
  }

  mutating func append(_ number: Double, spelling: CSVParser.Field) {
    numbers.append(number)
    if !isForcedNumeric { spellings.append(spelling) }
  }

  mutating func appendMissing() {
    if isNumeric {
      numbers.append(.nan)
      if !isForcedNumeric { spellings.append(nil) }
    } else {
      codes.append(-1)
    }
  }

  /// Adds a category; a column of numbers so far becomes one of categories, spelled as in the file.
  mutating func append(
    _ text: String, spelled: (CSVParser.Field) throws(TabularError) -> String
  ) throws(TabularError) {
    if isNumeric {
      isNumeric = false
      for spelling in spellings {
        if let spelling { add(try spelled(spelling)) } else { codes.append(-1) }
      }
      numbers = []
      spellings = []
    }
    add(text)
  }

  private mutating func add(_ text: String) {
    if let position = positions[text] {
      codes.append(position)
    } else {
      positions[text] = levels.count
      codes.append(levels.count)
      levels.append(text)
    }
  }

  func values() -> Table.Values {
    isNumeric ? .numeric(numbers) : .categorical(codes: codes, levels: levels)
  }
}
