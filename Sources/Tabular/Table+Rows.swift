extension Table.Values {
  /// The values of the given rows, in that order; levels stay as they are.
  func rows(at indices: [Int]) -> Self {
    switch self {
    case .numeric(let values): .numeric(indices.map { values[$0] })
    case .categorical(let codes, let levels): .categorical(codes: indices.map { codes[$0] }, levels: levels)
    }
  }

  /// The level of a row; nil if it is missing or the column is numeric.
  func level(_ row: Int) -> String? {
    guard case .categorical(let codes, let levels) = self, codes[row] >= 0 else { return nil }
    return levels[codes[row]]
  }
}

extension Table {
  /// The rows with the given indices, in that order.
  public func rows(at indices: [Int]) -> Table {
    let reading = reading.map {
      TableReading(file: $0.file, notes: $0.notes, lines: $0.lines.rows(at: indices))
    }
    return Table(
      columns: columns.map { Column(name: $0.name, values: $0.values.rows(at: indices)) }, reading: reading)
  }

  /// These rows followed by those of `other`, which has columns of the same names and kinds in the same order.
  public func appending(rowsOf other: Table) -> Table {
    precondition(columns.map(\.name) == other.columns.map(\.name), "tables with different columns")
    return Table(
      columns: zip(columns, other.columns).map { own, added in
        Column(name: own.name, values: own.values.appending(added.values, name: own.name))
      })
  }

  /// The table without the columns of these names.
  public func removing(columns names: [String]) -> Table {
    Table(columns: columns.filter { !names.contains($0.name) }, reading: reading)
  }
}

extension Table.Values {
  fileprivate func appending(_ other: Self, name: String) -> Self {
    switch (self, other) {
    case (.numeric(let left), .numeric(let right)):
      return .numeric(left + right)
    case (.categorical(let left, var levels), .categorical(let right, let added)):
      var places = Dictionary(levels.enumerated().map { ($1, $0) }) { first, _ in first }
      let codes = added.map { level in
        if let known = places[level] { return known }
        levels.append(level)
        places[level] = levels.count - 1
        return levels.count - 1
      }
      return .categorical(codes: left + right.map { $0 < 0 ? -1 : codes[$0] }, levels: levels)
    default:
      preconditionFailure("the column \(name) has numbers in one table and categories in the other")
    }
  }
}
