public import LinearAlgebra

extension Encoder {
  /// The design matrix of a table, which may be another one than the encoding was learned from.
  ///
  /// - Throws: ``DesignError`` for missing columns, unseen levels and, by policy, missing values.
  public func design(_ table: Table) throws -> Design {
    let names = table.columns.map(\.name)
    guard let position = table.index(of: target) else {
      throw DesignError.unknownColumn(target, known: names)
    }
    guard case .numeric(let truth) = table.columns[position].values else {
      throw DesignError.wrongKind(column: target, expected: "numeric")
    }
    var usable = truth.map { !$0.isNaN }
    var columns: [[Double]] = []
    for feature in features {
      guard let index = table.index(of: feature.name) else {
        throw DesignError.unknownColumn(feature.name, known: names)
      }
      columns += try encoded(table.columns[index], as: feature, &usable)
    }
    let rows = usable.indices.filter { usable[$0] }
    guard rows.count >= 2 else { throw DesignError.tooFewRows(needed: 2, found: rows.count) }
    var elements = [Double]()
    elements.reserveCapacity(rows.count * columns.count)
    for row in rows { for column in columns { elements.append(column[row]) } }
    var notes = notes
    if rows.count < truth.count {
      notes.append("\(truth.count - rows.count) rows left out for missing values")
    }
    return Design(
      features: Matrix(rows: rows.count, columns: columns.count, elements: elements),
      target: rows.map { targetScaling.scaled(truth[$0]) }, space: space, targetScaling: targetScaling,
      rowIndex: rows, notes: notes)
  }

  /// The columns of the design matrix that one column of the table becomes.
  private func encoded(
    _ column: Table.Column, as feature: Feature, _ usable: inout [Bool]
  ) throws -> [[Double]] {
    switch (feature, column.values) {
    case (.number(_, let scaling, let filling), .numeric(let values)):
      return [try filled(values, filling, column.name, &usable).map { scaling.scaled($0) }]
    case (.indicator(_, let filling), .numeric(let values)):
      return [try filled(values, filling, column.name, &usable)]
    case (.category(let name, let levels, let filling), .categorical(let codes, let found)):
      let position = Dictionary(levels.enumerated().map { ($1, $0) }) { first, _ in first }
      var columns = levels.map { _ in [Double](repeating: 0, count: codes.count) }
      for (row, code) in codes.enumerated() {
        if code < 0 {
          if options.missing == .fail { throw DesignError.missingValue(column: name, row: row) }
          if options.missing == .drop { usable[row] = false }
          columns[filling][row] = 1
        } else if let level = position[found[code]] {
          columns[level][row] = 1
        } else {
          throw DesignError.unseenLevel(column: name, level: found[code], known: levels)
        }
      }
      return columns
    case (.category, .numeric):
      throw DesignError.wrongKind(column: column.name, expected: "categorical")
    case (.number, .categorical), (.indicator, .categorical):
      throw DesignError.wrongKind(column: column.name, expected: "numeric")
    }
  }

  private func filled(
    _ values: [Double], _ filling: Double, _ name: String, _ usable: inout [Bool]
  ) throws -> [Double] {
    var result = values
    for (row, value) in values.enumerated() where value.isNaN {
      if options.missing == .fail { throw DesignError.missingValue(column: name, row: row) }
      if options.missing == .drop { usable[row] = false }
      result[row] = filling
    }
    return result
  }

  /// Rows of the design matrix as rows of a table with the columns, levels and units of the original.
  ///
  /// Columns that the encoding left out (constants, identifiers) are empty in the result.
  public func table(features matrix: Matrix, target values: [Double]) -> Table {
    var made: [String: Table.Values] = [:]
    var position = 0
    for feature in features {
      switch feature {
      case .number(let name, let scaling, _):
        made[name] = .numeric(matrix.column(position).map { scaling.natural($0) })
        position += 1
      case .indicator(let name, _):
        made[name] = .numeric(matrix.column(position))
        position += 1
      case .category(let name, let levels, _):
        let codes = (0..<matrix.rows).map { row in
          let largest = levels.indices.max { matrix[row, position + $0] < matrix[row, position + $1] } ?? 0
          return levels[largest] == Self.missingLevel ? -1 : largest
        }
        made[name] = .categorical(codes: codes, levels: levels)
        position += levels.count
      }
    }
    made[target] = .numeric(values.map { targetScaling.natural($0) })
    let empty = Table.Values.numeric([Double](repeating: .nan, count: matrix.rows))
    return Table(columns: columnOrder.map { .init(name: $0, values: made[$0] ?? empty) })
  }
}
