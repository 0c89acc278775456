/// Why a command on a table of the user cannot go on.
enum TableCommandError: Error, Equatable, CustomStringConvertible {
  /// The rate of so few rows is less than half a row.
  case noPoison(rate: Double, rows: Int)
  /// A file of flags does not say which rows are poison.
  case flagsUnreadable(path: String, reason: String)
  /// The defence rejected so many rows that no model can be checked on the rest.
  case tooFewLeft(kept: Int)

  var description: String {
    switch self {
    case .noPoison(let rate, let rows):
      "a rate of \(rate) is less than one of \(rows) training rows; raise --rate or use more rows"
    case .flagsUnreadable(let path, let reason):
      "\(path) does not say which rows are poison: \(reason); it needs the columns row (from 1) and is_poison "
        + "(0 or 1), one line per row of the data"
    case .tooFewLeft(let kept):
      "the defence left \(kept) rows, too few to check a model on; lower --rate or use more rows"
    }
  }
}
