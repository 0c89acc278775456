/// Why a table cannot become a design matrix.
public enum DesignError: Error, Equatable, CustomStringConvertible {
  /// The table has no column of that name.
  case unknownColumn(String, known: [String])
  /// The target holds text.
  case targetNotNumeric(String, example: String)
  /// A column has no value at all.
  case allMissing(String)
  /// The target has the same value everywhere.
  case constantTarget(String)
  /// A value is missing and the policy forbids that.
  case missingValue(column: String, row: Int)
  /// A category that was not there when the encoding was learned.
  case unseenLevel(column: String, level: String, known: [String])
  /// A column changed its kind since the encoding was learned.
  case wrongKind(column: String, expected: String)
  /// No column is left to learn from.
  case noFeatures
  /// There are too few rows.
  case tooFewRows(needed: Int, found: Int)

  public var description: String {
    switch self {
    case .unknownColumn(let name, let known):
      "no column is called '\(name)'\(Self.hint(name, known)); the columns are \(Self.list(known))"
    case .targetNotNumeric(let name, let example):
      "the target '\(name)' must be numeric but holds text such as '\(example)'; choose another target or "
        + "clean the column"
    case .allMissing(let name):
      "column '\(name)' has no value in any row; remove it or choose another target"
    case .constantTarget(let name):
      "the target '\(name)' has the same value in every row, so there is nothing to learn; choose another target"
    case .missingValue(let column, let row):
      "column '\(column)' has no value in data row \(row + 1); impute it, drop the row, or allow missing values"
    case .unseenLevel(let column, let level, let known):
      "column '\(column)' holds '\(level)', which the encoding has never seen (it knows \(Self.list(known)))"
    case .wrongKind(let column, let expected):
      "column '\(column)' was \(expected) when the encoding was learned and is not now"
    case .noFeatures:
      "no feature is left: every column but the target is constant, empty or an identifier"
    case .tooFewRows(let needed, let found):
      "\(found) usable rows are too few; at least \(needed) are needed"
    }
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(12).joined(separator: ", ") + (names.count > 12 ? " and \(names.count - 12) more" : "")
  }

  private static func hint(_ name: String, _ known: [String]) -> String {
    let near = known.filter { $0.lowercased() == name.lowercased() || distance($0, name) <= 2 }
    return near.first.map { " (did you mean '\($0)'?)" } ?? ""
  }

  /// Levenshtein's edit distance.
  private static func distance(_ left: String, _ right: String) -> Int {
    let (a, b) = (Array(left.lowercased().utf8), Array(right.lowercased().utf8))
    guard abs(a.count - b.count) <= 2 else { return 3 }
    var previous = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var current = [i + 1]
      for (j, y) in b.enumerated() {
        current.append(min(previous[j + 1] + 1, current[j] + 1, previous[j] + (x == y ? 0 : 1)))
      }
      previous = current
    }
    return previous[b.count]
  }
}
