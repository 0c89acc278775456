/// What separates the fields of a file.
struct SeparatorRule {
  let separator: UInt8
  /// What the reader must know of the decision.
  let note: String?

  /// The bytes that may separate fields without being told, but for blanks.
  static let candidates = [comma, UInt8(ascii: "\t"), UInt8(ascii: ";"), UInt8(ascii: "|")]

  private static let comma = UInt8(ascii: ",")
  private static let blank = UInt8(ascii: " ")

  /// The most frequent of the usual separators in the first line, outside quotes, unless the lines below disagree with
  /// it and agree with another; blanks if no other one is there and they make columns of numbers.
  init(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, isStrict: Bool, file: String) {
    let candidates = Self.candidates
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

  /// Whether most lines below the first have as many fields, more than one, none has more, and the first has about as
  /// many.
  static func agree(_ widths: [Int]) -> Bool {
    guard let first = widths.first else { return false }
    guard let width = widths.dropFirst().max() else { return first > 1 }
    // Spreadsheets leave empty fields at the end of a line out.
    return width > 1 && (width - 1...width + 1).contains(first)
      && 2 * widths.dropFirst().count { $0 == width } >= widths.count - 1
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
