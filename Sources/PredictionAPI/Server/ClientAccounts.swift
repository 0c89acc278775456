import Synchronization

/// What every client has used, and whether it may use more.
///
/// At most ``limit`` clients are remembered, in about 60 MB (twice as much while old ones are forgotten). A client that used nothing, or whose use stands in a ledger,
/// is forgotten where room is needed. Where there is none, all further clients share one account: a budget never begins
/// anew because many others came.
final class ClientAccounts: Sendable {
  /// A client, as a digest under a secret of the process, so that long names take no more room than short ones.
  fileprivate struct Key: Hashable {
    let high: Int
    let low: Int

    init(_ client: String) {
      func digest(_ salt: UInt8) -> Int {
        var hasher = Hasher()
        hasher.combine(salt)
        hasher.combine(client)
        return hasher.finalize()
      }
      (high, low) = (digest(0), digest(1))
    }

    /// The clients for whom there is no room.
    static let others = Key("")
  }

  /// Rows that were set aside for a client.
  struct Reservation: Sendable {
    fileprivate let key: Key
    /// How many.
    let rows: Int
  }

  private struct Account {
    /// Rows that were answered.
    var rows: Int
    /// Rows that are being answered.
    var reserved = 0
    /// Rows that may be asked at once.
    var tokens: Double
    var refilled: ContinuousClock.Instant
  }

  private struct State {
    var accounts: [Key: Account] = [:]
    /// When to look again for accounts that may be forgotten.
    var nextSweep: ContinuousClock.Instant?
  }

  /// Most clients that are remembered.
  static let limit = 750_000
  /// Time between two looks at all accounts.
  private static let sweepInterval = Duration.seconds(10)

  private let budget: Int?
  private let rate: Double?
  private let limit: Int
  private let state = Mutex(State())
  private let used: (@Sendable (String) throws -> Int)?

  /// Accounts.
  ///
  /// - Parameters:
  ///   - limit: most clients that are remembered.
  ///   - used: rows that a client used, as a ledger has them; nil without a ledger.
  init(
    budget: Int?, rate: Double?, limit: Int = ClientAccounts.limit,
    used: (@Sendable (String) throws -> Int)? = nil
  ) {
    self.budget = budget
    self.rate = rate
    self.limit = limit
    self.used = used
  }

  /// Sets rows aside for a client that wants an answer.
  ///
  /// - Throws: 429 if they are more than the client may have, now or at all.
  @discardableResult
  func reserve(
    _ rows: Int, for client: String, now: ContinuousClock.Instant = .now
  ) throws -> Reservation {
    try with(client, now) { key, account in
      if let budget, rows > budget - account.rows - account.reserved {
        throw Self.overBudget(rows, budget: budget, left: budget - account.rows - account.reserved)
      }
      if let rate { try Self.take(rows, from: &account, rate: rate, now: now) }
      account.reserved += rows
      return Reservation(key: key, rows: rows)
    }
  }

  /// Takes rows out of a client's bucket that cost nothing of its budget.
  ///
  /// - Throws: 429 if they are more than the client may have now.
  func spendRate(_ rows: Int, for client: String, now: ContinuousClock.Instant = .now) throws {
    guard let rate else { return }
    try with(client, now) { _, account in try Self.take(rows, from: &account, rate: rate, now: now) }
  }

  /// Changes a client's account, which is made if need be; it stays as it is where `change` throws.
  private func with<Result>(
    _ client: String, _ now: ContinuousClock.Instant, _ change: (Key, inout Account) throws -> Result
  ) throws -> Result {
    let name = Key(client)
    let isKnown = state.withLock { $0.accounts[name] != nil }
    let earlier = try isKnown ? 0 : used?(client) ?? 0
    return try state.withLock { state in
      let key = room(for: name, in: &state, now)
      var account =
        state.accounts[key] ?? Account(rows: earlier, tokens: max(rate ?? 0, 1), refilled: now)
      let result = try change(key, &account)
      state.accounts[key] = account
      return result
    }
  }

  /// The key of a client, or that of all others where there is no room for one more.
  private func room(for key: Key, in state: inout State, _ now: ContinuousClock.Instant) -> Key {
    guard state.accounts[key] == nil, state.accounts.count >= limit else { return key }
    if now >= state.nextSweep ?? now {
      state.nextSweep = now + Self.sweepInterval
      state.accounts = state.accounts.filter { _, account in
        account.reserved > 0 || owes(account, now) || used == nil && account.rows > 0
      }
    }
    return state.accounts.count < limit ? key : .others
  }

  /// Whether the bucket of the rate is not full again.
  private func owes(_ account: Account, _ now: ContinuousClock.Instant) -> Bool {
    guard let rate else { return false }
    return account.tokens + (now - account.refilled) / .seconds(1) * rate < max(rate, 1)
  }

  /// What a client is told that wants more than is left.
  static func overBudget(_ rows: Int, budget: Int, left: Int) -> APIError {
    let left = max(left, 0)
    return APIError(
      429, "the budget of \(budget) rows does not allow \(rows) more; \(left) are left",
      headers: ["x-budget-left": "\(left)"])
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
      // A tiny rate may need longer than a header can say.
      let wait = min(((needed - account.tokens) / rate).rounded(.up), 86_400)
      throw APIError(429, "more than \(rate) rows per second; try again later", retryAfter: max(Int(wait), 1))
    }
    account.tokens -= Double(rows)
  }

  /// Gives back rows that were set aside; `counted` of them were answered for the first time.
  ///
  /// - Parameter total: all rows of the client, where a ledger that others write to as well says so.
  func settle(_ reservation: Reservation, counted: Int, total: Int? = nil) {
    state.withLock { state in
      guard var account = state.accounts[reservation.key] else { return }
      account.reserved -= reservation.rows
      account.rows += counted
      if let total, reservation.key != .others { account.rows = max(account.rows, total) }
      state.accounts[reservation.key] = account
    }
  }

  /// Clients that are remembered.
  var count: Int { state.withLock { $0.accounts.count } }
}
