/// How a file of fields is laid out: where its rows begin, what separates fields, and the names of the columns.
struct TableLayout {
  /// Byte between fields; a blank stands for as many blanks and tabs as there are.
  let separator: UInt8
  /// Place of the first byte that counts, behind marks and remarks, and its line.
  let start: (position: Int, line: Int)
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
    var begin = Beginning(bytes, takesRemarks: !reader.isStrict)
    var notes: [String] = []
    if let separator = reader.separator ?? begin.separator {
      self.separator = separator
    } else {
      let found = SeparatorRule(bytes, from: begin.position, isStrict: reader.isStrict, file: file)
      separator = found.separator
      notes += found.note.map { [$0] } ?? []
    }
    let separator = separator
    func rows(from place: (position: Int, line: Int)) throws(TabularError) -> [[String]] {
      var parser = CSVParser(bytes, separator: separator, file: file)
      parser.move(to: place.position, line: place.line)
      var (fields, result) = ([CSVParser.Field](), [[String]]())
      while result.count <= Self.sample.rows,
        result.count < 3 || result.count * fields.count < Self.sample.fields
      {
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
    var lines = try rows(from: (begin.position, begin.line))
    guard !lines.isEmpty else { throw .empty(file) }
    func rule(_ lines: [[String]]) -> HeaderRule {
      HeaderRule(lines[0], Array(lines.dropFirst()), missing: reader.missing)
    }
    if let remark = begin.lastRemark, reader.hasHeader != false {
      // A line of names may begin with #, as some programs write it.
      let named = try rows(from: remark)
      if named.count > 1, named[0].count > 1, named[0].count == lines[0].count, rule(named).isHeader,
        !rule(lines).isHeader
      {
        begin.take(remark)
        lines = named
        notes.append("the line of names begins with #, which is left out")
      }
    }
    if begin.remarks > 0 {
      notes.append("\(counted(begin.remarks, "remark")) before the table, behind #: passed over")
    }
    start = (begin.position, begin.line)
    if let given = reader.hasHeader {
      hasHeader = given
    } else if reader.isStrict {
      hasHeader = !lines[0].contains { NumberConvention.value($0) != nil }
    } else {
      let rule = rule(lines)
      hasHeader = rule.isHeader
      notes += rule.note.map { [$0] } ?? []
    }
    guard hasHeader else {
      names = lines[0].indices.map { "column\($0 + 1)" }
      unnamed = Set(lines[0].indices)
      self.notes = notes
      return
    }
    if reader.isStrict {
      names = lines[0]
      unnamed = []
      return
    }
    let naming = Naming(lines[0], rows: Array(lines.dropFirst()))
    names = naming.names
    unnamed = naming.unnamed
    self.notes = notes + naming.notes
  }
}

extension TableLayout {
  /// A parser of the file that stands at the first row or at the names.
  func parser(_ bytes: UnsafeBufferPointer<UInt8>, file: String) -> CSVParser {
    var parser = CSVParser(bytes, separator: separator, file: file)
    parser.move(to: start.position, line: start.line)
    if takesRemarks, names.count > 1 { parser.remarkWidth = names.count }
    return parser
  }
}

/// What stands before a table: a byte order mark, the line that a spreadsheet writes to name its separator, remarks.
private struct Beginning {
  private(set) var position: Int
  private(set) var line = 1
  /// The separator that the file names.
  private(set) var separator: UInt8?
  /// How many lines begin with #.
  private(set) var remarks = 0
  /// Where the text of the last of them begins.
  private(set) var lastRemark: (position: Int, line: Int)?

  init(_ bytes: UnsafeBufferPointer<UInt8>, takesRemarks: Bool) {
    var parser = CSVParser(bytes, separator: UInt8(ascii: ","), file: "")
    position = parser.position
    guard takesRemarks else { return }
    let (first, next) = Self.line(bytes, from: position)
    let text = String(decoding: bytes[first], as: UTF8.self).replacing("\"", with: "")
    if text.lowercased().hasPrefix("sep="), text.utf8.count == 5, let byte = text.utf8.last {
      (separator, position, line) = (byte, next, 2)
    } else if text == "sep=" {
      // A tab is a blank that was taken from the end.
      (separator, position, line) = (9, next, 2)
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

/// The names of columns, each once.
private struct Naming {
  private(set) var names: [String]
  private(set) var unnamed: Set<Int> = []
  private(set) var notes: [String] = []

  /// The names of a header over rows, which may have one field more or less.
  init(_ header: [String], rows: [[String]]) {
    var header = header
    let isLonger = !rows.isEmpty && rows.allSatisfy { $0.count == header.count + 1 }
    if isLonger, !rows.allSatisfy({ $0.last == "" }) {
      header.insert("row_names", at: 0)
      notes.append(
        "the lines have one field more than names; their first is taken for the name of the row, called 'row_names'"
      )
    } else if header.count > 1, header.last == "", !rows.isEmpty,
      rows.allSatisfy({ $0.count == header.count - 1 })
    {
      header.removeLast()
      notes.append("the line of names ends with a separator that the rows do not have; it is left out")
    }
    var taken = Set(header)
    names = []
    var (doubled, seen) = ([String](), Set<String>())
    func free(_ name: (Int) -> String, from first: Int) -> String {
      var number = first
      while taken.contains(name(number)) { number += 1 }
      taken.insert(name(number))
      return name(number)
    }
    for (place, name) in header.enumerated() {
      if name.isEmpty {
        let own = "column\(place + 1)"
        names.append(taken.insert(own).inserted ? own : free({ "\(own).\($0)" }, from: 1))
        unnamed.insert(place)
      } else if seen.insert(name).inserted {
        names.append(name)
      } else {
        names.append(free({ "\(name).\($0)" }, from: 1))
        doubled.append("'\(names[place])'")
      }
    }
    if !unnamed.isEmpty {
      let list = unnamed.sorted().prefix(8).map { names[$0] }.joined(separator: ", ")
      notes.append("columns without a name are called \(list)")
    }
    if !doubled.isEmpty {
      notes.append("names that stand there twice are numbered: \(doubled.prefix(8).joined(separator: ", "))")
    }
  }
}

/// What separates the fields of a file.
private struct SeparatorRule {
  let separator: UInt8
  /// What the reader must know of the decision.
  let note: String?

  private static let comma = UInt8(ascii: ",")
  private static let blank = UInt8(ascii: " ")

  /// The most frequent of the usual separators in the first line, outside quotes, unless the lines below disagree with
  /// it and agree with another; blanks if no other one is there and they make columns of numbers.
  init(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, isStrict: Bool, file: String) {
    let candidates = [Self.comma, UInt8(ascii: "\t"), UInt8(ascii: ";"), UInt8(ascii: "|")]
    let counts = Self.counts(candidates, bytes, from: start)
    let order = candidates.indices.sorted { (counts[$0], $1) > (counts[$1], $0) }
    let best = candidates[order[0]]
    if isStrict {
      (separator, note) = (best, nil)
      return
    }
    func lines(_ separator: UInt8) -> [[String]] { Self.lines(bytes, separator, from: start, file: file) }
    if counts[order[0]] > 0 {
      let agreeing = order.first { place in
        counts[place] > 0 && Self.agree(Self.widths(bytes, candidates[place], from: start, file: file))
      }
      let chosen = agreeing.map { candidates[$0] } ?? best
      // Columns that blanks align may have a tab before the last.
      let isAligned =
        chosen == 9 && lines(chosen).allSatisfy { $0.first?.contains("  ") ?? false }
        && Self.agree(lines(Self.blank).map(\.count))
      separator = isAligned ? Self.blank : chosen
      note = isAligned ? Self.blankNote : nil
      return
    }
    let found = lines(Self.blank)
    let isTable =
      found.count > 1 && Self.agree(found.map(\.count))
      && (0..<(found.last?.count ?? 0)).contains { place in
        found.dropFirst().allSatisfy { place < $0.count && NumberConvention.isNumber($0[place]) }
      }
    separator = isTable ? Self.blank : best
    note = isTable ? Self.blankNote : nil
  }

  private static let blankNote = "fields are separated by blanks; --delimiter names another separator"

  private static func counts(
    _ candidates: [UInt8], _ bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> [Int] {
    var counts = [Int](repeating: 0, count: candidates.count)
    var (isQuoted, hasText) = (false, false)
    for byte in bytes[start...] {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if !isQuoted, byte == 10 || byte == 13 {
        if hasText { break }
        continue
      }
      hasText = true
      if !isQuoted, let index = candidates.firstIndex(of: byte) { counts[index] += 1 }
    }
    return counts
  }

  /// Whether all lines below the first have as many fields, more than one, and the first about as many.
  private static func agree(_ widths: [Int]) -> Bool {
    guard let first = widths.first else { return false }
    guard let width = widths.dropFirst().first else { return first > 1 }
    return width > 1 && (width - 1...width + 1).contains(first)
      && widths.dropFirst().allSatisfy { $0 == width }
  }

  /// How many fields the first lines have; of wide ones fewer are looked at.
  private static func widths(
    _ bytes: UnsafeBufferPointer<UInt8>, _ separator: UInt8, from start: Int, file: String
  ) -> [Int] {
    var parser = CSVParser(bytes, separator: separator, file: file)
    parser.move(to: start, line: 1)
    var (fields, result) = ([CSVParser.Field](), [Int]())
    while result.count < 20, result.count < 3 || result.count * fields.count < 10_000,
      (try? parser.next(&fields)) != nil, !fields.isEmpty
    {
      result.append(fields.count)
    }
    return result
  }

  private static func lines(
    _ bytes: UnsafeBufferPointer<UInt8>, _ separator: UInt8, from start: Int, file: String
  ) -> [[String]] {
    var parser = CSVParser(bytes, separator: separator, file: file)
    parser.move(to: start, line: 1)
    var (fields, result) = ([CSVParser.Field](), [[String]]())
    while result.count < 20, (try? parser.next(&fields)) != nil, !fields.isEmpty {
      result.append(fields.map { String(decoding: parser.text($0), as: UTF8.self) })
    }
    return result
  }
}
