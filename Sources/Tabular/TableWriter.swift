/// Writes tables as CSV text.
public enum TableWriter {
  /// The table as RFC 4180 text with a header, line ends LF, numbers in their shortest exact form, missing values
  /// as empty fields.
  public static func bytes(_ table: Table) -> [UInt8] {
    var result: [UInt8] = []
    append(table.columns.map(\.name), to: &result)
    for row in 0..<table.rowCount { append(table.columns.map { text($0.values, row) }, to: &result) }
    return result
  }

  private static func text(_ values: Table.Values, _ row: Int) -> String {
    switch values {
    case .categorical(let codes, let levels): codes[row] < 0 ? "" : levels[codes[row]]
    case .numeric(let numbers):
      if numbers[row].isNaN {
        ""
      } else if let whole = Int(exactly: numbers[row]), whole.magnitude < 1 << 53,
        numbers[row].sign == .plus || whole != 0
      {
        "\(whole)"
      } else {
        "\(numbers[row])"
      }
    }
  }

  private static func append(_ fields: [String], to result: inout [UInt8]) {
    for (index, field) in fields.enumerated() {
      if index > 0 { result.append(UInt8(ascii: ",")) }
      let isPlain = field.utf8.allSatisfy { byte in
        byte != UInt8(ascii: ",") && byte != UInt8(ascii: "\"") && byte != 10 && byte != 13
      }
      let ends = [field.utf8.first, field.utf8.last]
      let isTight = !ends.contains(UInt8(ascii: " ")) && !ends.contains(9) && field.utf8.first != 0xEF
      let isBare = isPlain && isTight && !(fields.count == 1 && field.isEmpty)
      if isBare {
        result.append(contentsOf: field.utf8)
      } else {
        result.append(UInt8(ascii: "\""))
        for byte in field.utf8 {
          if byte == UInt8(ascii: "\"") { result.append(byte) }
          result.append(byte)
        }
        result.append(UInt8(ascii: "\""))
      }
    }
    result.append(10)
  }
}
