/// How a file writes its rows: separator, blanks, quotes, digits and the mark of a missing value of every column, as
/// its records show, so that new rows look like them.
public struct RowStyle: Sendable {
  /// A value of a new row.
  public enum Value: Sendable, Hashable {
    /// A number.
    case number(Double)
    /// A text, such as a category.
    case text(String)
    /// No value.
    case missing
    /// The field of a record of the file, as it stands.
    case field(ofRecord: Int)
  }

  /// How the fields of one column are written.
  struct Column: Sendable {
    /// Blanks before the field.
    var padding: ArraySlice<UInt8> = []
    var isQuoted = false
    var number = NumberSpelling()
    /// What stands for a missing value, as it is written.
    var missing: [UInt8] = []
    var convention = NumberConvention.plain
    /// What stands before and behind the digits of a number, such as a sign of currency.
    var before = ""
    var behind = ""
  }

  private let text: TableText
  private let columns: [Column]

  /// Learns the style of every column.
  public init(_ text: TableText) {
    self.text = text
    columns = Self.learned(text)
  }

  /// The text of a row with one value per column of the table, without its line end.
  public func line(_ values: [Value]) -> [UInt8] {
    guard case .separated(let separator) = text.form else { return sparseLine(values) }
    // A field that belongs to no column is empty in every row.
    var fields = [Value](repeating: .missing, count: text.width)
    for (place, value) in zip(text.places, values) { fields[place] = value }
    var result: [UInt8] = []
    for (place, value) in fields.enumerated() {
      if place > 0 { result.append(separator) }
      let column = place < columns.count ? columns[place] : Column()
      switch value {
      case .field(let row): result += text.rawFields(row).dropFirst(place).first ?? []
      case .missing: result += column.padding + column.missing
      case .number(let number):
        result += column.padding
        let spelled = column.convention.text(column.number.text(number))
        append(
          column.before + spelled + column.behind, column, separator, isAlone: fields.count == 1, to: &result)
      case .text(let word):
        result += column.padding
        append(word, column, separator, isAlone: fields.count == 1, to: &result)
      }
    }
    return result
  }

  private func append(
    _ field: String, _ column: Column, _ separator: UInt8, isAlone: Bool, to result: inout [UInt8]
  ) {
    let bytes = Array(field.utf8)
    let quote = UInt8(ascii: "\"")
    let isPlain = bytes.allSatisfy { $0 != separator && $0 != quote && $0 != 10 && $0 != 13 }
    let blanks: Set<UInt8> = [UInt8(ascii: " "), 9, 0xEF]
    let isTight = !blanks.contains(bytes.first ?? 0) && !blanks.contains(bytes.last ?? 0)
    let isEmptyLine = isAlone && bytes.isEmpty
    guard column.isQuoted || !isPlain || !isTight || isEmptyLine else {
      result += bytes
      return
    }
    result.append(quote)
    for byte in bytes {
      if byte == quote { result.append(byte) }
      result.append(byte)
    }
    result.append(quote)
  }

  /// A line of LIBSVM text: the label, then features that are not zero. An entry of a record stays as it stands there;
  /// where the record has none, neither has the line.
  private func sparseLine(_ values: [Value]) -> [UInt8] {
    var parts: [String] = []
    for (place, value) in values.enumerated() {
      if case .field(let row) = value, let entry = text.sparseEntry(row, place: place) { parts.append(entry) }
      guard case .number(let number) = value else { continue }
      let spelling = place < columns.count ? columns[place].number : NumberSpelling()
      if place == 0 {
        parts.append((number > 0 && spelling.hasPlus ? "+" : "") + spelling.text(number))
      } else if number != 0 {
        parts.append("\(place):\(spelling.text(number))")
      }
    }
    return Array(parts.joined(separator: " ").utf8)
  }

  private static func learned(_ text: TableText) -> [Column] {
    guard case .separated = text.form else { return [sparseLabel(text)] }
    var columns: [Column] = []
    var (conventions, missing) = ([Int: NumberConvention](), [Int: Set<String>]())
    for (column, place) in text.places.enumerated() {
      (conventions[place], missing[place]) = (text.conventions[column], text.missing[column])
    }
    var (quoted, filled, padded) = ([Int](), [Int](), [Int]())
    for row in 0..<text.count {
      for (place, raw) in text.rawFields(row).enumerated() {
        let content = raw.drop { $0 == UInt8(ascii: " ") || $0 == 9 }
        if place == columns.count {
          columns.append(
            Column(
              padding: raw[raw.startIndex..<content.startIndex], convention: conventions[place] ?? .plain))
          quoted.append(0)
          filled.append(0)
          padded.append(0)
        }
        let field = TableText.Content(content)
        if missing[place]?.contains(field.text) ?? field.text.isEmpty {
          if columns[place].missing.isEmpty { columns[place].missing = Array(content) }
          continue
        }
        filled[place] += 1
        if field.isQuoted { quoted[place] += 1 }
        if raw[raw.startIndex..<content.startIndex] == columns[place].padding { padded[place] += 1 }
        columns[place].learn(field.text)
      }
    }
    for place in columns.indices {
      columns[place].isQuoted = 2 * quoted[place] > filled[place]
      if 2 * padded[place] <= filled[place] { columns[place].padding = [] }
    }
    return columns
  }

  private static func sparseLabel(_ text: TableText) -> Column {
    var column = Column()
    for row in 0..<text.count {
      let label = text.record(row).drop { $0 == UInt8(ascii: " ") || $0 == 9 }
        .prefix { $0 != UInt8(ascii: " ") && $0 != 9 && $0 != UInt8(ascii: "#") }
      column.number.learn(String(decoding: label, as: UTF8.self))
    }
    return column
  }
}

extension RowStyle.Column {
  /// Looks at the spelling of a number.
  fileprivate mutating func learn(_ text: String) {
    guard convention != .plain else { return number.learn(text) }
    guard let plain = convention.plain(text) else { return }
    number.learn(plain)
    guard before.isEmpty, behind.isEmpty, NumberConvention.value(plain) != nil else { return }
    let body = text.filter { !"-−()".contains($0) }
    before = String(body.prefix { !$0.isNumber && $0 != "-" && $0 != "." && $0 != "," })
    behind = String(body.reversed().prefix { !$0.isNumber && $0 != "." && $0 != "," }.reversed())
  }
}

extension TableText {
  /// The label of a LIBSVM record (place 0) or its entry of a feature, as it is written; nil if there is none.
  func sparseEntry(_ row: Int, place: Int) -> String? {
    let parts = record(row).prefix { $0 != UInt8(ascii: "#") }
      .split { [UInt8(ascii: " "), 9, 13].contains($0) }
      .map { String(decoding: $0, as: UTF8.self) }
    return place == 0
      ? parts.first : parts.dropFirst().first { Int($0.prefix { $0 != ":" }) == place }
  }

  /// A field without the blanks around it, its quotes undone.
  struct Content {
    let text: String
    let isQuoted: Bool

    init(_ field: ArraySlice<UInt8>) {
      let quote = UInt8(ascii: "\"")
      let kept = field.reversed().drop { $0 == UInt8(ascii: " ") || $0 == 9 }.count
      let tight = field.prefix(kept)
      isQuoted = tight.first == quote && tight.count >= 2
      guard isQuoted else {
        text = String(decoding: tight, as: UTF8.self)
        return
      }
      var bytes: [UInt8] = []
      var isSecond = false
      for byte in tight.dropFirst().dropLast() {
        if byte == quote, !isSecond {
          isSecond = true
          bytes.append(byte)
        } else if byte != quote {
          isSecond = false
          bytes.append(byte)
        } else {
          isSecond = false
        }
      }
      text = String(decoding: bytes, as: UTF8.self)
    }
  }

  /// The fields of a record with their blanks and quotes; none for LIBSVM text.
  func rawFields(_ row: Int) -> [ArraySlice<UInt8>] {
    guard case .separated(let separator) = form else { return [] }
    let isBlankSeparated = separator == UInt8(ascii: " ")
    let (quote, end) = (UInt8(ascii: "\""), records[row].upperBound)
    var (fields, start, isQuoted) = ([ArraySlice<UInt8>](), records[row].lowerBound, false)
    // Whether a quote may begin the field here, and whether something stands in it.
    var (isStart, hasContent) = (true, false)
    var index = start
    while index < end {
      let byte = bytes[index]
      let isBlank = byte == UInt8(ascii: " ") || byte == 9
      if !isQuoted, isBlankSeparated ? hasContent && isBlank : byte == separator {
        fields.append(bytes[start..<index])
        (start, isStart, hasContent) = (index + 1, true, false)
        index += 1
        continue
      }
      hasContent = hasContent || !isBlank
      if isQuoted {
        // A doubled quote is text: both bytes stay inside.
        let isDoubled = byte == quote && index + 1 < end && bytes[index + 1] == quote
        if isDoubled { index += 1 }
        if byte == quote, !isDoubled { isQuoted = false }
      } else if byte == quote, isStart {
        (isQuoted, isStart) = (true, false)
      } else if !isBlank {
        isStart = false
      }
      index += 1
    }
    return fields + [bytes[start..<end]]
  }
}
