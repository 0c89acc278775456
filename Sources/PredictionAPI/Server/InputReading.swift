import LinearAlgebra
import Querying
import Tabular

/// Reading the values of a query: numbers, categories by their names, and what is missing.
extension ServedModel {
  /// The number that stands for a value of a column.
  ///
  /// - Throws: ``APIError``.
  func value(_ json: JSON, column: Int) throws(APIError) -> Double {
    switch json {
    case .null: return try missing(column: column)
    case .string(let text): return try value(text, column: column)
    case .boolean(let flag):
      return schema.inputs[column].isNumber
        ? (flag ? 1 : 0) : try value(flag ? "true" : "false", column: column)
    case .number(let number):
      if schema.inputs[column].isNumber {
        guard number.isFinite else { throw invalid(column, "has a value that is not finite") }
        return number
      }
      let text = Int(exactly: number).map { "\($0)" } ?? "\(number)"
      return try value(text, column: column)
    case .numbers, .array, .object: throw invalid(column, "has \(json.kind) instead of a single value")
    }
  }

  /// The number that stands for a value written as text; empty text is a missing value.
  func value(_ text: String, column: Int) throws(APIError) -> Double {
    if schema.inputs[column].isNumber {
      if text.isEmpty { return try missing(column: column) }
      guard let number = Double(text), number.isFinite else {
        throw invalid(column, "needs a finite number, not '\(text.prefix(40))'")
      }
      return number
    }
    if let place = levels[column][text] { return place }
    if text.isEmpty { return try missing(column: column) }
    guard let unseenCode = unseenCodes[column] else {
      throw invalid(
        column,
        describesInputs
          ? "has no category '\(text.prefix(40))'; known are \(schema.inputs[column].levels.prefix(20).joined(separator: ", "))"
          : "has no category '\(text.prefix(40))'")
    }
    return unseenCode
  }

  func missing(column: Int) throws(APIError) -> Double {
    guard capabilities.acceptsMissing else {
      throw invalid(column, "has no value, and the model needs one")
    }
    return .nan
  }

  /// What is wrong with the value of a column, whose name clients are told if they may know it.
  func invalid(_ column: Int, _ reason: String) -> APIError {
    .invalid(describesInputs ? "input '\(schema.inputs[column].name)' \(reason)" : "an input \(reason)")
  }

  /// A name that is none of the model's.
  static func unknown(_ name: String) -> APIError { .invalid("the model has no input '\(name.prefix(60))'") }

  /// A column that has to be given and is not.
  func absent(_ column: Int) -> APIError { invalid(column, "is not given") }

  /// The value of a column that a row does not name.
  private func absent(_ column: Int, _ rule: ColumnRule) throws(APIError) -> Double {
    guard rule.fillsAbsent else { throw absent(column) }
    return try missing(column: column)
  }

  /// Rows that are arrays in the order of the columns, or objects by their names; at most `limit`.
  func rows(
    _ json: JSON, _ rule: ColumnRule = .knownColumns, limit: RowLimit
  ) throws(APIError) -> Matrix {
    try limit.check(json.elementCount ?? 0)
    if case .numbers(let values) = json {
      // One number per row for a model with one column, or one row.
      guard schema.inputs.count == 1 else {
        throw .invalid("expected an array of rows, and found an array of numbers")
      }
      var elements: [Double] = []
      for number in values { elements.append(try value(.number(number), column: 0)) }
      return Matrix(rows: values.count, columns: 1, elements: elements)
    }
    guard let rows = json.elements, !rows.isEmpty else {
      throw .invalid("expected a non-empty array of rows")
    }
    var elements: [Double] = []
    elements.reserveCapacity(rows.count * schema.inputs.count)
    for (index, row) in rows.enumerated() {
      try limit.read(row: index)
      try append(row, rule, to: &elements)
    }
    return Matrix(rows: rows.count, columns: schema.inputs.count, elements: elements)
  }

  private func append(
    _ row: JSON, _ rule: ColumnRule, to elements: inout [Double]
  ) throws(APIError) {
    switch row {
    case .numbers(let values):
      guard values.count == schema.inputs.count else { throw wrongWidth(values.count) }
      if isNumeric {
        elements += values
      } else {
        for (column, number) in values.enumerated() {
          elements.append(try value(.number(number), column: column))
        }
      }
    case .array(let values):
      guard values.count == schema.inputs.count else { throw wrongWidth(values.count) }
      for (column, json) in values.enumerated() { elements.append(try value(json, column: column)) }
    case .object(let members): elements += try self.row(members, rule)
    default:
      guard schema.inputs.count == 1 else {
        throw .invalid("a row is \(row.kind); expected an array or an object")
      }
      elements.append(try value(row, column: 0))
    }
  }

  func wrongWidth(_ found: Int) -> APIError {
    .invalid("a row has \(found) values and model '\(name)' takes \(schema.inputs.count)")
  }

  /// A row by the names of its columns.
  func row(
    _ members: [JSON.Member], _ rule: ColumnRule = .knownColumns, place: (String) -> Int? = { _ in nil }
  ) throws(APIError) -> [Double] {
    var values = [Double?](repeating: nil, count: schema.inputs.count)
    for member in members {
      guard let column = columns[member.name] ?? place(member.name) else {
        guard rule.ignoresUnknown else { throw Self.unknown(member.name) }
        continue
      }
      guard values[column] == nil else { throw invalid(column, "is given twice") }
      values[column] = try value(member.value, column: column)
    }
    var row: [Double] = []
    for (column, value) in values.enumerated() {
      if let value { row.append(value) } else { row.append(try absent(column, rule)) }
    }
    return row
  }

  /// Rows from columns of equal length, by their names; at most `limit`.
  func rows(
    columns members: [JSON.Member], _ rule: ColumnRule = .knownColumns, limit: RowLimit
  ) throws(APIError) -> Matrix {
    guard let count = members.first?.value.elementCount, count > 0 else {
      throw .invalid("expected an array of values per input")
    }
    try limit.check(count)
    var rows = Matrix(rows: count, columns: schema.inputs.count)
    var given = Set<Int>()
    for member in members {
      guard let column = columns[member.name] else {
        guard rule.ignoresUnknown else { throw Self.unknown(member.name) }
        continue
      }
      guard let values = member.value.elements, values.count == count else {
        throw invalid(column, "needs \(count) values, as many as the others")
      }
      guard given.insert(column).inserted else { throw invalid(column, "is given twice") }
      for (row, json) in values.enumerated() {
        try limit.read(row: row)
        // A column of n rows may come as [n, 1] as well.
        if let inner = json.elements, inner.count == 1 {
          rows[row, column] = try value(inner[0], column: column)
        } else {
          rows[row, column] = try value(json, column: column)
        }
      }
    }
    for column in schema.inputs.indices where !given.contains(column) {
      let value = try absent(column, rule)
      for row in 0..<count { rows[row, column] = value }
    }
    return rows
  }
}
