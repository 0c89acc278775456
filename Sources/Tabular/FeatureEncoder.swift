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
    features.contains { feature in
      guard feature.width > 0 else { return false }
      let options = feature.options(options)
      if case .codes = feature.form { return options.unseen == .allZero || options.missing == .keep }
      return options.missing == .keep
    }
  }

  /// Whether a value may be missing in every column that is used.
  public var takesMissingValues: Bool {
    features.allSatisfy { feature in
      feature.width == 0 || ![.fail, .dropRows].contains(feature.options(options).missing)
    }
  }

  /// For every column that is used whether an unknown category is let through.
  public var takesUnknownCategories: [Bool] {
    features.filter { $0.width > 0 }.map { $0.options(options).unseen == .allZero }
  }

  /// Whether a column has rules of its own for missing values and unknown categories.
  public var hasColumnRules: Bool { features.contains { $0.rules != nil } }

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
    try fit(
      candidates(table, without: excluded, options: options), target: excluded.first ?? "", rows: rows,
      options: options)
  }

  /// The same for columns that were checked.
  static func fit(
    _ columns: [Table.Column], target: String, rows: [Int]?, options: EncodingOptions
  ) throws -> FeatureEncoder {
    let groups = IndicatorGroups(columns, rows: rows)
    let features = columns.map { column in
      // One column at a time: all together would be a second table.
      let used = rows.map { Table.Column(name: column.name, values: column.values.rows(at: $0)) } ?? column
      return EncodedFeature(fitting: used, group: groups.group[column.name], options: options)
    }
    return FeatureEncoder(
      space: try FeatureSpace(features, target: target), options: options,
      notes: features.compactMap(\.note) + groups.notes, features: features)
  }

  /// The columns that may be features, after a check of some rows; nil checks all.
  ///
  /// - Throws: ``DesignError`` for an ignored column that is not there, a column without any value, an infinite
  ///   number and words among numbers.
  static func candidates(
    _ table: Table, without excluded: [String], options: EncodingOptions, rows: [Int]? = nil
  ) throws -> [Table.Column] {
    for name in options.ignored where table.index(of: name) == nil {
      throw DesignError.noColumn(name, in: table)
    }
    if let bins = options.bins, bins < 2 { throw DesignError.tooFewBins(bins) }
    let columns = table.columns.filter { !excluded.contains($0.name) && !options.ignored.contains($0.name) }
    let rows = rows ?? Array(0..<table.rowCount)
    for column in columns {
      if rows.allSatisfy(column.values.isMissing) { throw DesignError.allMissing(column: column.name) }
      if !options.declaredCategories.contains(column.name) { try column.checkNumbers(rows) }
    }
    return columns
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
      if case .indicator(let group, _) = feature.form { indicators = groups[group.name] ?? [] }
      columns.append(
        Table.Column(name: feature.name, values: feature.decode(rows, at: start, indicators: indicators)))
      start += feature.width
    }
    return columns
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
        lower.append(form.bounds?.lowerBound ?? -.infinity)
        upper.append(form.bounds?.upperBound ?? .infinity)
      } else {
        lower += columns.map { _ in 0 }
        upper += columns.map { _ in 1 }
      }
      switch feature.form {
      case .levels: groups.append((feature.name, columns))
      case .indicator(let group, _):
        if let place = places[group.name] {
          groups[place].columns += columns
        } else {
          places[group.name] = groups.count
          groups.append((group.name, columns))
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
