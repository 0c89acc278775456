import Tabular

/// The file that a program left, with checks that say file, line and column of what is wrong.
struct AnswerFile {
  private let id: String
  private let file: String
  private let table: Table
  /// Its columns in the order that was asked for.
  private let columns: [[Double]]
  private let names: [String]

  /// Runs a program on a scenario and reads what it left.
  ///
  /// - Throws: ``ExternalError``, `CancellationError`.
  init(_ program: ExternalProgram, _ scenario: Scenario, _ expected: Scenario.Expected) throws {
    var scenario = scenario
    scenario.expect(expected)
    let folder = try ScratchFolder()
    try scenario.write(to: folder)
    let said = try program.run(on: folder)
    guard let bytes = folder.read(expected.file, limit: program.limits.fileSize) else {
      let reason = folder.has(expected.file) ? "something that is no readable plain file as" : "no"
      throw ExternalError.noAnswer(id: program.id, file: expected.file, reason: reason, said: said)
    }
    try self.init(bytes, id: program.id, expected)
  }

  /// Reads the bytes of an answer.
  ///
  /// - Throws: ``ExternalError/wrong(id:file:place:reason:)``.
  init(_ bytes: [UInt8], id: String, _ expected: Scenario.Expected) throws {
    (self.id, file, names) = (id, expected.file, expected.columns)
    var reader = TableReader()
    reader.isStrict = true
    (reader.separator, reader.hasHeader, reader.skip) = (UInt8(ascii: ","), true, 0)
    (reader.missing, reader.otherKind, reader.decompressedLimit) = ([""], .numeric, max(bytes.count, 1) * 8)
    func wrong(_ reason: String) -> ExternalError {
      .wrong(id: id, file: expected.file, place: "", reason: reason)
    }
    do {
      table = try reader.read(bytes: bytes, name: expected.file)
    } catch {
      throw wrong(Self.sentence(error, expected))
    }
    let found = table.columns.map(\.name)
    for name in expected.columns where !found.contains(name) {
      throw wrong("there is no column '\(name)'; expected are \(Self.listed(expected.columns))")
    }
    for name in found where !expected.columns.contains(name) {
      throw wrong("column '\(name)' was not asked for; expected are \(Self.listed(expected.columns))")
    }
    guard table.rowCount == expected.rows else {
      let count = table.rowCount == 1 ? "1 row was" : "\(table.rowCount) rows were"
      throw wrong("\(count) found and \(expected.rows) are expected, as scenario.json says")
    }
    columns = expected.columns.map { [table] name in
      guard let place = table.index(of: name), case .numeric(let values) = table.columns[place].values else {
        return []
      }
      return values
    }
    for (column, values) in columns.enumerated() {
      guard values.count == expected.rows else { throw wrong("column '\(names[column])' holds no numbers") }
      for (row, value) in values.enumerated() where !value.isFinite {
        throw self.wrong(row, column, "holds no number")
      }
    }
  }

  /// What is wrong with a file that is no table, for whoever wrote the program.
  private static func sentence(_ error: TabularError, _ expected: Scenario.Expected) -> String {
    switch error {
    case .empty, .headerOnly:
      "it has no row; expected are a header and \(expected.rows) rows"
    case .ragged(_, let line, let found, let wanted), .torn(_, let line, let found, let wanted):
      "line \(line) has another number of fields than the header, \(found) and not \(wanted)"
    case .notANumber(_, _, let column, _) where !expected.columns.contains(column):
      "column '\(column)' was not asked for; expected are \(listed(expected.columns))"
    case .notANumber(_, let line, let column, let text):
      "line \(line), column '\(column)' is '\(text)', which is no number"
    case .infinite(_, let line, let column, let text):
      "line \(line), column '\(column)' is '\(text)', which is no finite number"
    default: "\(error)"
    }
  }

  private static func listed(_ names: [String]) -> String {
    names.count > 12
      ? "\(names.prefix(12).joined(separator: ",")) and \(names.count - 12) more"
      : names.joined(separator: ",")
  }

  /// The error of a value; `row` counts from 0.
  func wrong(_ row: Int, _ column: Int, _ reason: String) -> ExternalError {
    .wrong(
      id: id, file: file, place: "line \(line(row)), column '\(names[column])' ", reason: reason)
  }

  /// The error of a row; it counts from 0.
  func wrong(_ row: Int, _ reason: String) -> ExternalError {
    .wrong(id: id, file: file, place: "line \(line(row)): ", reason: reason)
  }

  private func line(_ row: Int) -> Int { table.reading?.line(ofRow: row) ?? row + 2 }

  /// The values of one row, in the order of the columns that were asked for.
  func row(_ row: Int) -> [Double] { columns.map { $0[row] } }

  /// The values of the columns but the first, `row`, in the order of the rows' numbers from 1 on.
  ///
  /// - Parameter check: says of a value in such a column, from 1, what is wrong with it; nil if nothing is.
  /// - Throws: ``ExternalError/wrong(id:file:place:reason:)`` for a number of a row that is none, or stands there twice.
  func valuesByRow(_ check: (_ value: Double, _ column: Int) -> String?) throws -> [[Double]] {
    let count = table.rowCount
    var places = [Int?](repeating: nil, count: count)
    for (place, number) in columns[0].enumerated() {
      guard let row = Int(exactly: number), (1...count).contains(row) else {
        throw wrong(place, 0, "is \(number), which is no number of a row from 1 to \(count)")
      }
      if let first = places[row - 1] {
        throw wrong(place, 0, "is \(row), as on line \(line(first)); every row is to be there once")
      }
      places[row - 1] = place
      for column in names.indices.dropFirst() {
        if let reason = check(columns[column][place], column) { throw wrong(place, column, reason) }
      }
    }
    return places.compactMap { $0 }.map { place in names.indices.dropFirst().map { columns[$0][place] } }
  }
}
