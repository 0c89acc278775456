/// What can be wrong with a file that should be the cohort of the International Warfarin Pharmacogenetics
/// Consortium.
public enum WarfarinError: Error, Equatable, CustomStringConvertible {
  /// A column that the cohort has is absent.
  case missingColumn(String)
  /// A cell holds something that its column never holds; rows count from 1 without the header.
  case unexpectedValue(String, column: String, row: Int)

  public var description: String {
    switch self {
    case .missingColumn(let name):
      "the table has no column \(name), so it is not the raw warfarin cohort; use the tab-separated file "
        + "of PharmGKB with its 63 columns"
    case .unexpectedValue(let text, let column, let row):
      "column \(column), row \(row): \"\(text)\" is not a value of the raw warfarin cohort; "
        + "correct the cell or mark it as NA"
    }
  }
}
