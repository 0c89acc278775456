public import LinearAlgebra
public import Tabular

extension QuerySchema {
  /// The rows of a table as queries: numbers as they are, categories by their place, NaN where a value is missing.
  /// A category that the schema does not have gets the number after the last.
  ///
  /// - Throws: `DesignError` for an absent column, a word among numbers or an infinite number.
  public func rows(of table: Table) throws -> Matrix {
    var rows = Matrix(rows: table.rowCount, columns: inputs.count)
    for (column, input) in inputs.enumerated() {
      guard let index = table.index(of: input.name) else {
        throw DesignError.unknownColumn(input.name, known: table.columns.map(\.name), nearest: nil)
      }
      let values = table.columns[index]
      if input.isNumber {
        for (row, number) in try values.numbers().enumerated() { rows[row, column] = number }
      } else {
        let places = Dictionary(input.levels.enumerated().map { ($1, $0) }) { first, _ in first }
        for (row, text) in values.texts().enumerated() {
          rows[row, column] = text.map { Double(places[$0] ?? input.levels.count) } ?? .nan
        }
      }
    }
    return rows
  }
}
