/// Why a table cannot be used to learn from.
public enum DesignError: Error, Equatable, CustomStringConvertible {
  /// The table has no column of that name; `nearest` is the one that was probably meant.
  case unknownColumn(String, known: [String], nearest: String?)
  /// The same column is not there, and the model is one of another program, whose columns can be named.
  case otherColumns(missing: String, model: [String], table: [String])
  /// The column that such a model predicts is not there.
  case otherTarget(String, table: [String])
  /// The target has words where numbers are needed; the row counts from 1 without the header.
  case targetNotNumeric(String, text: String, row: Int)
  /// All values of the target are the same.
  case targetConstant(String, value: Double)
  /// A column has no value at all.
  case allMissing(column: String)
  /// A number is infinite; the row counts from 1 without the header.
  case notFinite(column: String, row: Int)
  /// A single word stands in a column of numbers; the row counts from 1 without the header.
  case textAmongNumbers(column: String, text: String, row: Int)
  /// A value is missing and the options forbid it; the row counts from 1 without the header.
  case missingValue(column: String, row: Int)
  /// A category was not there when the encoder was fitted; the row counts from 1 without the header.
  case unseenLevel(String, column: String, row: Int)
  /// Fewer than two bins for numbers.
  case tooFewBins(Int)
  /// All labels of the target are the same.
  case targetHasOneClass(String, label: String)
  /// A label was not there when the encoder was fitted; the row counts from 1 without the header.
  case unseenClass(String, column: String, row: Int)
  /// A target of labels has too many different ones for its rows.
  case tooManyClasses(String, classes: Int, rows: Int)
  /// No column is left to learn from.
  case noFeatures(target: String)
  /// No row is left to learn from.
  case noRows
  /// The range for the target is empty or not finite.
  case targetRangeInvalid(lower: Double, upper: Double)
  /// The parts of a split need more rows than there are, or a part is empty.
  case splitImpossible(rows: Int, parts: [Int])
  /// A share is outside 0...1, or the shares exceed 1.
  case sharesInvalid([Double])

  public var description: String {
    switch self {
    case .unknownColumn(let name, let known, let nearest):
      "the table has no column '\(name)'\(nearest.map { "; did you mean '\($0)'?" } ?? ";")"
        + " the columns are \(Self.list(known))"
    case .otherColumns(let name, let model, let table):
      "the table has no column '\(name)'; its columns are \(Self.list(table)), and the model, which comes from another "
        + "program, takes \(Self.list(model)); 'bezoar model convert model.onnx model.json --columns NAMES' gives the "
        + "model's columns the names of the table, in the model's order"
    case .otherTarget(let name, let table):
      "the table has no column '\(name)'; its columns are \(Self.list(table)), and the model, which comes from another "
        + "program, predicts '\(name)'; 'bezoar model convert model.onnx model.json --target NAME' gives that the name "
        + "of the table's column"
    case .targetNotNumeric(let name, let text, let row):
      "the target '\(name)' is not numeric: row \(row) has '\(text)'; choose a column of numbers, correct the cell, "
        + "or let --na '\(text)' make it missing"
    case .targetConstant(let name, let value):
      "the target '\(name)' is \(value) in every row, so there is nothing to learn; choose another column"
    case .allMissing(let column):
      "the column '\(column)' has no value in any row; fill it, or leave it out with --ignore '\(column)'"
    case .notFinite(let column, let row):
      "column '\(column)', row \(row): the number is infinite; correct the cell or leave it empty"
    case .textAmongNumbers(let column, let text, let row):
      "column '\(column)', row \(row): '\(text)' stands in a column of numbers; correct the cell, let --na '\(text)' "
        + "make it missing, or --kinds '\(column)=categorical' the column one of words"
    case .missingValue(let column, let row):
      "column '\(column)', row \(row) has no value; fill it, or let missing values be imputed"
    case .unseenLevel(let level, let column, let row):
      "column '\(column)', row \(row): the category '\(level)' did not occur in the data that the encoder "
        + "was fitted on; fit on data with all categories, or let unknown categories be all zero"
    case .tooFewBins(let bins):
      "\(bins) bins divide nothing; use at least 2"
    case .targetHasOneClass(let column, let label):
      "the target '\(column)' is '\(label)' in every row; a classifier needs two classes"
    case .unseenClass(let label, let column, let row):
      "row \(row) of the target '\(column)' has the class '\(label)', which the model does not know; "
        + "train again with it or leave the row out"
    case .tooManyClasses(let column, let classes, let rows):
      "the target '\(column)' has \(classes) different values in \(rows) rows, which are no classes; choose "
        + "another target or a model of a number, such as ridge or tree-regressor"
    case .noFeatures(let target):
      "no column beside the target '\(target)' can be learned from; add a column that varies"
    case .noRows:
      "no row is left to learn from: the table is empty, or each row lacks the target or another value"
    case .targetRangeInvalid(let lower, let upper):
      "a target range from \(lower) to \(upper) is not one; give a smaller and a larger finite number"
    case .splitImpossible(let rows, let parts):
      "\(rows) rows cannot be split into parts of \(Self.list(parts.map { "\($0)" })); "
        + "use more rows or smaller parts of at least one row"
    case .sharesInvalid(let shares):
      "shares of \(Self.list(shares.map { "\($0)" })) do not make a split; give numbers in 0...1 that sum "
        + "to at most 1"
    }
  }

  /// At most twelve names.
  private static func list(_ names: [String]) -> String {
    names.count <= 12
      ? names.joined(separator: ", ")
      : names.prefix(12).joined(separator: ", ") + " and \(names.count - 12) more"
  }

  /// The error for a column that is not there, with the nearest name among those that are.
  static func noColumn(_ name: String, in table: Table) -> DesignError {
    let known = table.columns.map(\.name)
    let distances = known.map { (distance: editDistance(name.lowercased(), $0.lowercased()), name: $0) }
    let best = distances.min { $0.distance < $1.distance }
    let isNear = best.map { $0.distance <= max(2, name.count / 3) && $0.distance < name.count } ?? false
    return .unknownColumn(name, known: known, nearest: isNear ? best?.name : nil)
  }
}

/// The smallest number of inserted, removed and replaced characters between two texts (Levenshtein 1966).
func editDistance(_ left: String, _ right: String) -> Int {
  let (left, right) = (Array(left), Array(right))
  var previous = Array(0...right.count)
  for (row, character) in left.enumerated() {
    var current = [row + 1]
    for (column, other) in right.enumerated() {
      let replaced = previous[column] + (character == other ? 0 : 1)
      current.append(min(replaced, previous[column + 1] + 1, current[column] + 1))
    }
    previous = current
  }
  return previous[right.count]
}
