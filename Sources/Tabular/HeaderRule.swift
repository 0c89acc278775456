/// Whether the first line of a table holds names, as the lines below it show.
///
/// A word over numbers is a name. A word that stands below in its own column, where words repeat, is a value, and so is
/// a number over numbers, unless the numbers of the line are like names: years over values that are none, or numbers
/// that count up where the next line does not. Where nothing tells, a line without a number holds names.
struct HeaderRule {
  /// Whether the line holds names.
  let isHeader: Bool
  /// What the reader must know of the decision; nil where it is the plain one.
  let note: String?

  /// Looks at the first line and some below it.
  init(_ first: [String], _ rows: [[String]], missing: Set<String>) {
    guard !rows.isEmpty else {
      isHeader = !first.contains(where: NumberConvention.isNumber)
      note = nil
      return
    }
    func isGap(_ text: String) -> Bool { missing.contains(text) || MissingMarkers.isPlaceholder(text) }
    var (names, values, numbered) = (0, 0, [Int]())
    for (place, field) in first.enumerated() {
      let below = rows.compactMap { place < $0.count && !isGap($0[place]) ? $0[place] : nil }
      guard !isGap(field), !below.isEmpty else { continue }
      let numbers = below.count(where: NumberConvention.isNumber)
      if 20 * numbers >= 19 * below.count {
        if NumberConvention.isNumber(field) { numbered.append(place) } else { names += 1 }
        continue
      }
      let levels = Set(below)
      if 2 * levels.count <= below.count {
        if levels.contains(field) { values += 1 } else if 5 * levels.count <= below.count { names += 1 }
      } else if field.first?.isNumber == true, below.allSatisfy({ Self.shape($0) == Self.shape(field) }) {
        values += 1
      }
    }
    let areNames = Self.areNames(first, numbered, rows)
    if areNames { names += 1 } else { values += numbered.count }
    isHeader = names > 0 ? names >= values : values == 0
    if isHeader, !numbered.isEmpty {
      note = "the first line holds names, some of which are numbers; --header no takes it for a row"
    } else if !isHeader {
      note =
        "the first line is taken for a row and columns are called column1, column2 and so on; --header yes takes "
        + "it for names"
    } else {
      note = nil
    }
  }

  /// Whether numbers over columns of numbers are their names.
  private static func areNames(_ first: [String], _ places: [Int], _ rows: [[String]]) -> Bool {
    let numbers = places.compactMap { place in
      first[place].utf8.allSatisfy { (48...57).contains($0) } ? Int(first[place]) : nil
    }
    guard !numbers.isEmpty, numbers.count == places.count, Set(numbers).count == numbers.count else {
      return false
    }
    let years = 1500...2199
    if numbers.allSatisfy(years.contains) {
      let below = rows.flatMap { row in places.compactMap { $0 < row.count ? row[$0] : nil } }
      return 2 * below.count { Int($0).map(years.contains) ?? false } < below.count
    }
    func step(_ numbers: [Int]) -> Int? {
      let steps = Set(zip(numbers.dropFirst(), numbers).map { $0 &- $1 })
      return steps.count == 1 ? steps.first : nil
    }
    // Columns that a program numbered stand behind one without a name, or are three at least.
    guard numbers.count >= 3 || first.first == "" else { return false }
    guard numbers.count == 1 ? numbers[0] == 0 : step(numbers).map({ $0 != 0 }) ?? false else { return false }
    let next = places.compactMap { $0 < rows[0].count ? Int(rows[0][$0]) : nil }
    return next.count < numbers.count || numbers.count == 1 || step(next) != step(numbers)
  }

  /// A text with its digits and letters made equal, as dates and times have one.
  private static func shape(_ text: String) -> String {
    String(text.map { $0.isNumber ? "9" : $0.isLetter ? "a" : $0 })
  }
}
