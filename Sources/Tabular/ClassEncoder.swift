public import LinearAlgebra

/// Turns tables into features and classes.
public struct ClassEncoder: Sendable, Hashable, Codable {
  /// Name of the target column.
  public let target: String
  /// The labels, in the order of their class numbers: numbers ascending, else by their bytes.
  public let classes: [String]
  /// The features.
  public let features: FeatureEncoder

  /// An encoder put together from its parts.
  public init(target: String, classes: [String], features: FeatureEncoder) {
    self.target = target
    self.classes = classes
    self.features = features
  }

  /// Learns the features and the labels from the rows of a table that have a target.
  ///
  /// - Parameters:
  ///   - classes: labels that are known already, in the order of their numbers; nil learns them too.
  ///   - rows: rows to learn from, from 0; nil for all.
  /// - Throws: ``DesignError`` if the target is absent or has only one label or one for nearly every row, or if a
  ///   feature cannot be used.
  public static func fit(
    _ table: Table, target: String, classes known: [String]? = nil, rows given: [Int]? = nil,
    options: EncodingOptions = .init()
  ) throws -> ClassEncoder {
    guard let position = table.index(of: target) else { throw DesignError.noColumn(target, in: table) }
    let column = table.columns[position]
    if table.rowCount == 0 { throw DesignError.noRows }
    if column.values.missing == table.rowCount { throw DesignError.allMissing(column: target) }
    let columns = try FeatureEncoder.candidates(table, without: [target], options: options, rows: given)
    let rows = try UsableRows(target: column, columns: columns, policy: options.missing, among: given)
    let classes = try known ?? labels(column, rows: rows.indices)
    return ClassEncoder(
      target: target, classes: classes,
      features: try FeatureEncoder.fit(columns, target: target, rows: rows.indices, options: options))
  }

  /// The labels of a target, in the order of their class numbers.
  ///
  /// - Throws: ``DesignError`` for an absent column, and if there is only one label or one for nearly every row.
  public static func labels(_ table: Table, target: String) throws -> [String] {
    guard let position = table.index(of: target) else { throw DesignError.noColumn(target, in: table) }
    return try labels(table.columns[position], rows: Array(0..<table.rowCount))
  }

  private static func labels(_ column: Table.Column, rows: [Int]) throws -> [String] {
    let texts = column.texts()
    let present = rows.compactMap { texts[$0] }
    let classes = sorted(Set(present))
    guard classes.count > 1 else {
      throw DesignError.targetHasOneClass(column.name, label: classes.first ?? "")
    }
    guard classes.count <= max(20, present.count / 5) else {
      throw DesignError.tooManyClasses(column.name, classes: classes.count, rows: present.count)
    }
    return classes
  }

  /// Labels in the order of their class numbers.
  private static func sorted(_ labels: Set<String>) -> [String] {
    func number(_ label: String) -> Double? { Double(label).flatMap { $0.isFinite ? $0 : nil } }
    return labels.sorted { left, right in
      switch (number(left), number(right)) {
      case (let one?, let other?): (one, left) < (other, right)
      case (nil, nil): left.utf8.lexicographicallyPrecedes(right.utf8)
      // Numbers before words.
      case (let one, nil): one != nil
      case (nil, _): false
      }
    }
  }

  /// Features and classes of the rows of a table.
  public struct Design: Sendable, Hashable {
    /// One row per used row of the table.
    public let features: Matrix
    /// Class numbers.
    public let labels: [Int]
    /// The row of the table, from 0, of each row; ascending.
    public let rowIndex: [Int]
    /// What was done to the data, one sentence each.
    public let notes: [String]
  }

  /// Features and classes of a table with the columns of the fitted one.
  ///
  /// - Parameter rows: rows to use, from 0; nil for all.
  /// - Throws: ``DesignError`` for an absent column, an unknown class or category and values that are no numbers.
  public func design(_ table: Table, rows given: [Int]? = nil) throws -> Design {
    guard let position = table.index(of: target) else { throw DesignError.noColumn(target, in: table) }
    let columns = try features.columns(of: table)
    let rows = try UsableRows(
      target: table.columns[position], columns: columns, policy: features.options.missing, among: given)
    let labels = try table.columns[position].classNumbers(classes, at: rows.indices).compactMap(\.self)
    let (matrix, missing) = try features.encode(columns, rows: rows.indices)
    return Design(
      features: matrix, labels: labels, rowIndex: rows.indices,
      notes: features.notes + rows.notes + missing)
  }
}
