import Crypto
import FoundationEssentials
import Synchronization

/// The use of a service by its clients: budgets and rates in memory, and the ledger, which has the last word.
final class CountedUse: Sendable {
  private let accounts: ClientAccounts
  private let ledger: LedgerStore?
  private let budget: Int?
  private let metrics: ServiceMetrics
  private let onFault: @Sendable (String?) -> Void
  private let isBroken = Atomic<Bool>(false)
  /// When to try next whether a broken ledger works again.
  private let nextTrial = Mutex(ContinuousClock.now)
  /// Headers that decide what a service behind this one answers, besides those that always do.
  private let decisiveHeaders: Set<String>

  /// - Parameters:
  ///   - decisiveHeaders: headers of clients that a service behind this one gets.
  ///   - onFault: is told why the ledger cannot be used, once, and nil when it can be again.
  init(
    _ options: ServiceOptions, _ ledger: LedgerStore?, _ metrics: ServiceMetrics,
    decisiveHeaders: Set<String>,
    onFault: @escaping @Sendable (String?) -> Void
  ) {
    self.ledger = ledger
    self.metrics = metrics
    self.onFault = onFault
    self.decisiveHeaders = decisiveHeaders.intersection(["authorization", "x-api-key"])
    budget = options.budget
    var used: (@Sendable (String) throws -> Int)?
    if let ledger { used = { try ledger.rows(of: $0) } }
    accounts = ClientAccounts(budget: options.budget, rate: options.rate, used: used)
  }

  /// Whether use can be counted. Where it could not, the ledger is tried, five times a second at most: nobody may ask for
  /// predictions of a server that is not ready.
  func isWell() async -> Bool {
    guard isBroken.load(ordering: .relaxed), let ledger else { return true }
    let isDue = nextTrial.withLock { next in
      guard ContinuousClock.now >= next else { return false }
      next = .now + .milliseconds(200)
      return true
    }
    guard isDue else { return false }
    return (try? await watched({ try await ledger.tryWriting() })) != nil
  }

  /// Does work that costs a client rows, and counts them when it is done.
  ///
  /// - Parameter counted: is called when the rows are counted, or were before.
  /// - Returns: what the work gives; it may go out, since its rows are on the disk.
  /// - Throws: 429 if the client may not have so many, 503 if they cannot be counted, or what the work throws; nothing is
  ///   counted then.
  func counting<Result>(
    _ rows: Int, of request: APIRequest, client: String, model: String, work: () async throws -> Result,
    counted: () -> Void
  ) async throws -> Result {
    let fingerprint = ledger == nil ? nil : fingerprint(of: request, client: client)
    let reservation = try reserve(rows, client, fingerprint)
    var (charged, total) = (0, Int?.none)
    defer { if let reservation { accounts.settle(reservation, counted: charged, total: total) } }
    let result = try await work()
    guard let ledger else {
      charged = rows
      counted()
      return result
    }
    let entry = LedgerStore.Entry(client: client, model: model, rows: rows, fingerprint: fingerprint)
    switch try await watched({ try await ledger.record(entry, budget: budget) }) {
    case .counted(let sum): (charged, total) = (rows, sum)
    case .repeated: break
    case .damaged: throw fault(LedgerError.damaged(lines: 1))
    case .overBudget(let sum):
      total = sum
      metrics.shed("budget")
      throw ClientAccounts.overBudget(rows, budget: budget ?? sum, left: (budget ?? sum) - sum)
    }
    counted()
    return result
  }

  /// Takes rows out of a client's rate that cost nothing of its budget.
  ///
  /// - Throws: 429 if they are more than the client may have now, 503 if the ledger cannot be read.
  func spendRate(_ rows: Int, _ client: String) throws {
    do {
      try watched { try accounts.spendRate(rows, for: client) }
    } catch let error as APIError {
      if error.status == 429 { metrics.shed("rate") }
      throw error
    }
  }

  /// Sets rows aside; a named request that was counted before costs nothing.
  ///
  /// - Returns: what was set aside; nil for such a request.
  private func reserve(
    _ rows: Int, _ client: String, _ fingerprint: [UInt8]?
  ) throws -> ClientAccounts.Reservation? {
    do {
      return try watched { try accounts.reserve(rows, for: client) }
    } catch let error as APIError {
      guard error.status == 429 else { throw error }
      if error.retryAfter == nil, let fingerprint, let ledger,
        try watched({ try ledger.knows(fingerprint) })
      {
        // It costs no more of the budget, and as much work as before.
        try watched { try accounts.spendRate(rows, for: client) }
        return nil
      }
      metrics.shed(error.retryAfter == nil ? "budget" : "rate")
      throw error
    }
  }

  /// Uses the ledger.
  ///
  /// - Throws: ``APIError`` as it is, and 503 for whatever is wrong with the ledger, of which the operator is told.
  private func watched<Result>(_ use: () throws -> Result) throws -> Result {
    do {
      let result = try use()
      return result
    } catch {
      throw fault(error)
    }
  }

  private func watched<Result>(_ use: () async throws -> Result) async throws -> Result {
    do {
      let result = try await use()
      if isBroken.exchange(false, ordering: .relaxed) { onFault(nil) }
      return result
    } catch {
      throw fault(error)
    }
  }

  private func fault(_ error: any Error) -> any Error {
    if error is APIError || error is CancellationError { return error }
    if !isBroken.exchange(true, ordering: .relaxed) { onFault("the ledger cannot be used: \(error)") }
    metrics.shed("ledger")
    return APIError(503, "the request cannot be counted at present, so it is not answered", retryAfter: 1)
  }

  /// What tells a named request from all others: the client, its name for the request, and all that decides the answer.
  private func fingerprint(of request: APIRequest, client: String) -> [UInt8]? {
    guard let name = request.headers["idempotency-key"] else { return nil }
    var hash = SHA256()
    let headers = request.headers.filter {
      !APIRequest.headersBesideTheAnswer.contains($0.key) || decisiveHeaders.contains($0.key)
    }
    let parts =
      [client, name, request.method, request.path, request.query]
      + headers.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
    for part in parts { hash.update(data: Array("\(part.utf8.count):\(part)".utf8)) }
    hash.update(data: request.body)
    return Array(hash.finalize())
  }
}
