/// What an attack asked and what it cost.
public struct QueryLedger: Sendable, Hashable, Codable {
  /// Rows that the attack asked about.
  public var asked = 0
  /// Rows whose answer was known already and was not asked for again.
  public var cached = 0
  /// Rows that were sent to the model; every one of them costs.
  public var billed = 0
  /// Of the billed rows those that were different from all before.
  public var unique = 0
  /// Requests that carried the billed rows.
  public var requests = 0
  /// Of the cached rows those whose answer was on record from an earlier run.
  public var resumed = 0

  /// An empty ledger.
  public init() {}

  /// Queries that the theft took in all its runs, the measure of the literature.
  public var queries: Int { billed + resumed }

  /// What the queries cost at a price per query.
  public func price(perQuery: Double) -> Double { Double(queries) * perQuery }
}
