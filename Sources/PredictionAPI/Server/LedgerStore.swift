import FoundationEssentials
import GRDB
import Synchronization

/// The ledger of a service: what every client asked of every model, in SQLite.
///
/// An entry is committed before its answer is sent, so a process that is killed has counted every query whose answer
/// anybody got. Requests that arrive while a commit is under way share the next one. The log of SQLite is written
/// ahead (WAL) and handed to the operating system at every commit: that outlives the process, and after a loss of
/// power the last commits may be missing.
public final class LedgerStore: Sendable {
  /// The rows of one answered request.
  struct Entry: Sendable {
    let client: String
    let model: String
    let rows: Int
    /// Digest of the client's name for the request and of its body, if it gave one: it is counted once.
    let fingerprint: [UInt8]?
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
    let continuation: CheckedContinuation<Bool, any Error>
  }

  private struct State: Sendable {
    var waiting: [Waiting] = []
    var isWriting = false
    var commits = 0
  }

  /// Commits between two looks for names of requests that may be forgotten.
  static let purgeInterval = 1000

  private let database: DatabasePool
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

  /// Writes an entry; returns when it is committed.
  ///
  /// - Returns: whether it counted; a request that was named and counted before does not.
  func record(_ entry: Entry) async throws -> Bool {
    try await withCheckedThrowingContinuation { continuation in
      let begins = state.withLock { state in
        state.waiting.append(Waiting(entry: entry, continuation: continuation))
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
        let entries = batch.map(\.entry)
        let time = now()
        let counted = try await database.write { database in
          if commits.isMultiple(of: Self.purgeInterval) { try Self.purge(database, now: time) }
          return try Self.commit(entries, at: time, to: database)
        }
        for (waiting, counted) in zip(batch, counted) { waiting.continuation.resume(returning: counted) }
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
    _ entries: [Entry], at time: Double, to database: Database
  ) throws -> [Bool] {
    var sums: [Use: (rows: Int, requests: Int)] = [:]
    var counted: [Bool] = []
    counted.reserveCapacity(entries.count)
    for entry in entries {
      var isNew = true
      if let fingerprint = entry.fingerprint {
        try database.cachedStatement(
          sql: "INSERT OR IGNORE INTO named_requests (fingerprint, time) VALUES (?, ?)"
        ).execute(arguments: [Data(fingerprint), time])
        isNew = database.changesCount > 0
      }
      counted.append(isNew)
      guard isNew else { continue }
      let sum = sums[Use(client: entry.client, model: entry.model), default: (0, 0)]
      sums[Use(client: entry.client, model: entry.model)] = (sum.rows + entry.rows, sum.requests + 1)
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
    return counted
  }

  /// Rows that a client used of all models.
  func rows(of client: String) throws -> Int {
    try database.read {
      try Int.fetchOne($0, sql: "SELECT SUM(rows) FROM usage WHERE client = ?", arguments: [client]) ?? 0
    }
  }

  /// Whether a request of this fingerprint was counted.
  func knows(_ fingerprint: [UInt8]) throws -> Bool {
    try database.read {
      try Bool.fetchOne(
        $0, sql: "SELECT EXISTS (SELECT 1 FROM named_requests WHERE fingerprint = ?)",
        arguments: [Data(fingerprint)]) ?? false
    }
  }

  /// The use of all models by all clients.
  public func totals() throws -> [Total] {
    try database.read { database in
      try Row.fetchAll(
        database, sql: "SELECT client, model, rows, requests FROM usage ORDER BY client, model"
      ).map { Total(client: $0["client"], model: $0["model"], rows: $0["rows"], requests: $0["requests"]) }
    }
  }

  /// Brings the log into the file itself and closes it.
  public func close() throws {
    try database.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    try database.close()
  }
}
