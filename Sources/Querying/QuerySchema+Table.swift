public import LinearAlgebra
public import Tabular

extension QuerySchema {
  /// The rows of a table as queries: numbers as they are, categories by their place, NaN where a value is missing.
  /// A category that the schema does not have gets the number after the last. Columns are found by their names, or by
  /// their order as ``Tabular/Table/named(like:)`` says.
  ///
  /// - Throws: `DesignError` for an absent column, a word among numbers or an infinite number.
  public func rows(of table: Table) throws -> Matrix {
    let table = table.named(like: inputs.map(\.name))
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

extension Table {
  /// The table without the column that a model predicts, unless the model also takes it: a model that only numbers its
  /// columns is asked about the others in their order.
  public func asked(besides target: String, inputs: [String]) -> Table {
    inputs.contains(target) ? self : removing(columns: [target])
  }

  /// The table with its columns of numbers renamed in their order, for a model that only numbers its columns, such as
  /// `X0`, `X1`: if the table has none of these names and as many columns of numbers as the model. Else the table itself.
  public func named(like names: [String]) -> Table {
    guard Self.areNumbered(names), !names.contains(where: { index(of: $0) != nil })
    else { return self }
    let numbers = columns.indices.filter { if case .numeric = columns[$0].values { true } else { false } }
    guard numbers.count == names.count else { return self }
    let renamed = Dictionary(zip(numbers, names)) { first, _ in first }
    return Table(
      columns: columns.enumerated().map { place, column in
        renamed[place].map { Column(name: $0, values: column.values) } ?? column
      })
  }

  /// Whether names only number columns from 0, such as `X0`, `X1`.
  public static func areNumbered(_ names: [String]) -> Bool {
    guard let first = names.first, first.count > 1, first.hasSuffix("0") else { return false }
    let prefix = first.dropLast()
    return names.enumerated().allSatisfy { $1 == "\(prefix)\($0)" }
  }
}
