public import LinearAlgebra

/// Turns tables of one kind into design matrices and rows of such a matrix back into a table.
///
/// | Column | In the design |
/// | --- | --- |
/// | numbers | one column, scaled as ``EncodingOptions/numeric`` says |
/// | categories | one indicator column per level, named `column:level` |
/// | 0/1 columns named `name:level` | as they are; those with one name form a group |
/// | same in every row | none |
/// | texts of which more than 90 % differ | none |
///
/// The target is scaled to [0, 1]. Everything is learned once, by ``fit(_:target:options:)``, and then applied
/// to any table with the same columns:
///
/// ```swift
/// let encoder = try Encoder.fit(table, target: "dose")
/// let design = try encoder.design(table)
/// let same = encoder.table(fromDesignRows: design.features, target: design.target)
/// ```
public struct Encoder: Sendable, Hashable, Codable {
  /// Name of the target column.
  public let target: String
  /// From the scaled target to the user's unit.
  public let targetScaling: Scaling
  /// Meaning of the columns of a design.
  public let space: FeatureSpace
  /// How columns are treated.
  public let options: EncodingOptions
  /// Which columns are not used and why, one sentence each.
  public let notes: [String]

  let features: [EncodedFeature]
  let targetPosition: Int
  let targetDecimals: Decimals

  /// Names of text columns that are not used because they only name the row.
  public var identifiers: [String] {
    features.filter { $0.form == .identifier }.map(\.name)
  }

  /// Learns levels, ranges and fill values from the rows of a table that have a target.
  ///
  /// - Throws: ``DesignError`` if the target is absent, not numeric, constant or without any value, or if a
  ///   feature cannot be used.
  public static func fit(
    _ table: Table, target: String, options: EncodingOptions = .init()
  ) throws -> Encoder {
    guard let position = table.index(of: target) else {
      throw DesignError.noColumn(target, in: table)
    }
    let targets = try TargetColumn(table.columns[position])
    for name in options.ignored where table.index(of: name) == nil {
      throw DesignError.noColumn(name, in: table)
    }
    let columns = table.columns.filter { $0.name != target && !options.ignored.contains($0.name) }
    for column in columns {
      if column.values.missing == table.rowCount { throw DesignError.allMissing(column: column.name) }
      try column.checkNumbers()
    }
    let rows = try UsableRows(targets: targets, columns: columns, policy: options.missing)
    let used = columns.map { Table.Column(name: $0.name, values: $0.values.rows(at: rows.indices)) }
    let groups = IndicatorGroups(used)
    let features = used.map { column in
      EncodedFeature(fitting: column, group: groups.group[column.name], options: options)
    }
    let values = rows.indices.map { targets.values[$0] }
    return Encoder(
      target: target, targetScaling: try targets.scaling(of: values, range: options.targetRange),
      space: try FeatureSpace(features, target: target), options: options,
      notes: features.compactMap(\.note) + groups.notes, features: features,
      targetPosition: table.columns[..<position].count { !options.ignored.contains($0.name) },
      targetDecimals: Decimals(of: values))
  }

  /// The design of a table that has the columns of the one that was fitted, in any order.
  ///
  /// Rows without a target are left out, others as ``EncodingOptions/missing`` says; the notes count them.
  ///
  /// - Throws: ``DesignError`` for an absent column, an unknown category or a value that is no number.
  public func design(_ table: Table) throws -> Design {
    func column(_ name: String) throws -> Table.Column {
      guard let index = table.index(of: name) else { throw DesignError.noColumn(name, in: table) }
      return table.columns[index]
    }
    let targets = try TargetColumn(try column(target))
    let used = features.filter { $0.width > 0 }
    let columns = try used.map { try column($0.name) }
    let rows = try UsableRows(targets: targets, columns: columns, policy: options.missing)
    var matrix = Matrix(rows: rows.indices.count, columns: space.count)
    var notes = self.notes + rows.notes
    var start = 0
    for (feature, column) in zip(used, columns) {
      let missing = try feature.encode(
        column, rows: rows.indices, into: &matrix, at: start, unseen: options.unseen)
      if missing > 0 { notes.append(feature.note(missing: missing, of: rows.indices.count)) }
      start += feature.width
    }
    return Design(
      features: matrix, target: rows.indices.map { targetScaling.scaled(targets.values[$0]) }, space: space,
      targetScaling: targetScaling, rowIndex: rows.indices, notes: notes)
  }

  /// The user's own columns, in their order and units, for rows of a design.
  ///
  /// Numbers are rounded to the digits that their column has in the fitted table. Of a group of indicators the
  /// highest counts. A column that is the same everywhere comes back; an identifier has no values, and an
  /// ignored column is absent.
  ///
  /// - Parameters:
  ///   - rows: one row per row of the table, with the columns of ``space``.
  ///   - target: scaled target, one per row.
  public func table(fromDesignRows rows: Matrix, target scaledTarget: [Double]) -> Table {
    precondition(rows.rows == scaledTarget.count, "\(rows.rows) rows and \(scaledTarget.count) targets")
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
    let natural = scaledTarget.map { targetDecimals.rounded(targetScaling.natural($0)) }
    columns.insert(Table.Column(name: target, values: .numeric(natural)), at: targetPosition)
    return Table(columns: columns)
  }
}

extension EncodedFeature {
  /// What was done about missing values.
  fileprivate func note(missing: Int, of rows: Int) -> String {
    let start = "column '\(name)': \(missing) of \(rows) values were missing and became"
    return switch form {
    case .number: "\(start) the mean of the column"
    case .levels(let form) where form.hasMissingLevel: "\(start) a category of their own"
    default: "\(start) the most frequent value"
    }
  }
}

extension FeatureSpace {
  /// The space that features span, one after the other.
  fileprivate init(_ features: [EncodedFeature], target: String) throws {
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
    guard !names.isEmpty else { throw DesignError.noFeatures(target: target) }
    self.init(
      names: names, groups: groups.map { Group(name: $0.name, columns: $0.columns) }, lower: lower,
      upper: upper)
  }
}
