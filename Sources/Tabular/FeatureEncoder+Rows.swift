public import LinearAlgebra

extension FeatureEncoder {
  /// What ``features(_:)`` gives.
  public struct Rows: Sendable, Hashable {
    /// One row per used row of the table.
    public let matrix: Matrix
    /// The row of the table, from 0, of each of them; ascending.
    public let rowIndex: [Int]
    /// What was done to the data, one sentence each.
    public let notes: [String]
  }

  /// The numbers of all rows of a table that has the fitted columns, in any order.
  ///
  /// - Throws: ``DesignError`` for an absent column, an unknown category, a value that is no number, and for a
  ///   missing value where ``EncodingOptions/missing`` forbids it.
  public func features(_ table: Table) throws -> Rows {
    let columns = try columns(of: table)
    let (rows, dropped) = try usable(columns, Array(0..<table.rowCount))
    let (matrix, notes) = try encode(columns, rows: rows)
    return Rows(matrix: matrix, rowIndex: rows, notes: dropped + notes)
  }

  /// Calls `body` with the numbers of at most `size` rows at a time, and with these rows, until all were there; so the
  /// numbers of a whole table never stand beside it.
  ///
  /// - Parameter rows: rows of the table, from 0; nil for all.
  /// - Returns: what was done to the data, one sentence each.
  /// - Throws: as ``features(_:)``.
  public func forEachBlock(
    of table: Table, rows: [Int]? = nil, size: Int = 8192, _ body: (Matrix, ArraySlice<Int>) throws -> Void
  ) throws -> [String] {
    let columns = try columns(of: table)
    let (rows, dropped) = try usable(columns, rows ?? Array(0..<table.rowCount))
    var tally = Tally(columns.count)
    for start in stride(from: 0, to: rows.count, by: size) {
      let block = rows[start..<min(start + size, rows.count)]
      try body(try encode(columns, rows: Array(block), &tally), block)
    }
    return dropped + notes(tally)
  }

  /// The rows among the given ones that the options let through, with a sentence on the others.
  private func usable(_ columns: [Table.Column], _ rows: [Int]) throws -> (rows: [Int], notes: [String]) {
    let policies = features.filter { $0.width > 0 }.map { $0.options(options).missing }
    for (column, policy) in zip(columns, policies) where policy == .fail {
      if let row = rows.first(where: { column.values.isMissing($0) }) {
        throw DesignError.missingValue(column: column.name, row: row + 1)
      }
    }
    guard policies.contains(.dropRows) else { return (rows, []) }
    let needed = zip(columns, policies).filter { $0.1 == .dropRows }.map(\.0)
    let complete = rows.filter { row in !needed.contains { $0.values.isMissing(row) } }
    let dropped = rows.count - complete.count
    return (
      complete, dropped > 0 ? ["\(dropped) of \(rows.count) rows lack a feature and were left out"] : []
    )
  }

  /// Whether another program fitted the encoder: it has rules of single columns, or knows no range of its numbers.
  public var isFromElsewhere: Bool {
    hasColumnRules
      || features.contains { feature in
        if case .number(let form) = feature.form { form.bounds == nil } else { false }
      }
  }

  /// The columns of a table that are used, in the order of the fitted table.
  ///
  /// - Throws: ``DesignError`` for an absent column.
  func columns(of table: Table) throws -> [Table.Column] {
    // By name in one pass: wide tables have tens of thousands of columns.
    let places = Dictionary(table.columns.indices.map { (table.columns[$0].name, $0) }) { first, _ in first }
    return try features.filter { $0.width > 0 }.map { feature in
      guard let index = places[feature.name] else {
        if isFromElsewhere {
          throw DesignError.otherColumns(
            missing: feature.name, model: features.map(\.name), table: table.columns.map(\.name))
        }
        throw DesignError.noColumn(feature.name, in: table)
      }
      return table.columns[index]
    }
  }

  /// The numbers of some rows, with a sentence for every column in which values were missing.
  func encode(_ columns: [Table.Column], rows: [Int]) throws -> (matrix: Matrix, notes: [String]) {
    var tally = Tally(columns.count)
    let matrix = try encode(columns, rows: rows, &tally)
    return (matrix, notes(tally))
  }

  /// How many values of every column that is used were missing or unknown.
  private struct Tally {
    var rows = 0
    var missing: [Int]
    var unseen: [Int]

    /// No row yet.
    init(_ columns: Int) {
      missing = [Int](repeating: 0, count: columns)
      unseen = missing
    }
  }

  private func encode(_ columns: [Table.Column], rows: [Int], _ tally: inout Tally) throws -> Matrix {
    var matrix = Matrix(rows: rows.count, columns: space.count)
    var start = 0
    for (index, feature) in features.filter({ $0.width > 0 }).enumerated() {
      let (missing, unseen) = try feature.encode(
        columns[index], rows: rows, into: &matrix, at: start, options: feature.options(options))
      tally.missing[index] += missing
      tally.unseen[index] += unseen
      start += feature.width
    }
    tally.rows += rows.count
    return matrix
  }

  private func notes(_ tally: Tally) -> [String] {
    var notes: [String] = []
    for (index, feature) in features.filter({ $0.width > 0 }).enumerated() {
      let (missing, unseen) = (tally.missing[index], tally.unseen[index])
      if missing > 0 {
        notes.append(feature.note(missing: missing, of: tally.rows, feature.options(options)))
      }
      if unseen > 0 {
        var isCode = false
        if case .codes = feature.form { isCode = true }
        notes.append(
          "column '\(feature.name)': \(unseen) of \(tally.rows) values are categories that training did not "
            + "see and count as \(isCode ? "missing" : "no category")")
      }
    }
    return notes
  }
}

extension EncodedFeature {
  /// What was done about missing values.
  fileprivate func note(missing: Int, of rows: Int, _ options: EncodingOptions) -> String {
    let start = "column '\(name)': \(missing) of \(rows) values were missing and became"
    if options.missing == .keep { return "column '\(name)': \(missing) of \(rows) values are missing" }
    if options.missing == .zero { return "\(start) zero" }
    return switch form {
    // What another program fills in need not be a mean.
    case .number(let form) where form.bounds == nil: "\(start) \(form.fill)"
    case .number, .bins: "\(start) the mean of the column"
    case .levels(let form) where form.hasMissingLevel: "\(start) a category of their own"
    default: "\(start) the most frequent value"
    }
  }
}
