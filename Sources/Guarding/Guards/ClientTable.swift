import Synchronization

/// What a guard remembers of every client, in bounded memory: clients beyond the first `limit` share one entry.
public final class ClientTable<Entry: Sendable>: Sendable {
  private struct Contents {
    var entries: [String: Entry] = [:]
    var others: Entry
  }

  private let limit: Int
  private let start: Entry
  private let contents: Mutex<Contents>

  /// A table in which every client begins with `start`.
  ///
  /// - Parameter limit: clients that have an entry of their own.
  public init(start: Entry, limit: Int = 100_000) {
    self.start = start
    self.limit = limit
    contents = Mutex(Contents(others: start))
  }

  /// Changes the entry of a client; a change whose body throws is kept too.
  ///
  /// - Throws: what `body` throws.
  public func update<Result: Sendable>(
    _ client: String, _ body: @Sendable (inout Entry) throws -> Result
  ) throws -> Result {
    try contents.withLock { contents in
      if contents.entries[client] == nil, contents.entries.count >= limit {
        return try body(&contents.others)
      }
      return try body(&contents.entries[client, default: start])
    }
  }
}
