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
  /// The features.
  public let features: FeatureEncoder

  let targetPosition: Int
  let targetDecimals: Decimals

  /// Meaning of the columns of a design.
  public var space: FeatureSpace { features.space }
  /// How columns are treated.
  public var options: EncodingOptions { features.options }
  /// Which columns are not used and why, one sentence each.
  public var notes: [String] { features.notes }
  /// Names of text columns that are not used because they only name the row.
  public var identifiers: [String] { features.identifiers }

  /// Learns levels, ranges and fill values from the rows of a table that have a target.
  ///
  /// - Parameter rows: rows to learn from, from 0; nil for all.
  /// - Throws: ``DesignError`` if the target is absent, not numeric, constant or without any value, or if a
  ///   feature cannot be used.
  public static func fit(
    _ table: Table, target: String, rows given: [Int]? = nil, options: EncodingOptions = .init()
  ) throws -> Encoder {
    guard let position = table.index(of: target) else {
      throw DesignError.noColumn(target, in: table)
    }
    let targets = try TargetColumn(table.columns[position])
    let columns = try FeatureEncoder.candidates(table, without: [target], options: options, rows: given)
    let rows = try UsableRows(
      target: table.columns[position], columns: columns, policy: options.missing, among: given)
    let features = try FeatureEncoder.fit(columns, target: target, rows: rows.indices, options: options)
    let values = rows.indices.map { targets.values[$0] }
    return Encoder(
      target: target, targetScaling: try targets.scaling(of: values, range: options.targetRange),
      features: features,
      targetPosition: table.columns[..<position].count { !options.ignored.contains($0.name) },
      targetDecimals: Decimals(of: values))
  }

  /// The design of a table that has the columns of the one that was fitted, in any order.
  ///
  /// Rows without a target are left out, others as ``EncodingOptions/missing`` says; the notes count them.
  ///
  /// - Parameter rows: rows to use, from 0; nil for all.
  /// - Throws: ``DesignError`` for an absent column, an unknown category or a value that is no number.
  public func design(_ table: Table, rows given: [Int]? = nil) throws -> Design {
    guard let position = table.index(of: target) else { throw DesignError.noColumn(target, in: table) }
    let targets = try TargetColumn(table.columns[position])
    let columns = try features.columns(of: table)
    let rows = try UsableRows(
      target: table.columns[position], columns: columns, policy: options.missing, among: given)
    let (matrix, missing) = try features.encode(columns, rows: rows.indices)
    let notes = self.notes + rows.notes + missing
    return Design(
      features: matrix, target: rows.indices.map { targetScaling.scaled(targets.values[$0]) }, space: space,
      targetScaling: targetScaling, rowIndex: rows.indices, notes: notes)
  }

  /// The user's own columns, in their order and units, for rows of a design.
  ///
  /// See ``FeatureEncoder/columns(fromRows:)``.
  ///
  /// - Parameters:
  ///   - rows: one row per row of the table, with the columns of ``space``.
  ///   - target: scaled target, one per row.
  public func table(fromDesignRows rows: Matrix, target scaledTarget: [Double]) -> Table {
    precondition(rows.rows == scaledTarget.count, "\(rows.rows) rows and \(scaledTarget.count) targets")
    var columns = features.columns(fromRows: rows)
    let natural = scaledTarget.map { targetDecimals.rounded(targetScaling.natural($0)) }
    columns.insert(Table.Column(name: target, values: .numeric(natural)), at: targetPosition)
    return Table(columns: columns)
  }
}
