public import LinearAlgebra

/// The distribution of one column: its values and their shares.
public struct Marginal: Sendable, Hashable, Codable {
  /// The values, ascending.
  public let values: [Double]
  /// The share of each; they sum to one.
  public let shares: [Double]

  /// Values with shares, of which at least one is positive.
  public init(values: [Double], shares: [Double]) {
    precondition(values.count == shares.count && !values.isEmpty, "one share per value")
    let total = shares.reduce(0, +)
    self.values = values
    self.shares = shares.map { total > 0 ? $0 / total : 1 / Double(shares.count) }
  }

  /// The distribution of the values of a column; missing ones do not count.
  ///
  /// - Parameter limit: a column with more different values is cut into so many parts of about equal mass, each
  ///   of which its mean stands for.
  public init(of column: [Double], limit: Int = 64) {
    let sorted = column.filter { !$0.isNaN }.sorted()
    var (values, counts) = ([Double](), [Double]())
    for value in sorted {
      if values.last == value {
        counts[counts.count - 1] += 1
      } else {
        (values, counts) = (values + [value], counts + [1])
      }
      if values.count > limit { break }
    }
    if values.count > limit {
      let parts = 8
      let groups = (0..<parts).map { part in
        Array(sorted[part * sorted.count / parts..<(part + 1) * sorted.count / parts])
      }
      values = groups.map { $0.reduce(0, +) / Double(max($0.count, 1)) }
      counts = groups.map { Double($0.count) }
    }
    self.init(values: values.isEmpty ? [0] : values, shares: values.isEmpty ? [1] : counts)
  }

  /// The place of a value; nil for one that never occurs.
  public func place(of value: Double) -> Int? { values.firstIndex(of: value) }
}

/// How the sensitive attribute is distributed within each value of another column.
public struct ConditionalPrior: Sendable, Hashable {
  /// The other column.
  public let column: Int
  /// Its values.
  public let values: [Double]
  /// One row per value, one column per candidate; rows sum to one.
  public let shares: Matrix

  /// Counted on rows whose sensitive column takes the values of a marginal; every count begins at one half.
  public init(_ rows: Matrix, column: Int, sensitive: Int, marginal: Marginal) {
    let values = Marginal(of: rows.column(column)).values
    var counts = Matrix(rows: values.count, columns: marginal.values.count, repeating: 0.5)
    for row in 0..<rows.rows {
      guard let place = marginal.place(of: rows[row, sensitive]),
        let other = values.firstIndex(of: rows[row, column])
      else { continue }
      counts[other, place] += 1
    }
    for row in 0..<counts.rows {
      let total = counts.row(row).reduce(0, +)
      counts.setRow(row, counts.row(row).map { $0 / total })
    }
    self.column = column
    self.values = values
    shares = counts
  }

  /// The distribution within a value of the other column; nil for one that never occurred.
  public func shares(given value: Double) -> [Double]? { values.firstIndex(of: value).map { shares.row($0) } }
}
