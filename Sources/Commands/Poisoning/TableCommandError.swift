/// Why a command on a table of the user cannot go on.
enum TableCommandError: Error, Equatable, CustomStringConvertible {
  /// The rate of so few rows is less than half a row.
  case noPoison(rate: Double, rows: Int)
  /// A file of flags does not say which rows are poison.
  case flagsUnreadable(path: String, reason: String)
  /// The defence rejected so many rows that no model can be checked on the rest.
  case tooFewLeft(kept: Int)
  /// A column that should say to which part a row belongs says something else; row from 1.
  case notParts(column: String, text: String, row: Int)
  /// A defence learns a model of its own with an intercept where none is wanted.
  case ownIntercept(defence: String)
  /// The target has labels, which no linear model of a number predicts.
  case classes(target: String, label: String)
  /// A column of parts has no training row.
  case noTraining(column: String)

  var description: String {
    switch self {
    case .noPoison(let rate, let rows):
      "a rate of \(rate) is less than one of \(rows) training rows; raise --rate or use more rows"
    case .flagsUnreadable(let path, let reason):
      "\(path) does not say which rows are poison: \(reason); it needs the columns row (from 1) and is_poison "
        + "(0 or 1), one line per row of the data"
    case .tooFewLeft(let kept):
      "the defence left \(kept) rows, too few to check a model on; lower --rate or use more rows"
    case .notParts(let column, let text, let row):
      "row \(row) of column '\(column)' says '\(text)'; --parts needs training, validation or test in every row"
    case .ownIntercept(let defence):
      "the defence \(defence) learns a model of its own that has an intercept; leave out --no-intercept or choose "
        + "another defence, such as trim"
    case .classes(let target, let label):
      "the target '\(target)' holds classes, such as '\(label)', and is not numeric; poison and defend are for linear models "
        + "of a number (ols, ridge, lasso, elastic-net) and do nothing to classifiers"
    case .noTraining(let column):
      "column '\(column)' has no row that says training; --parts needs some rows to train on"
    }
  }
}
