/// Gathers the fields of a file into columns.
///
/// Fields are kept as places in the bytes until the kinds of all columns are known, so that a file is split
/// once and every field converted once.
struct TableAssembly {
  private let reader: TableReader
  private let bytes: UnsafeBufferPointer<UInt8>
  private let file: String
  let separator: UInt8
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

  /// Reads the whole file; again where words followed numbers in a column, so that numbers need not be kept with
  /// their spellings.
  func table() throws(TabularError) -> Table {
    var kinds = reader.kinds
    while true {
      let columns = try columns(kinds)
      let mixed = columns.filter { $0.builder.isMixed }
      guard !mixed.isEmpty else {
        return Table(columns: columns.map { .init(name: $0.name, values: $0.builder.values()) })
      }
      for column in mixed { kinds[column.name] = .categorical }
    }
  }

  private func columns(
    _ kinds: [String: ColumnKind]
  ) throws(TabularError) -> [(name: String, builder: ColumnBuilder)] {
    var parser = CSVParser(bytes, separator: separator, file: file)
    var fields: [CSVParser.Field] = []
    guard let firstLine = try parser.next(&fields) else { throw .empty(file) }
    let width = fields.count
    let hasHeader = isHeader(fields)
    var names: [String] = []
    for (index, field) in fields.enumerated() {
      names.append(hasHeader ? try string(parser.text(field), line: firstLine) : "column\(index + 1)")
    }
    try check(names)
    let capacity = mostRows(width)
    var builders = names.map { ColumnBuilder(kind: kinds[$0] ?? reader.otherKind, capacity: capacity) }
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
    return zip(names, builders).map { ($0, $1) }
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
      let number = DecimalNumber.value(bytes[field.start..<field.end]),
      builder.isForcedNumeric || number.magnitude < 0x1p53
        || DecimalNumber.isExact(bytes[field.start..<field.end])
    {
      guard number.isFinite else {
        throw .infinite(file, line: line, column: name, text: try string(parser.text(field), line: line))
      }
      return builder.append(number)
    }
    let text = try string(parser.text(field), line: line)
    if reader.missing.contains(text) {
      builder.appendMissing()
    } else if builder.isForcedNumeric {
      throw .notANumber(file, line: line, column: name, text: text)
    } else {
      builder.append(text)
    }
  }

  private func string(_ text: [UInt8], line: Int) throws(TabularError) -> String {
    guard let result = String(validating: text, as: UTF8.self) else { throw .notUTF8(file, line: line) }
    return result
  }

  /// Whether the fields of the first line are names.
  func isHeader(_ fields: [CSVParser.Field]) -> Bool { reader.hasHeader ?? !fields.contains { isNumber($0) } }

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

/// One column in the making: numbers as long as every field is one, categories if the first that has a value is
/// not, and nothing of use where words follow numbers.
struct ColumnBuilder {
  private var numbers: [Double] = []
  private var codes: [Int] = []
  private var levels: [String] = []
  private var positions: [String: Int] = [:]
  /// Whether a number was added.
  private var hasNumber = false
  private(set) var isNumeric: Bool
  /// Whether a word followed a number, so that the column must be read again as categories.
  private(set) var isMixed = false
  let isForcedNumeric: Bool
  /// Rows to have room for, so that no column grows by copies of itself.
  private let capacity: Int

  init(kind: ColumnKind?, capacity: Int) {
    isNumeric = kind != .categorical
    isForcedNumeric = kind == .numeric
    self.capacity = capacity
    if isNumeric { numbers.reserveCapacity(capacity) } else { codes.reserveCapacity(capacity) }
  }

  mutating func append(_ number: Double) {
    hasNumber = true
    numbers.append(number)
  }

  mutating func appendMissing() {
    if isNumeric { numbers.append(.nan) } else { codes.append(-1) }
  }

  /// Adds a category; after numbers the column is mixed.
  mutating func append(_ text: String) {
    if isNumeric {
      isNumeric = false
      isMixed = hasNumber
      let count = numbers.count
      numbers = []
      if !isMixed {
        codes.reserveCapacity(capacity)
        codes.append(contentsOf: repeatElement(-1, count: count))
      }
    }
    guard !isMixed else { return }
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
