import Synchronization

/// What every client has used, and whether it may use more.
final class ClientAccounts: Sendable {
  private struct Account {
    /// Rows that were answered.
    var rows: Int
    /// Rows that are being answered.
    var reserved = 0
    /// Rows that may be asked at once.
    var tokens: Double
    var refilled: ContinuousClock.Instant
  }

  /// Most clients that are remembered while they ask for nothing; the ledger remembers all.
  private static let idleLimit = 100_000

  private let budget: Int?
  private let rate: Double?
  private let accounts = Mutex<[String: Account]>([:])
  private let used: @Sendable (String) throws -> Int

  /// Accounts.
  ///
  /// - Parameter used: rows that a client used before it came up here.
  init(budget: Int?, rate: Double?, used: @escaping @Sendable (String) throws -> Int = { _ in 0 }) {
    self.budget = budget
    self.rate = rate
    self.used = used
  }

  /// Sets rows aside for a client that wants an answer.
  ///
  /// - Throws: 429 if they are more than the client may have, now or at all.
  func reserve(_ rows: Int, for client: String, now: ContinuousClock.Instant = .now) throws {
    let known = accounts.withLock { $0[client] != nil }
    let earlier = known ? 0 : try used(client)
    try accounts.withLock { accounts in
      if accounts.count >= Self.idleLimit, accounts[client] == nil {
        accounts = accounts.filter { $0.value.reserved > 0 }
      }
      var account =
        accounts[client] ?? Account(rows: earlier, tokens: max(rate ?? 0, 1), refilled: now)
      if let budget, account.rows + account.reserved + rows > budget {
        let left = max(budget - account.rows - account.reserved, 0)
        throw APIError(
          429, "the budget of \(budget) rows does not allow \(rows) more; \(left) are left",
          headers: ["x-budget-left": "\(left)"])
      }
      if let rate { try Self.take(rows, from: &account, rate: rate, now: now) }
      account.reserved += rows
      accounts[client] = account
    }
  }

  /// Takes rows out of a bucket that fills by `rate` rows per second and holds those of one second. A request with
  /// more rows than that may overdraw a full bucket.
  private static func take(
    _ rows: Int, from account: inout Account, rate: Double, now: ContinuousClock.Instant
  ) throws(APIError) {
    let size = max(rate, 1)
    let passed = (now - account.refilled) / .seconds(1)
    account.tokens = min(size, account.tokens + passed * rate)
    account.refilled = now
    let needed = min(Double(rows), size)
    guard account.tokens >= needed else {
      let wait = Int(((needed - account.tokens) / rate).rounded(.up))
      throw APIError(429, "more than \(rate) rows per second; try again later", retryAfter: max(wait, 1))
    }
    account.tokens -= Double(rows)
  }

  /// Gives back rows that were set aside; `counted` of them were answered for the first time.
  func settle(_ rows: Int, counted: Int, for client: String) {
    accounts.withLock { accounts in
      accounts[client]?.reserved -= rows
      accounts[client]?.rows += counted
    }
  }
}
