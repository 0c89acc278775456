public import LinearAlgebra
public import Tabular

extension ServedModel {
  /// The rows of a table as queries; columns that the model does not take are left out.
  ///
  /// - Parameter limit: most rows.
  /// - Throws: ``APIError`` for a value that the model cannot take, or for too many rows.
  public func queries(_ table: Table, limit: Int = .max) throws(APIError) -> Matrix {
    guard table.rowCount > 0 else { throw .invalid("the table has no rows") }
    try APIError.check(rows: table.rowCount, limit: limit)
    var columns: [JSON.Member] = []
    for column in table.columns where self.columns[column.name] != nil {
      let values: [JSON] =
        switch column.values {
        case .categorical(let codes, let levels):
          codes.map { levels.indices.contains($0) ? .string(levels[$0]) : .null }
        case .numeric(let values): values.map { $0.isNaN ? .null : .number($0) }
        }
      columns.append(.init(name: column.name, value: .array(values)))
    }
    guard !columns.isEmpty else { throw .invalid("the table has none of the model's inputs") }
    return try rows(columns: columns, limit: RowLimit(limit))
  }
}
