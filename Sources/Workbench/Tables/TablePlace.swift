import Learning
public import Tabular

/// Why a command cannot go on with a row of a table, with its line in the file.
public struct PlacedError: Error, CustomStringConvertible {
  /// What is wrong.
  public let reason: any Error
  /// The line of the file on which the row begins.
  public let line: Int
  /// Name of the file.
  public let file: String

  /// The reason behind its place.
  public var description: String { "line \(line) of \(file): \(reason)" }
}

extension Table {
  /// Runs work on the rows of this table; an error that names one of them gets its line in the file.
  public func placing<Value>(_ work: () throws -> Value) throws -> Value {
    do { return try work() } catch { throw placed(error) }
  }

  /// An error with the line of the row that it names, if it names one.
  public func placed(_ error: any Error) -> any Error {
    guard let reading, let row = (error as? any NamesRow)?.namedRow, (0..<rowCount).contains(row) else {
      return error
    }
    return PlacedError(reason: error, line: reading.line(ofRow: row), file: reading.file)
  }
}

/// An error that may name a row of a table.
protocol NamesRow: Error {
  /// The row, from 0.
  var namedRow: Int? { get }
}

extension DesignError: NamesRow {
  var namedRow: Int? {
    switch self {
    case .targetNotNumeric(_, _, let row), .notFinite(_, let row), .textAmongNumbers(_, _, let row),
      .missingValue(_, let row), .unseenLevel(_, _, let row), .unseenClass(_, _, let row):
      row - 1
    default: nil
    }
  }
}

extension LearningError: NamesRow {
  var namedRow: Int? {
    switch self {
    case .invalidWeight(let row, _), .answerNotFinite(let row): row
    default: nil
    }
  }
}

extension WorkbenchError: NamesRow {
  var namedRow: Int? { if case .notParts(_, _, let row) = self { row - 1 } else { nil } }
}
