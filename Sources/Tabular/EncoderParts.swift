/// The target of a table, checked.
struct TargetColumn {
  let name: String
  /// In the user's unit; a missing value is NaN.
  let values: [Double]

  /// - Throws: ``DesignError`` if a value is a word or infinite, or if there is none.
  init(_ column: Table.Column) throws {
    name = column.name
    if column.values.count == 0 { throw DesignError.noRows }
    if column.values.missing == column.values.count { throw DesignError.allMissing(column: column.name) }
    do {
      values = try column.numbers()
    } catch DesignError.textAmongNumbers(_, let text, let row) {
      throw DesignError.targetNotNumeric(column.name, text: text, row: row)
    }
  }

  /// The scaling that takes the given range, or that of `used`, to [0, 1].
  func scaling(of used: [Double], range: ClosedRange<Double>?) throws -> Scaling {
    guard let smallest = used.min(), let largest = used.max() else { throw DesignError.noRows }
    guard smallest < largest else { throw DesignError.targetConstant(name, value: smallest) }
    let (lower, upper) = range.map { ($0.lowerBound, $0.upperBound) } ?? (smallest, largest)
    guard lower < upper, (upper - lower).isFinite else {
      throw DesignError.targetRangeInvalid(lower: lower, upper: upper)
    }
    return Scaling(offset: lower, scale: upper - lower)
  }
}

/// The rows of a table that can be used.
struct UsableRows {
  /// From 0, ascending; never empty.
  let indices: [Int]
  /// How many were left out and why.
  let notes: [String]

  /// Looks at some rows; nil for all.
  ///
  /// - Throws: ``DesignError`` if no row is left, or if a value is missing where none may be.
  init(
    target: Table.Column, columns: [Table.Column], policy: EncodingOptions.MissingValues,
    among rows: [Int]? = nil
  ) throws {
    let all = rows ?? Array(0..<target.values.count)
    if policy == .fail {
      for column in [target] + columns {
        if let row = all.first(where: { column.values.isMissing($0) }) {
          throw DesignError.missingValue(column: column.name, row: row + 1)
        }
      }
    }
    let withTarget = all.filter { !target.values.isMissing($0) }
    var notes: [String] = []
    if withTarget.count < all.count {
      notes.append("\(all.count - withTarget.count) of \(all.count) rows have no target and were left out")
    }
    var complete = withTarget
    if policy == .dropRows {
      complete = withTarget.filter { row in !columns.contains { $0.values.isMissing(row) } }
      if complete.count < withTarget.count {
        let dropped = withTarget.count - complete.count
        notes.append("\(dropped) of \(all.count) rows lack a feature and were left out")
      }
    }
    guard !complete.isEmpty else { throw DesignError.noRows }
    indices = complete
    self.notes = notes
  }
}

/// The groups that 0/1 columns named `name:level` form.
struct IndicatorGroups {
  /// The group of each column that belongs to one.
  private(set) var group: [String: IndicatorGroup] = [:]
  /// Groups that are not exactly one-hot.
  private(set) var notes: [String] = []

  /// Looks for columns of 0 and 1 in some rows (nil for all) whose names agree up to the last colon; a group has at
  /// least two.
  init(_ columns: [Table.Column], rows: [Int]? = nil) {
    func isIndicator(_ value: Double) -> Bool { value == 0 || value == 1 || value.isNaN }
    var (order, members) = ([String](), [String: [Table.Column]]())
    for column in columns {
      guard let colon = column.name.lastIndex(of: ":"), colon != column.name.startIndex,
        column.name.index(after: colon) != column.name.endIndex,
        case .numeric(let values) = column.values,
        rows.map({ $0.allSatisfy { isIndicator(values[$0]) } }) ?? values.allSatisfy(isIndicator)
      else { continue }
      let name = String(column.name[..<colon])
      if members[name] == nil { order.append(name) }
      members[name, default: []].append(column)
    }
    for name in order {
      guard let found = members[name], found.count > 1 else { continue }
      let ones = Self.ones(found, rows)
      let shared = IndicatorGroup(name: name, least: ones.min() ?? 0, most: max(ones.max() ?? 1, 1))
      for column in found { group[column.name] = shared }
      let several = ones.count { $0 > 1 }
      if several > 0 {
        notes.append("\(several) rows have more than one level of '\(name)'; they stay as they are")
      }
    }
  }

  /// How many of the columns are 1 in each row of which all are known.
  private static func ones(_ columns: [Table.Column], _ rows: [Int]?) -> [Int] {
    let rows = rows ?? Array(0..<(columns.first?.values.count ?? 0))
    var ones = [Int](repeating: 0, count: rows.count)
    var isWhole = [Bool](repeating: true, count: rows.count)
    for column in columns {
      guard case .numeric(let values) = column.values else { continue }
      for (place, row) in rows.enumerated() {
        if values[row] == 1 { ones[place] += 1 } else if values[row].isNaN { isWhole[place] = false }
      }
    }
    return zip(ones, isWhole).compactMap { $1 ? $0 : nil }
  }
}

extension Table.Values {
  /// Whether a row has no value.
  public func isMissing(_ row: Int) -> Bool {
    switch self {
    case .numeric(let values): values[row].isNaN
    case .categorical(let codes, _): codes[row] < 0
    }
  }
}

extension Table.Column {
  /// Looks in some rows for an infinite number, and for a few words in a column that is otherwise of numbers.
  ///
  /// A column counts as one of numbers if at least 95 % of its values are and more than twenty of them differ.
  ///
  /// - Throws: ``DesignError``.
  func checkNumbers(_ rows: [Int]) throws {
    guard case .categorical(let codes, let levels) = values else {
      _ = try numbers(at: rows)
      return
    }
    let isNumber = levels.map { Double($0)?.isFinite ?? false }
    guard isNumber.count(where: { $0 }) > 20 else { return }
    let words = rows.filter { codes[$0] >= 0 && !isNumber[codes[$0]] }
    if let row = words.first, Double(words.count) <= 0.05 * Double(rows.count) {
      throw DesignError.textAmongNumbers(column: name, text: levels[codes[row]], row: row + 1)
    }
  }
}
