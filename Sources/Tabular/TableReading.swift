/// What was found out of a file while it was read: where its rows stand, and what the reader of its table must know.
public struct TableReading: Sendable {
  /// Name of the file.
  public let file: String
  /// What was decided, one sentence each.
  public internal(set) var notes: [String]
  /// The lines of the rows.
  let lines: RowLines

  /// The line of the file on which a row of the table begins, from 1; the row counts from 0.
  public func line(ofRow row: Int) -> Int { lines.line(row) }
}

/// On which line of a file every row begins; lines follow each other but for blank lines, remarks and fields with line
/// ends.
struct RowLines: Sendable {
  /// Rows from which on the line is farther away, with the distance.
  private var jumps: [(row: Int, distance: Int)] = []

  /// Notes the line of the next row.
  mutating func append(row: Int, line: Int) {
    if jumps.last?.distance != line - row { jumps.append((row, line - row)) }
  }

  /// The line of a row, from 1; the row counts from 0.
  func line(_ row: Int) -> Int {
    var (low, high) = (0, jumps.count)
    while low < high {
      let middle = (low + high) / 2
      if jumps[middle].row <= row { low = middle + 1 } else { high = middle }
    }
    return row + (low > 0 ? jumps[low - 1].distance : 1)
  }

  /// The lines of some rows of the table, which become its rows.
  func rows(at indices: [Int]) -> RowLines {
    var result = RowLines()
    for (row, index) in indices.enumerated() { result.append(row: row, line: line(index)) }
    return result
  }
}
