/// What the columns of a design matrix mean: their names, their feasible ranges and the one-hot groups.
///
/// An attack that invents rows must stay inside this space, or a schema check would remove them.
public struct FeatureSpace: Sendable, Hashable {
  /// A set of indicator columns of one category. Where it was made of a column of categories exactly one is 1 in a
  /// valid row; where the table had 0/1 columns, as many as its rows show.
  public struct Group: Sendable, Hashable, Codable {
    /// Name of the categorical feature.
    public let name: String
    /// Columns of its levels in the design matrix, ascending.
    public let columns: [Int]

    /// A group over the given columns.
    public init(name: String, columns: [Int]) {
      self.name = name
      self.columns = columns
    }
  }

  /// Name of every column.
  public let names: [String]
  /// The one-hot groups, in column order.
  public let groups: [Group]
  /// Smallest feasible value of every column; −∞ where none is known.
  public let lower: [Double]
  /// Largest feasible value of every column; ∞ where none is known.
  public let upper: [Double]
  /// Columns that belong to no group.
  public let numeric: [Int]

  /// Number of columns.
  public var count: Int { names.count }

  /// Length of the range of every column, infinite where it has no end; 1 where it is a point. Searches step in shares
  /// of it.
  public var widths: [Double] { zip(upper, lower).map { $0 > $1 ? $0 - $1 : 1 } }

  /// A space with explicit bounds; every array has one entry per column.
  public init(names: [String], groups: [Group], lower: [Double], upper: [Double]) {
    precondition(names.count == lower.count && names.count == upper.count, "one bound per column")
    self.names = names
    self.groups = groups
    self.lower = lower
    self.upper = upper
    let grouped = Set(groups.flatMap(\.columns))
    numeric = names.indices.filter { !grouped.contains($0) }
  }

  /// Moves `row` to the nearest feasible point of the box: numeric columns are clipped to their bounds,
  /// indicator columns to [0, 1]; groups are left as they are.
  public func clip(_ row: inout [Double]) {
    for column in row.indices { row[column] = min(max(row[column], lower[column]), upper[column]) }
  }
}
