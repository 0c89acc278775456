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
  /// - Throws: ``DesignError`` if the target is absent or has only one label or one for nearly every row, or if a
  ///   feature cannot be used.
  public static func fit(
    _ table: Table, target: String, options: EncodingOptions = .init()
  ) throws -> ClassEncoder {
    guard let position = table.index(of: target) else { throw DesignError.noColumn(target, in: table) }
    let column = table.columns[position]
    if table.rowCount == 0 { throw DesignError.noRows }
    if column.values.missing == table.rowCount { throw DesignError.allMissing(column: target) }
    let columns = try FeatureEncoder.candidates(table, without: [target], options: options)
    let rows = try UsableRows(target: column, columns: columns, policy: options.missing)
    let labels = column.texts()
    let classes = sorted(Set(rows.indices.compactMap { labels[$0] }))
    guard classes.count > 1 else {
      throw DesignError.targetHasOneClass(target, label: classes.first ?? "")
    }
    guard classes.count <= max(20, rows.indices.count / 5) else {
      throw DesignError.tooManyClasses(target, classes: classes.count, rows: rows.indices.count)
    }
    return ClassEncoder(
      target: target, classes: classes,
      features: try FeatureEncoder.fit(table, without: [target], rows: rows.indices, options: options))
  }

  /// Labels in the order of their class numbers.
  private static func sorted(_ labels: Set<String>) -> [String] {
    labels.sorted { left, right in
      if let one = Double(left), let other = Double(right) { return (one, left) < (other, right) }
      // Numbers before words.
      if Double(left) != nil || Double(right) != nil { return Double(left) != nil }
      return left.utf8.lexicographicallyPrecedes(right.utf8)
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
  /// - Throws: ``DesignError`` for an absent column, an unknown class or category and values that are no numbers.
  public func design(_ table: Table) throws -> Design {
    guard let position = table.index(of: target) else { throw DesignError.noColumn(target, in: table) }
    let columns = try features.columns(of: table)
    let rows = try UsableRows(
      target: table.columns[position], columns: columns, policy: features.options.missing)
    let numbers = try table.columns[position].classNumbers(classes)
    let labels = rows.indices.compactMap { numbers[$0] }
    let (matrix, missing) = try features.encode(columns, rows: rows.indices)
    return Design(
      features: matrix, labels: labels, rowIndex: rows.indices,
      notes: features.notes + rows.notes + missing)
  }
}
