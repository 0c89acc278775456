public import LinearAlgebra

/// The distribution of one column: its values and their shares; of a column with many values those of its bins.
public struct Marginal: Sendable, Hashable, Codable {
  /// The values, ascending; the mean of a bin stands for the bin.
  public let values: [Double]
  /// The share of each; they sum to one.
  public let shares: [Double]
  /// The lowest value and the upper end of each bin; nil where every value stands for itself.
  private let bins: Bins?

  private struct Bins: Sendable, Hashable, Codable {
    let lowest: Double
    var ends: [Double] = []
  }

  /// Most different values that stand for themselves.
  private static let valueLimit = 64

  /// Values with shares, of which at least one is positive.
  public init(values: [Double], shares: [Double]) { self.init(values: values, shares: shares, bins: nil) }

  private init(values: [Double], shares: [Double], bins: Bins?) {
    precondition(values.count == shares.count && !values.isEmpty, "one share per value")
    let total = shares.reduce(0, +)
    self.values = values
    self.shares = shares.map { total > 0 ? $0 / total : 1 / Double(shares.count) }
    self.bins = bins
  }

  /// The distribution of the values of a column; missing ones do not count.
  ///
  /// A column with more than 64 different values is cut into about eight bins of equal mass, more where a frequent value
  /// is a bin of its own.
  public init(of column: [Double]) {
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
    guard values.count > Self.valueLimit else {
      self.init(values: values.isEmpty ? [0] : values, shares: values.isEmpty ? [1] : counts)
      return
    }
    let mass = Double(sorted.count) / 8
    var (means, masses, bins) = ([Double](), [Double](), Bins(lowest: values[0]))
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
      bins.ends.append(values[end])
      start = end + 1
    }
    self.init(values: means, shares: masses, bins: bins)
  }

  /// Whether bins stand for the values.
  public var isBinned: Bool { bins != nil }

  /// The place of the value that is nearest, of equally near ones the lower.
  public func nearest(to value: Double) -> Int {
    values.indices.reduce(0) { abs(values[$1] - value) < abs(values[$0] - value) ? $1 : $0 }
  }

  /// The place of a value, or of the bin that it lies in; nil for a value that never occurs, and outside all bins.
  public func place(of value: Double) -> Int? {
    guard let bins else { return values.firstIndex(of: value) }
    return value < bins.lowest ? nil : bins.ends.firstIndex { $0 >= value }
  }
}

/// How the sensitive attribute is distributed within each value of another column.
public struct ConditionalPrior: Sendable, Hashable {
  /// The other column.
  public let column: Int
  /// Its values or bins.
  private let groups: Marginal
  /// One row per value or bin, one column per candidate; rows sum to one.
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

  /// The distribution within a value of the other column; nil for one that never occurred, and outside all bins.
  public func shares(given value: Double) -> [Double]? { groups.place(of: value).map { shares.row($0) } }
}
