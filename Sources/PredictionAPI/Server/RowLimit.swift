/// What the reading of a request holds to: the most rows, and whether anybody still waits for them.
struct RowLimit: Sendable, ExpressibleByIntegerLiteral {
  /// Rows that are read between two looks at whether they are still wanted.
  private static let turn = 256

  /// Most rows.
  let rows: Int
  private let pace: Pace?

  /// - Parameter pace: when the reading has to end; nil for never.
  init(_ rows: Int, pace: Pace? = nil) {
    self.rows = rows
    self.pace = pace
  }

  init(integerLiteral rows: Int) { self.init(rows) }

  /// - Throws: 413 for more rows than one request may have.
  func check(_ count: Int) throws(APIError) { try APIError.check(rows: count, limit: rows) }

  /// Is told of every row that is read, counted from 0.
  ///
  /// - Throws: 499 if the client is gone, 503 if its time is over.
  func read(row: Int) throws(APIError) {
    if row % Self.turn == Self.turn - 1 { try pace?.check() }
  }
}
