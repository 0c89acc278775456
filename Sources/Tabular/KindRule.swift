/// What every column holds, by one rule, and what the reader of the table must know of it.
///
/// 1. What the options say of a column counts.
/// 2. A column is of numbers if every value is one; a whole number that no `Double` holds makes it one of words.
/// 3. Signs of a missing value among numbers, such as `?`, are missing values.
/// 4. So are, if the options allow it, at most one in twenty other words among more than twenty different numbers,
///    unless the column is the target or the words are numbers in another manner.
/// 5. A comma is the decimal mark if all values of the column have that form and not that of thousands, and no column
///    of the file has a decimal point; where commas separate fields, before two digits at least. "1,2" may be two
///    answers.
/// 6. Every other column is of words.
struct KindRule {
  private let reader: TableReader
  private let file: String
  private let lines: RowLines
  /// Whether a column of the file has a decimal comma that can be nothing else.
  private let hasDecimalComma: Bool

  /// How every column so far writes its numbers.
  private(set) var conventions: [NumberConvention] = []
  /// The words that stand for a missing value, column by column.
  private(set) var missing: [Set<String>] = []

  private var said: [String] = []
  private var gaps = Occurrences()
  private var questions = Occurrences()
  private var commas: [String] = []

  /// A rule for the columns of a file with this byte between fields.
  init(_ reader: TableReader, separator: UInt8, file: String, lines: RowLines, columns: [ColumnBuilder]) {
    self.reader = reader
    self.file = file
    self.lines = lines
    hasDecimalComma =
      reader.guessesDecimal
      && columns.contains { column in
        guard case .categorical(_, let levels) = column.values(), !Levels.areMostlyWords(levels) else {
          return false
        }
        return Levels(levels, .comma).isAll && !Self.isAmbiguous(levels)
          && (separator != UInt8(ascii: ",") || Self.haveFractions(levels))
      }
      && !columns.contains { column in
        guard case .numeric(let numbers) = column.values() else { return false }
        return numbers.contains { $0 != $0.rounded() && !$0.isNaN }
      }
  }

  /// Whether so few words may stand among numbers, of which so many must differ.
  static func areStrangers(_ count: Int, among numbers: [Double], different least: Int) -> Bool {
    guard 19 * count <= numbers.count(where: { !$0.isNaN }) else { return false }
    var different: Set<Double> = []
    for number in numbers where !number.isNaN {
      if different.insert(number).inserted, different.count >= least { return true }
    }
    return false
  }

  /// The values of the next column.
  ///
  /// - Throws: ``TabularError/notANumber(_:line:column:text:)`` for a word in a column that must be numeric.
  mutating func values(_ name: String, _ column: ColumnBuilder) throws(TabularError) -> Table.Values {
    conventions.append(.plain)
    missing.append(reader.missing.union(reader.columnMissing[name] ?? []))
    switch column.values() {
    case .numeric(let numbers):
      for (word, found) in column.words {
        add(word, name, count: found.count, row: found.row, of: numbers.count)
      }
      return .numeric(numbers)
    case .categorical(let codes, let levels):
      let kind = reader.kinds[name] ?? reader.otherKind ?? reader.expectedKinds[name]
      if kind == .categorical || levels.isEmpty { return .categorical(codes: codes, levels: levels) }
      let isForced = reader.kinds[name] == .numeric || reader.otherKind == .numeric
      if reader.isStrict, kind == nil { return .categorical(codes: codes, levels: levels) }
      if !reader.isStrict, let found = number(levels, codes, name, isForced: isForced) {
        conventions[conventions.count - 1] = found.convention
        let numbers = found.numbers.map { $0 ?? .nan }
        for (code, number) in found.numbers.enumerated() where number == nil {
          let row = codes.firstIndex(of: code) ?? 0
          add(levels[code], name, count: codes.count { $0 == code }, row: row, of: codes.count)
        }
        return .numeric(codes.map { $0 < 0 ? .nan : numbers[$0] })
      }
      if kind == .numeric {
        let read = Levels(levels, reader.convention)
        // A strict reader takes no sign of a missing value either.
        let code = read.strangers.first ?? read.numbers.firstIndex { $0 == nil } ?? 0
        let row = codes.firstIndex(of: code) ?? 0
        throw .notANumber(file, line: lines.line(row), column: name, text: levels[code])
      }
      explain(levels, name)
      for (code, level) in levels.enumerated() where MissingMarkers.isQuestionable(level) && !reader.isStrict
      {
        questions.add(level, name, count: codes.count { $0 == code }, row: codes.firstIndex(of: code) ?? 0)
      }
      return .categorical(codes: codes, levels: levels)
    }
  }

  /// Forgets the last column.
  mutating func dropLast() {
    conventions.removeLast()
    missing.removeLast()
  }

  /// What was decided, one sentence each.
  var notes: [String] {
    var notes = said
    if !commas.isEmpty {
      notes.append(
        "a comma is the decimal mark in \(Occurrences.list(commas)); --decimal . takes such values for words")
    }
    notes += gaps.all.map { word, found in
      "'\(word)' counts as missing in \(Occurrences.list(found.columns)) (\(counted(found.count, "value")), the first in line "
        + "\(lines.line(found.row))); --kinds '\(found.columns[0])=categorical' keeps words"
    }
    notes += questions.all.map { word, found in
      "'\(word)' is a category in \(Occurrences.list(found.columns)) (\(counted(found.count, "value"))); --na '\(word)' makes it "
        + "missing"
    }
    return notes
  }

  /// Notes a word that counts as missing.
  private mutating func add(_ word: String, _ name: String, count: Int, row: Int, of rows: Int) {
    missing[missing.count - 1].insert(word)
    guard !MissingMarkers.isPlaceholder(word) else { return gaps.add(word, name, count: count, row: row) }
    said.append(
      "line \(lines.line(row)): '\(word)' is no number and counts as missing in the column of numbers '\(name)' (\(count) "
        + "of \(rows) values); --na '\(word)' agrees, --kinds '\(name)=categorical' keeps words")
  }

  /// The levels of a column as numbers; nil for a column of words.
  private mutating func number(
    _ levels: [String], _ codes: [Int], _ name: String, isForced: Bool
  ) -> (numbers: [Double?], convention: NumberConvention)? {
    guard isForced || !Levels.areMostlyWords(levels) else { return nil }
    let own = Levels(levels, reader.convention)
    if own.isAll { return accepted(own, reader.convention, name, isForced: isForced) }
    if hasDecimalComma {
      let comma = Levels(levels, .comma)
      if comma.isAll {
        commas.append("'\(name)'")
        return (comma.numbers, .comma)
      }
    }
    if isForced {
      let fitting = NumberConvention.usual.map { (Levels(levels, $0), $0) }.filter { $0.0.isAll }
      let different = Set(fitting.map { $0.0.numbers })
      return different.count == 1 ? fitting.first.map { ($0.0.numbers, $0.1) } : nil
    }
    guard reader.allowsStrayWords, !reader.targets.contains(name),
      !own.strangers.contains(where: { NumberConvention.isNumber(levels[$0]) })
    else { return nil }
    let counts = Levels.counts(codes, levels.count)
    let strange = own.strangers.reduce(0) { $0 + counts[$1] }
    let numbers = own.numbers.indices.filter { own.numbers[$0] != nil }
    let present = numbers.reduce(0) { $0 + counts[$1] }
    let isExpected = reader.expectedKinds[name] == .numeric
    guard present > 0, 19 * strange <= present, isExpected || numbers.count > 20 else { return nil }
    return accepted(own, reader.convention, name, isForced: false)
  }

  /// Numbers if doubles hold them.
  private mutating func accepted(
    _ levels: Levels, _ convention: NumberConvention, _ name: String, isForced: Bool
  ) -> (numbers: [Double?], convention: NumberConvention)? {
    if isForced || reader.expectedKinds[name] == .numeric || levels.areExact(convention) {
      return (levels.numbers, convention)
    }
    if !reader.isStrict {
      said.append(
        "column '\(name)' holds whole numbers of more digits than a number keeps; they are words, as of an id"
      )
    }
    return nil
  }

  /// Says which option would make numbers of words.
  private mutating func explain(_ levels: [String], _ name: String) {
    guard !reader.isStrict, reader.convention == .plain, !Levels.areMostlyWords(levels) else { return }
    let ways = NumberConvention.usual.map { (way: $0, levels: Levels(levels, $0)) }.filter { $0.levels.isAll }
    guard !ways.isEmpty, let example = levels.first(where: { NumberConvention.value($0) == nil }) else {
      return sayStrangers(levels, name)
    }
    // All ways give the same numbers, so that the column alone can be asked for.
    let isClear = Set(ways.map { $0.levels.numbers }).count == 1
    let options = NumberConvention.options(
      for: levels, ways.map(\.way), column: isClear ? name : nil)
    said.append(
      "column '\(name)' is read as words, such as '\(example)'; \(options.joined(separator: " or ")) reads numbers"
    )
  }

  /// Says which words keep a column of mostly numbers from being one.
  private mutating func sayStrangers(_ levels: [String], _ name: String) {
    let own = Levels(levels, reader.convention)
    guard own.isMixed, let first = own.strangers.first else { return }
    let others = own.strangers.count - 1
    said.append(
      "column '\(name)' is read as words, since '\(levels[first])'"
        + (others > 0 ? " and \(counted(others, "other text")) stand" : " stands")
        + " among its numbers; --na '\(name)=\(levels[first])' makes it missing there")
  }

  /// Whether most commas stand before two digits at least, as in fractions rather than between two answers.
  private static func haveFractions(_ levels: [String]) -> Bool {
    let ends = levels.compactMap { level in
      level.utf8.lastIndex(of: UInt8(ascii: ",")).map {
        level.utf8.distance(from: $0, to: level.utf8.endIndex) - 1
      }
    }
    return 2 * ends.count { $0 >= 2 } > ends.count
  }

  /// Whether commas may stand between thousands as well as before fractions.
  private static func isAmbiguous(_ levels: [String]) -> Bool {
    let marked = levels.filter { $0.utf8.contains(UInt8(ascii: ",")) }
    return marked.isEmpty
      || marked.allSatisfy {
        NumberConvention.isGrouped($0, by: UInt8(ascii: ","))
          && !$0.drop { $0 == "-" || $0 == "+" }.hasPrefix("0")
      }
  }
}

extension NumberConvention {
  /// A decimal comma.
  static let comma = NumberConvention(decimal: UInt8(ascii: ","))
}

/// The texts of a column in one way of writing numbers.
private struct Levels {
  /// One per level; nil for a word.
  let numbers: [Double?]
  /// The levels that are neither a number nor a sign of a missing one.
  let strangers: [Int]
  private let texts: [String]

  init(_ levels: [String], _ convention: NumberConvention) {
    texts = levels
    numbers = levels.map { convention.number($0) }
    strangers = levels.indices.filter { [numbers] in
      numbers[$0] == nil && !MissingMarkers.isPlaceholder(levels[$0])
    }
  }

  /// Whether there are numbers and, but for signs of missing ones, nothing else.
  var isAll: Bool { strangers.isEmpty && numbers.contains { $0 != nil } }

  /// Whether there are more than twenty numbers, and at most a fourth as many other texts.
  var isMixed: Bool {
    let count = numbers.count { $0 != nil }
    return count > 20 && 4 * strangers.count <= count
  }

  /// Whether doubles hold all digits of whole numbers.
  func areExact(_ convention: NumberConvention) -> Bool {
    zip(texts, numbers).allSatisfy { text, number in
      guard let number, number.magnitude >= 0x1p53 else { return true }
      return convention.plain(text).map(NumberConvention.isExact) ?? true
    }
  }

  /// Whether a look at some levels finds few numbers.
  static func areMostlyWords(_ levels: [String]) -> Bool {
    let some = levels.prefix(200)
    let numbers = some.count { NumberConvention.isNumber($0) || MissingMarkers.isPlaceholder($0) }
    return 5 * numbers < 4 * some.count
  }

  /// How often every level occurs.
  static func counts(_ codes: [Int], _ levels: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: levels)
    for code in codes where code >= 0 { counts[code] += 1 }
    return counts
  }
}

/// Words with the columns in which they stand.
private struct Occurrences {
  private(set) var found: [String: (columns: [String], count: Int, row: Int)] = [:]

  mutating func add(_ word: String, _ column: String, count: Int, row: Int) {
    let old = found[word] ?? ([], 0, row)
    found[word] = (old.columns + [column], old.count + count, min(old.row, row))
  }

  /// In the order of words.
  var all: [(String, (columns: [String], count: Int, row: Int))] { found.sorted { $0.key < $1.key } }

  /// At most eight columns.
  static func list(_ columns: [String]) -> String {
    columns.prefix(8).joined(separator: ", ") + (columns.count > 8 ? " and \(columns.count - 8) more" : "")
  }
}

/// A number of things in words.
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
