public import LinearAlgebra

/// The distribution of one column: its values and their shares; of a column with many values those of parts of its range.
public struct Marginal: Sendable, Hashable, Codable {
  /// The values, ascending; the mean of a part stands for the part.
  public let values: [Double]
  /// The share of each; they sum to one.
  public let shares: [Double]
  /// The range of each part; nil where every value stands for itself.
  private let parts: [ClosedRange<Double>]?

  /// Values with shares, of which at least one is positive.
  public init(values: [Double], shares: [Double]) { self.init(values: values, shares: shares, parts: nil) }

  private init(values: [Double], shares: [Double], parts: [ClosedRange<Double>]?) {
    precondition(values.count == shares.count && !values.isEmpty, "one share per value")
    let total = shares.reduce(0, +)
    self.values = values
    self.shares = shares.map { total > 0 ? $0 / total : 1 / Double(shares.count) }
    self.parts = parts
  }

  /// The distribution of the values of a column; missing ones do not count.
  ///
  /// - Parameter limit: a column with more different values is cut into at most eight parts of about equal mass, a
  ///   frequent value into a part of its own.
  public init(of column: [Double], limit: Int = 64) {
    let sorted = column.filter { !$0.isNaN }.sorted()
    var (values, counts) = ([Double](), [Double]())
    for value in sorted {
      if values.last == value {
        counts[counts.count - 1] += 1
      } else {
        values.append(value)
        counts.append(1)
      }
    }
    guard values.count > limit else {
      self.init(values: values.isEmpty ? [0] : values, shares: values.isEmpty ? [1] : counts)
      return
    }
    let mass = Double(sorted.count) / 8
    var (means, masses, parts) = ([Double](), [Double](), [ClosedRange<Double>]())
    var start = 0
    while start < values.count {
      var (end, sum, count) = (start, values[start] * counts[start], counts[start])
      while end + 1 < values.count, count < mass, counts[end + 1] < mass {
        end += 1
        sum += values[end] * counts[end]
        count += counts[end]
      }
      means.append(sum / count)
      masses.append(count)
      parts.append(values[start]...values[end])
      start = end + 1
    }
    self.init(values: means, shares: masses, parts: parts)
  }

  /// The place of a value, or of the part that it lies in; nil for one that never occurs.
  public func place(of value: Double) -> Int? {
    parts.map { $0.firstIndex { $0.contains(value) } } ?? values.firstIndex(of: value)
  }
}

/// How the sensitive attribute is distributed within each value of another column.
public struct ConditionalPrior: Sendable, Hashable {
  /// The other column.
  public let column: Int
  /// Its values, or parts of its range.
  private let groups: Marginal
  /// One row per value or part, one column per candidate; rows sum to one.
  public let shares: Matrix

  /// Counted on rows whose sensitive column takes the values of a marginal; every count begins at one half.
  public init(_ rows: Matrix, column: Int, sensitive: Int, marginal: Marginal) {
    let groups = Marginal(of: rows.column(column))
    var counts = Matrix(rows: groups.values.count, columns: marginal.values.count, repeating: 0.5)
    for row in 0..<rows.rows {
      guard let place = marginal.place(of: rows[row, sensitive]),
        let other = groups.place(of: rows[row, column])
      else { continue }
      counts[other, place] += 1
    }
    for row in 0..<counts.rows {
      let total = counts.row(row).reduce(0, +)
      counts.setRow(row, counts.row(row).map { $0 / total })
    }
    self.column = column
    self.groups = groups
    shares = counts
  }

  /// The distribution within a value of the other column; nil for one that never occurred.
  public func shares(given value: Double) -> [Double]? { groups.place(of: value).map { shares.row($0) } }
}
