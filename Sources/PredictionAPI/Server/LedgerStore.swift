import FoundationEssentials
import GRDB
import Methods
import Synchronization

/// The ledger of a service: what every client asked of every model, in SQLite.
///
/// An entry is committed before its answer is sent, so a process that is killed has counted every query whose answer
/// anybody got. Requests that arrive while a commit is under way share the next one. The log of SQLite is written
/// ahead (WAL) and handed to the operating system at every commit: that outlives the process, and after a loss of
/// power the last commits may be missing. Several servers may share a ledger; a budget is checked in the transaction
/// that counts, so it is one budget for all of them.
public final class LedgerStore: Sendable {
  /// The rows of one answered request.
  struct Entry: Sendable {
    let client: String
    let model: String
    let rows: Int
    /// Digest of the client's name for the request and of all that decides its answer, if it has a name: it is counted
    /// once.
    let fingerprint: [UInt8]?
  }

  /// What became of an entry, with all rows of its client.
  enum Outcome: Sendable, Hashable {
    /// It was counted; the rows of the client with it.
    case counted(total: Int)
    /// A request that was named and counted before.
    case repeated
    /// It is more than the budget allows, and was not counted; the rows of the client without it.
    case overBudget(total: Int)
    /// The lines of its client are damaged; it was not counted.
    case damaged
  }

  /// A client's use of one model.
  public struct Total: Sendable, Hashable {
    /// Name of the client.
    public let client: String
    /// Name of the model.
    public let model: String
    /// Answered rows.
    public let rows: Int
    /// Answered requests.
    public let requests: Int
  }

  private struct Waiting: Sendable {
    let entry: Entry
    let budget: Int?
    let continuation: CheckedContinuation<Outcome, any Error>
  }

  private struct State: Sendable {
    var waiting: [Waiting] = []
    var isWriting = false
    var commits = 0
  }

  /// Commits between two looks for names of requests that may be forgotten.
  static let purgeInterval = 1000

  let database: DatabasePool
  private let state = Mutex(State())
  private let path: String
  /// Seconds since 1970.
  private let now: @Sendable () -> Double

  /// Opens or begins a ledger.
  ///
  /// - Throws: ``ServingError/ledgerUnusable(path:reason:)``.
  public convenience init(path: String) throws {
    try self.init(path: path) { Date().timeIntervalSince1970 }
  }

  init(path: String, now: @escaping @Sendable () -> Double) throws {
    self.path = path
    self.now = now
    do {
      var configuration = Configuration()
      configuration.busyMode = .timeout(5)
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = NORMAL") }
      database = try DatabasePool(path: path, configuration: configuration)
      try database.write { database in
        try Self.migrate(database)
        try Self.check(database)
        try Self.purge(database, now: now())
      }
    } catch {
      throw ServingError.ledgerUnusable(path: path, reason: "\(error)")
    }
  }

  private static func migrate(_ database: Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE IF NOT EXISTS usage (
          client TEXT NOT NULL, model TEXT NOT NULL,
          rows INTEGER NOT NULL, requests INTEGER NOT NULL, last REAL NOT NULL,
          PRIMARY KEY (client, model)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS named_requests (
          fingerprint BLOB NOT NULL PRIMARY KEY, time REAL NOT NULL) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS named_requests_by_time ON named_requests (time);
        """)
  }

  /// Forgets the names of requests after a day.
  private static func purge(_ database: Database, now: Double) throws {
    try database.execute(sql: "DELETE FROM named_requests WHERE time < ?", arguments: [now - 86_400])
  }

  /// - Throws: ``LedgerError/damaged(lines:)`` for counts that no server wrote.
  private static func check(_ database: Database) throws {
    let lines = try Int.fetchOne(
      database,
      sql: """
        SELECT COUNT(*) FROM usage WHERE typeof(client) <> 'text' OR typeof(model) <> 'text'
          OR typeof(rows) <> 'integer' OR typeof(requests) <> 'integer'
          OR rows NOT BETWEEN 0 AND \(largest) OR requests NOT BETWEEN 0 AND \(largest)
        """)
    if let lines, lines > 0 { throw LedgerError.damaged(lines: lines) }
  }

  /// Writes an entry, unless the client's rows would be more than a budget; returns when it is committed.
  func record(_ entry: Entry, budget: Int? = nil) async throws -> Outcome {
    try await withCheckedThrowingContinuation { continuation in
      let begins = state.withLock { state in
        state.waiting.append(Waiting(entry: entry, budget: budget, continuation: continuation))
        defer { state.isWriting = true }
        return !state.isWriting
      }
      if begins { Task { await self.write() } }
    }
  }

  /// Commits what waits until nothing does.
  private func write() async {
    while true {
      let (batch, commits) = state.withLock { state in
        defer { state.waiting = [] }
        state.isWriting = !state.waiting.isEmpty
        if state.isWriting { state.commits += 1 }
        return (state.waiting, state.commits)
      }
      guard !batch.isEmpty else { return }
      do {
        let entries = batch.map { ($0.entry, $0.budget) }
        let time = now()
        let outcomes = try await database.write { database in
          if commits.isMultiple(of: Self.purgeInterval) { try Self.purge(database, now: time) }
          return try Self.commit(entries, at: time, to: database)
        }
        for (waiting, outcome) in zip(batch, outcomes) { waiting.continuation.resume(returning: outcome) }
      } catch {
        for waiting in batch { waiting.continuation.resume(throwing: error) }
      }
    }
  }

  private struct Use: Hashable {
    let client: String
    let model: String
  }

  /// Writes entries in one transaction, one line per client and model.
  private static func commit(
    _ entries: [(entry: Entry, budget: Int?)], at time: Double, to database: Database
  ) throws -> [Outcome] {
    var sums: [Use: (rows: Int, requests: Int)] = [:]
    var totals: [String: Int] = [:]
    var outcomes: [Outcome] = []
    outcomes.reserveCapacity(entries.count)
    for (entry, budget) in entries {
      if let fingerprint = entry.fingerprint, try knows(fingerprint, database) {
        outcomes.append(.repeated)
        continue
      }
      let total: Int
      do {
        total = try totals[entry.client] ?? rows(of: entry.client, database)
      } catch is LedgerError {
        // The others of the transaction have nothing to do with it.
        outcomes.append(.damaged)
        continue
      }
      totals[entry.client] = total
      if let budget, entry.rows > budget - total {
        outcomes.append(.overBudget(total: total))
        continue
      }
      if let fingerprint = entry.fingerprint {
        try database.cachedStatement(sql: "INSERT INTO named_requests (fingerprint, time) VALUES (?, ?)")
          .execute(arguments: [Data(fingerprint), time])
      }
      totals[entry.client] = total + entry.rows
      outcomes.append(.counted(total: total + entry.rows))
      let use = Use(client: entry.client, model: entry.model)
      let sum = sums[use, default: (0, 0)]
      sums[use] = (sum.rows + entry.rows, sum.requests + 1)
    }
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO usage (client, model, rows, requests, last) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (client, model) DO UPDATE SET
          rows = rows + excluded.rows, requests = requests + excluded.requests, last = excluded.last
        """)
    for (use, sum) in sums {
      try statement.execute(arguments: [use.client, use.model, sum.rows, sum.requests, time])
    }
    return outcomes
  }

  /// Writes something and takes it back, to see whether the ledger can be written.
  func tryWriting() async throws {
    try await database.write { database in
      let name = [UInt8](repeating: 0, count: 33)
      try database.execute(
        sql: "INSERT OR REPLACE INTO named_requests (fingerprint, time) VALUES (?, 0)",
        arguments: [Data(name)])
      try database.execute(sql: "DELETE FROM named_requests WHERE fingerprint = ?", arguments: [Data(name)])
    }
  }

  /// Rows that a client used of all models.
  func rows(of client: String) throws -> Int { try database.read { try Self.rows(of: client, $0) } }

  private static func rows(of client: String, _ database: Database) throws -> Int {
    let values = try DatabaseValue.fetchAll(
      database.cachedStatement(sql: "SELECT rows FROM usage WHERE client = ?"), arguments: [client])
    return try values.reduce(0) { try $0 + count($1) }
  }

  /// Whether a request of this fingerprint was counted.
  func knows(_ fingerprint: [UInt8]) throws -> Bool {
    try database.read { try Self.knows(fingerprint, $0) }
  }

  private static func knows(_ fingerprint: [UInt8], _ database: Database) throws -> Bool {
    try Row.fetchOne(
      database.cachedStatement(sql: "SELECT 1 FROM named_requests WHERE fingerprint = ?"),
      arguments: [Data(fingerprint)]) != nil
  }

  /// The use of all models by all clients.
  public func totals() throws -> [Total] {
    try database.read { database in
      try Row.fetchAll(
        database, sql: "SELECT client, model, rows, requests FROM usage ORDER BY client, model"
      ).map { row in
        guard let client = String.fromDatabaseValue(row["client"]),
          let model = String.fromDatabaseValue(row["model"])
        else { throw LedgerError.damaged(lines: 1) }
        return Total(
          client: client, model: model, rows: try Self.count(row["rows"]),
          requests: try Self.count(row["requests"]))
      }
    }
  }

  /// Largest count that is believed: sums of a million of them are still whole numbers.
  private static let largest = 1 << 43

  /// A count as the file has it, where any program may have written anything.
  private static func count(_ value: DatabaseValue) throws -> Int {
    guard case .int64(let number) = value.storage, (0...Int64(largest)).contains(number) else {
      throw LedgerError.damaged(lines: 1)
    }
    return Int(number)
  }

  /// Brings the log into the file itself and closes it.
  public func close() throws {
    try database.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    try database.close()
  }
}

/// What is wrong with the lines of a ledger.
enum LedgerError: Error, Hashable, CustomStringConvertible {
  /// Counts that are no whole numbers from 0 on.
  case damaged(lines: Int)

  var description: String {
    switch self {
    case .damaged(let lines):
      "\(lines) of its lines \(lines == 1 ? "has a count that is" : "have counts that are") no whole number from 0 on; correct the table 'usage', or begin a new ledger"
    }
  }
}
