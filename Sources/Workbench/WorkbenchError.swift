/// Why a job cannot be done.
public enum WorkbenchError: Error, Equatable, CustomStringConvertible {
  /// What was asked for cannot be asked for; the sentence says what can. A command ends with the code of usage.
  case usage(String)
  /// The package was built without ONNX.
  case withoutONNX
  /// The package was built without HTTP.
  case withoutHTTP
  /// A weight is given for a class that the target does not have.
  case unknownClass(String, known: [String])
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
  /// A data file of an audit cannot be read.
  case unreadable(String)
  /// The command of an audit ended with an error in every run.
  case failed(status: Int32, message: String)

  /// Whether the request was wrong, rather than something that it names.
  public var isUsage: Bool { if case .usage = self { true } else { false } }

  /// What is wrong and what to do, in the words of the command line.
  public var description: String {
    switch self {
    case .usage(let sentence): sentence
    case .withoutONNX:
      "this program was built without ONNX; 'swift build -c release --traits ONNX' builds it in (about a minute more)"
    case .withoutHTTP:
      "this program was built without HTTP; build it with 'swift build -c release --traits HTTP' (needs libsqlite3-dev)"
    case .unknownClass(let name, let known):
      "--class-weights names the class '\(name)'; the target has \(known.prefix(20).joined(separator: ", "))"
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
    case .unreadable(let path): "\(path) cannot be read; give two data files with --with and --without"
    case .failed(let status, let message):
      "the command ended with status \(status): \(message.prefix(400)); run it once by hand"
    }
  }
}
