public import LinearAlgebra

/// Turns the feature columns of tables of one kind into rows of numbers.
///
/// It knows nothing of a target, so that it serves a deployed model as well as a learner:
///
/// ```swift
/// let encoder = try FeatureEncoder.fit(table, without: ["class"])
/// let matrix = try encoder.features(table)
/// ```
public struct FeatureEncoder: Sendable, Hashable {
  /// Meaning of the columns that come out.
  public let space: FeatureSpace
  /// How columns are treated.
  public let options: EncodingOptions
  /// Which columns are not used and why, one sentence each.
  public let notes: [String]

  /// How every column of the fitted table is encoded, in the order of their columns in ``space``.
  package let features: [EncodedFeature]

  /// Names of text columns that are not used because they only name the row.
  public var identifiers: [String] {
    features.filter { $0.form == .identifier }.map(\.name)
  }

  /// Whether missing values, as NaN, may come out: where they are kept, and where an unknown category has no code.
  public var givesMissingValues: Bool {
    options.missing == .keep || (options.unseen == .allZero && !codedColumns.isEmpty)
  }

  /// Columns that come out as codes of categories.
  public var codedColumns: [Int] {
    var (result, start) = ([Int](), 0)
    for feature in features {
      if case .codes = feature.form { result.append(start) }
      start += feature.width
    }
    return result
  }

  /// Learns levels, ranges and fill values from some rows of a table.
  ///
  /// - Parameters:
  ///   - excluded: columns that are no features.
  ///   - rows: rows to learn from; nil for all.
  /// - Throws: ``DesignError`` if a feature cannot be used or none is left.
  public static func fit(
    _ table: Table, without excluded: [String], rows: [Int]? = nil, options: EncodingOptions = .init()
  ) throws -> FeatureEncoder {
    let columns = try candidates(table, without: excluded, options: options)
    let used = rows.map { rows in
      columns.map { Table.Column(name: $0.name, values: $0.values.rows(at: rows)) }
    }
    let groups = IndicatorGroups(used ?? columns)
    let features = (used ?? columns).map { column in
      EncodedFeature(fitting: column, group: groups.group[column.name], options: options)
    }
    return FeatureEncoder(
      space: try FeatureSpace(features, target: excluded.first ?? ""), options: options,
      notes: features.compactMap(\.note) + groups.notes, features: features)
  }

  /// The columns that may be features, after a check.
  ///
  /// - Throws: ``DesignError`` for an ignored column that is not there, a column without any value, an infinite
  ///   number and words among numbers.
  static func candidates(
    _ table: Table, without excluded: [String], options: EncodingOptions
  ) throws -> [Table.Column] {
    for name in options.ignored where table.index(of: name) == nil {
      throw DesignError.noColumn(name, in: table)
    }
    if let bins = options.bins, bins < 2 { throw DesignError.tooFewBins(bins) }
    let columns = table.columns.filter { !excluded.contains($0.name) && !options.ignored.contains($0.name) }
    for column in columns {
      if column.values.missing == table.rowCount { throw DesignError.allMissing(column: column.name) }
      if !options.declaredCategories.contains(column.name) { try column.checkNumbers() }
    }
    return columns
  }

  /// The columns of a table that are used, in the order of the fitted table.
  ///
  /// - Throws: ``DesignError`` for an absent column.
  func columns(of table: Table) throws -> [Table.Column] {
    try features.filter { $0.width > 0 }.map { feature in
      guard let index = table.index(of: feature.name) else {
        throw DesignError.noColumn(feature.name, in: table)
      }
      return table.columns[index]
    }
  }

  /// The numbers of some rows, with a sentence for every column in which values were missing.
  func encode(_ columns: [Table.Column], rows: [Int]) throws -> (matrix: Matrix, notes: [String]) {
    var matrix = Matrix(rows: rows.count, columns: space.count)
    var (notes, start) = ([String](), 0)
    for (feature, column) in zip(features.filter { $0.width > 0 }, columns) {
      let (missing, unseen) = try feature.encode(
        column, rows: rows, into: &matrix, at: start, options: options)
      if missing > 0 { notes.append(feature.note(missing: missing, of: rows.count, options)) }
      if unseen > 0 {
        notes.append(
          "column '\(feature.name)': \(unseen) of \(rows.count) values are categories that training did not "
            + "see and count as \(options.categories == .codes ? "missing" : "no category")")
      }
      start += feature.width
    }
    return (matrix, notes)
  }

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
    var rows = Array(0..<table.rowCount)
    var dropped: [String] = []
    for column in columns where options.missing == .fail {
      if let row = rows.first(where: { column.values.isMissing($0) }) {
        throw DesignError.missingValue(column: column.name, row: row + 1)
      }
    }
    if options.missing == .dropRows {
      rows.removeAll { row in columns.contains { $0.values.isMissing(row) } }
      if rows.count < table.rowCount {
        dropped = [
          "\(table.rowCount - rows.count) of \(table.rowCount) rows lack a feature and were left out"
        ]
      }
    }
    let (matrix, notes) = try encode(columns, rows: rows)
    return Rows(matrix: matrix, rowIndex: rows, notes: dropped + notes)
  }

  /// The user's own columns, in their order and units, for rows of numbers.
  ///
  /// Numbers are rounded to the digits that their column has in the fitted table. Of a group of indicators the
  /// highest counts. A column that is the same everywhere comes back; an identifier has no values, and an
  /// ignored column is absent.
  public func columns(fromRows rows: Matrix) -> [Table.Column] {
    precondition(rows.columns == space.count, "\(rows.columns) columns for \(space.count) features")
    let groups = Dictionary(space.groups.map { ($0.name, $0.columns) }) { first, _ in first }
    var columns: [Table.Column] = []
    var start = 0
    for feature in features {
      var indicators: [Int] = []
      if case .indicator(let group, _) = feature.form { indicators = groups[group] ?? [] }
      columns.append(
        Table.Column(name: feature.name, values: feature.decode(rows, at: start, indicators: indicators)))
      start += feature.width
    }
    return columns
  }
}

extension EncodedFeature {
  /// What was done about missing values.
  fileprivate func note(missing: Int, of rows: Int, _ options: EncodingOptions) -> String {
    let start = "column '\(name)': \(missing) of \(rows) values were missing and became"
    if options.missing == .keep { return "column '\(name)': \(missing) of \(rows) values are missing" }
    if options.missing == .zero { return "\(start) zero" }
    return switch form {
    case .number, .bins: "\(start) the mean of the column"
    case .levels(let form) where form.hasMissingLevel: "\(start) a category of their own"
    default: "\(start) the most frequent value"
    }
  }
}

extension FeatureSpace {
  /// The space that features span, one after the other.
  ///
  /// - Throws: ``DesignError/noFeatures(target:)`` if there is none.
  fileprivate init(_ features: [EncodedFeature], target: String) throws {
    self.init(features)
    if names.isEmpty { throw DesignError.noFeatures(target: target) }
  }

  /// The space that features span, one after the other.
  init(_ features: [EncodedFeature]) {
    var (names, lower, upper) = ([String](), [Double](), [Double]())
    var groups: [(name: String, columns: [Int])] = []
    var places: [String: Int] = [:]
    for feature in features {
      let columns = Array(names.count..<names.count + feature.width)
      names += feature.columnNames
      if case .number(let form) = feature.form {
        lower.append(form.lower)
        upper.append(form.upper)
      } else {
        lower += columns.map { _ in 0 }
        upper += columns.map { _ in 1 }
      }
      switch feature.form {
      case .levels: groups.append((feature.name, columns))
      case .indicator(let name, _):
        if let place = places[name] {
          groups[place].columns += columns
        } else {
          places[name] = groups.count
          groups.append((name, columns))
        }
      default: break
      }
    }
    self.init(
      names: names, groups: groups.map { Group(name: $0.name, columns: $0.columns) }, lower: lower,
      upper: upper)
  }
}

extension FeatureEncoder {
  /// An encoder of features that another program fitted.
  ///
  /// - Throws: ``DesignError/noFeatures(target:)`` if there is none.
  package init(_ features: [EncodedFeature], options: EncodingOptions, notes: [String]) throws {
    self.init(
      space: try FeatureSpace(features, target: ""), options: options, notes: notes, features: features)
  }

  /// The kind of every column that is used, for readers of further tables.
  public var columnKinds: [String: ColumnKind] {
    var result: [String: ColumnKind] = [:]
    for feature in features {
      switch feature.form {
      case .number, .bins, .indicator: result[feature.name] = .numeric
      case .levels, .codes: result[feature.name] = .categorical
      case .constantNumber, .constantLevel, .identifier: break
      }
    }
    return result
  }

  /// A test on a column in the user's words and units, such as `age <= 41.5` or `colour is not red`.
  ///
  /// - Parameters:
  ///   - column: column of ``space``.
  ///   - operand: threshold, or code of a category if `isEqual`.
  ///   - isTrue: whether the test holds.
  public func condition(_ column: Int, _ operand: Double, isEqual: Bool, isTrue: Bool) -> String {
    var start = 0
    for feature in features {
      defer { start += feature.width }
      guard start <= column, column < start + feature.width else { continue }
      switch feature.form {
      case .number(let form):
        return "\(feature.name) \(isTrue ? "<=" : ">") \(form.scaling.natural(operand))"
      case .codes(let form):
        if isEqual {
          let code = Int(exactly: operand) ?? -1
          let level = form.levels.indices.contains(code) ? form.levels[code] : "missing"
          return "\(feature.name) is \(isTrue ? "" : "not ")\(level)"
        }
      case .levels, .bins, .indicator:
        // At most a half means that the indicator is 0.
        return "\(space.names[column]) \(isTrue == isEqual ? "holds" : "does not hold")"
      case .constantNumber, .constantLevel, .identifier: break
      }
    }
    return "\(space.names[column]) \(isTrue ? "<=" : ">") \(operand)"
  }
}
