/// A table as it was read: named columns of equal length, each of numbers or of categories.
public struct Table: Sendable, Hashable {
  /// The values of one column.
  public enum Values: Sendable, Hashable {
    /// Numbers; a missing value is NaN.
    case numeric([Double])
    /// Indices into the levels; a missing value is -1. Levels are in order of their first appearance.
    case categorical(codes: [Int], levels: [String])

    /// Number of rows.
    public var count: Int {
      switch self {
      case .numeric(let values): values.count
      case .categorical(let codes, _): codes.count
      }
    }

    /// How many rows have no value.
    public var missing: Int {
      switch self {
      case .numeric(let values): values.count(where: \.isNaN)
      case .categorical(let codes, _): codes.count { $0 < 0 }
      }
    }
  }

  /// A named column.
  public struct Column: Sendable, Hashable {
    /// Name as in the header.
    public var name: String
    /// One value per row.
    public var values: Values

    /// A column with its values.
    public init(name: String, values: Values) {
      self.name = name
      self.values = values
    }
  }

  /// The columns in file order.
  public let columns: [Column]
  /// Number of rows.
  public let rowCount: Int
  /// What was found out of its file; nil for a table that was not read. It does not count when tables are compared.
  public let reading: TableReading?

  /// A table of columns of equal length.
  public init(columns: [Column]) { self.init(columns: columns, reading: nil) }

  /// A table with what was found out of its file.
  init(columns: [Column], reading: TableReading?) {
    self.reading = reading
    rowCount = columns.first?.values.count ?? 0
    let count = rowCount
    precondition(columns.allSatisfy { $0.values.count == count }, "columns of unequal length")
    self.columns = columns
  }

  /// Position of the column with this name.
  public func index(of name: String) -> Int? { columns.firstIndex { $0.name == name } }

  /// Whether the columns are the same.
  public static func == (left: Table, right: Table) -> Bool { left.columns == right.columns }

  public func hash(into hasher: inout Hasher) { hasher.combine(columns) }
}
