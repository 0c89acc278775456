/// Why a file cannot be read as a table. Lines and columns count from 1, as an editor shows them.
public enum TabularError: Error, Equatable, CustomStringConvertible {
  /// There is no such file.
  case fileMissing(String)
  /// The file exists and cannot be read.
  case unreadable(String, reason: String)
  /// The file has no byte, or nothing but blank lines.
  case empty(String)
  /// No line is left behind those that were to be passed over.
  case allSkipped(String, lines: Int)
  /// The file is no table of text.
  case foreign(String, advice: String)
  /// There is a header and no row.
  case headerOnly(String)
  /// A row has more fields than the header, or fewer where none has as many.
  case ragged(String, line: Int, found: Int, expected: Int)
  /// The last line has fewer fields than the header and no line end.
  case torn(String, line: Int, found: Int, expected: Int)
  /// A field of a numeric column is not a number.
  case notANumber(String, line: Int, column: String, text: String)
  /// A field is infinite or too large for a double.
  case infinite(String, line: Int, column: String, text: String)
  /// A byte sequence is not UTF-8.
  case notUTF8(String, line: Int)
  /// A quote is opened and not closed.
  case unterminatedQuote(String, line: Int)
  /// Text follows a closing quote.
  case textAfterQuote(String, line: Int)
  /// Two columns have one name.
  case duplicateHeader(String, name: String)
  /// The compressed data are damaged or too large.
  case gzip(String, reason: String)
  /// An entry of LIBSVM text is not `index:value` with ascending indices from 1.
  case sparseEntry(String, line: Int, text: String)
  /// LIBSVM text would make a table too large for memory.
  case sparseTooWide(String, rows: Int, columns: Int)
  /// A column that was named in the options does not exist.
  case unknownColumn(String, name: String, known: [String])

  public var description: String {
    switch self {
    case .fileMissing(let file): "there is no file \(file); check the path"
    case .unreadable(let file, let reason): "cannot read \(file): \(reason)"
    case .empty(let file): "\(file) is empty; it must hold a header and at least one row"
    case .foreign(let file, let advice): "\(file) is \(advice)"
    case .allSkipped(let file, let lines):
      "\(file) has no row behind its first \(counted(lines, "line")); give --skip fewer"
    case .headerOnly(let file): "\(file) has a header and no row; it must hold at least one row"
    case .ragged(let file, let line, let found, let expected):
      "line \(line) of \(file) has \(found) fields, expected \(expected); "
        + (found > expected
          ? "quote fields that contain the separator"
          : "check the separator (--delimiter) and the line of names")
        + ", and let --skip pass over lines that stand before the table"
    case .torn(let file, let line, let found, let expected):
      "line \(line) of \(file), the last one, has \(found) of \(expected) fields and no line end, as if the file had been "
        + "cut off; complete it or take it away, or end it with a line end if its last fields are empty"
    case .notANumber(let file, let line, let column, let text):
      "line \(line) of \(file), column '\(column)': '\(text)' is not a number; "
        + NumberConvention.options(for: text, column: column).map { "let \($0) read it, " }.joined()
        + "correct it, or let --na '\(text)' make it missing"
    case .infinite(let file, let line, let column, let text):
      "line \(line) of \(file), column '\(column)': '\(text)' is not a finite number; correct it, or let "
        + "--na '\(text)' make it missing"
    case .notUTF8(let file, let line):
      "line \(line) of \(file) is not UTF-8 text; convert the file, for example with iconv"
    case .unterminatedQuote(let file, let line):
      "the quote opened in line \(line) of \(file) is never closed; close it or double it inside a field"
    case .textAfterQuote(let file, let line):
      "line \(line) of \(file) has text behind a closing quote; double the quotes inside a field"
    case .duplicateHeader(let file, let name):
      "\(file) has two columns called '\(name)'; rename one of them"
    case .gzip(let file, let reason): "cannot decompress \(file): \(reason)"
    case .sparseEntry(let file, let line, let text):
      "line \(line) of \(file): '\(text)' is not index:value; indices start at 1 and rise within a line"
    case .sparseTooWide(let file, let rows, let columns):
      "\(file) has \(rows) rows and the feature index \(columns), too many values for a table; check its indices"
    case .unknownColumn(let file, let name, let known):
      "\(file) has no column '\(name)'; its columns are \(known.prefix(12).joined(separator: ", "))"
    }
  }
}
