import FoundationEssentials
public import Tabular

/// The file beside a poisoned table that says which of its rows are poison.
public enum PoisonFlags {
  /// `poisoned.csv` has its flags in `poisoned.flags.csv`.
  public static func path(for data: String) -> String {
    for ending in [".csv.gz", ".tsv.gz", ".csv", ".tsv"] where data.hasSuffix(ending) {
      return data.dropLast(ending.count) + ".flags.csv"
    }
    return data + ".flags.csv"
  }

  /// The flags file of a table if it has one.
  public static func found(for data: String) -> String? {
    let path = path(for: data)
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  /// The flags as a table.
  public static func table(_ isPoison: [Bool]) -> Table {
    Table(columns: [
      .init(name: "row", values: .numeric(isPoison.indices.map { Double($0 + 1) })),
      .init(name: "is_poison", values: .numeric(isPoison.map { $0 ? 1 : 0 })),
    ])
  }

  /// Reads the flags of a table of `rows` rows.
  ///
  /// - Throws: `TabularError`, or ``WorkbenchError/flagsUnreadable(path:reason:)``.
  public static func read(path: String, rows: Int) throws -> [Bool] {
    func wrong(_ reason: String) -> WorkbenchError { .flagsUnreadable(path: path, reason: reason) }
    let table = try TableReader().read(path: path)
    guard let place = table.index(of: "row"), let flag = table.index(of: "is_poison"),
      case .numeric(let numbers) = table.columns[place].values,
      case .numeric(let values) = table.columns[flag].values
    else { throw wrong("a column is absent or not numeric") }
    guard numbers.count == rows else { throw wrong("it has \(numbers.count) lines for \(rows) rows of data") }
    var result = [Bool?](repeating: nil, count: rows)
    for (number, value) in zip(numbers, values) {
      guard let row = Int(exactly: number), (1...rows).contains(row), result[row - 1] == nil else {
        throw wrong("row \(number) is not a row of the data or stands there twice")
      }
      guard value == 0 || value == 1 else { throw wrong("row \(row) has the flag \(value)") }
      result[row - 1] = value == 1
    }
    return result.map { $0 ?? false }
  }
}
