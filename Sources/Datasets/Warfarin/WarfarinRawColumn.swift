import Tabular

/// One column of the raw warfarin file, whichever kind it was read as.
struct WarfarinRawColumn {
  let name: String
  private let values: Table.Values

  /// The column whose name is `name` but for blanks at its ends; two names in the file end in a blank.
  init(_ name: String, of table: Table) throws {
    let column = table.columns.first { $0.name.split(separator: " ").joined(separator: " ") == name }
    guard let column else { throw WarfarinError.missingColumn(name) }
    self.name = name
    values = column.values
  }

  /// The text of a cell without blanks around it; nil if it is missing, empty or `NA`.
  func text(_ row: Int) -> String? {
    switch values {
    case .numeric(let numbers):
      return numbers[row].isNaN ? nil : String(numbers[row])
    case .categorical(let codes, let levels):
      guard codes[row] >= 0 else { return nil }
      let text = levels[codes[row]].split(separator: " ").joined(separator: " ")
      return text.isEmpty || text == "NA" ? nil : text
    }
  }

  /// The number of a cell, which has to be finite and above zero; nil if it is missing.
  func positive(_ row: Int) throws -> Double? {
    guard let number = try number(row) else { return nil }
    guard number > 0, number.isFinite else { throw unexpected("\(number)", row) }
    return number
  }

  /// Whether a cell is 1; 0 and a missing value are false.
  func flag(_ row: Int) throws -> Bool {
    switch try number(row) {
    case nil, 0: return false
    case 1: return true
    case let other?: throw unexpected("\(other)", row)
    }
  }

  /// What the text of a cell stands for; nil if it is missing.
  func level<Value>(_ row: Int, of meanings: [String: Value]) throws -> Value? {
    guard let text = text(row) else { return nil }
    guard let value = meanings[text] else { throw unexpected(text, row) }
    return value
  }

  /// The error for a cell that makes no sense.
  func unexpected(_ text: String, _ row: Int) -> WarfarinError {
    .unexpectedValue(text, column: name, row: row + 1)
  }

  private func number(_ row: Int) throws -> Double? {
    if case .numeric(let numbers) = values { return numbers[row].isNaN ? nil : numbers[row] }
    guard let text = text(row) else { return nil }
    guard let number = Double(text) else { throw unexpected(text, row) }
    return number
  }
}
