public import LinearAlgebra
import Synchronization

/// An oracle as an attack uses it: every query is counted, a known answer is not asked for again, and a budget is
/// kept.
///
/// An attack is deterministic for a given seed, so an interrupted one is resumed by running it again with the
/// answers on record: they come from memory and only the rest is sent.
public final class QuerySession: Sendable {
  /// A query and its answer, as they go on record.
  public struct Exchange: Sendable, Hashable {
    /// The values of the query.
    public let query: [Double]
    /// What was asked for besides the answer.
    public let details: AnswerDetails
    /// What came back.
    public let answer: Answer

    /// An exchange.
    public init(query: [Double], details: AnswerDetails, answer: Answer) {
      self.query = query
      self.details = details
      self.answer = answer
    }
  }

  private struct Key: Hashable {
    let bits: [UInt64]
    let details: AnswerDetails

    init(_ query: [Double], _ details: AnswerDetails) {
      bits = query.map(\.bitPattern)
      self.details = details
    }
  }

  private struct State {
    var ledger = QueryLedger()
    var known: [Key: Answer] = [:]
    /// Answers of an earlier run that this one has not asked for yet.
    var unclaimed: Set<Key> = []
  }

  /// The oracle itself; asking it directly leaves no trace in the ledger and is for measuring only.
  public let oracle: any PredictionOracle
  /// Most rows that may be sent, those of earlier runs included; nil for no limit.
  public let budget: Int?
  private let state: Mutex<State>
  private let remembers: Bool
  private let record: @Sendable ([Exchange]) throws -> Void
  private let progress: @Sendable (QueryLedger) -> Void

  /// A session.
  ///
  /// - Parameters:
  ///   - remembers: whether equal queries are sent only once; a guard that answers at random is worth asking twice.
  ///   - known: exchanges of an earlier run.
  ///   - record: gets the exchanges of every request before the attack sees them.
  ///   - progress: gets the ledger after every request.
  public init(
    _ oracle: any PredictionOracle, budget: Int? = nil, remembers: Bool = true, known: [Exchange] = [],
    record: @escaping @Sendable ([Exchange]) throws -> Void = { _ in },
    progress: @escaping @Sendable (QueryLedger) -> Void = { _ in }
  ) {
    self.oracle = oracle
    self.budget = budget
    self.remembers = remembers
    self.record = record
    self.progress = progress
    var state = State()
    for exchange in known {
      let key = Key(exchange.query, exchange.details)
      state.known[key] = exchange.answer
      state.unclaimed.insert(key)
    }
    self.state = Mutex(state)
  }

  /// What was asked so far.
  public var ledger: QueryLedger { state.withLock { $0.ledger } }
  /// The columns and the target of the model.
  public var schema: QuerySchema { oracle.schema }
  /// What the oracle can do.
  public var capabilities: OracleCapabilities { oracle.capabilities }
  /// Queries that may still be sent; nil for no limit.
  public var remaining: Int? { budget.map { max($0 - ledger.queries, 0) } }

  /// The answer to one query.
  ///
  /// - Throws: as ``ask(_:details:)-(Matrix,_)``.
  public func ask(_ query: [Double], details: AnswerDetails = []) async throws -> Answer {
    try await ask(Matrix(rows: 1, columns: query.count, elements: query), details: details)[0]
  }

  /// The answers to all rows of `queries`.
  ///
  /// - Throws: ``QueryError/budgetSpent(_:)`` before anything is sent if the rows cost more than is left,
  ///   ``QueryError/wrongWidth(expected:found:)``, `CancellationError`, and errors of the oracle.
  public func ask(_ queries: Matrix, details: AnswerDetails = []) async throws -> [Answer] {
    guard queries.columns == schema.inputs.count else {
      throw QueryError.wrongWidth(expected: schema.inputs.count, found: queries.columns)
    }
    let keys = (0..<queries.rows).map { Key(queries.row($0), details) }
    let open = try plan(keys)
    let limit = oracle.capabilities.batchLimit
    for start in stride(from: 0, to: open.count, by: limit) {
      try Task.checkCancellation()
      try await send(Array(open[start..<min(start + limit, open.count)]), of: queries, keys, details)
    }
    return try state.withLock { state in
      try keys.map { key in
        guard let answer = state.known[key] else { throw QueryError.answerDamaged("an answer is missing") }
        return answer
      }
    }
  }

  /// Counts the rows and gives those that must be sent.
  private func plan(_ keys: [Key]) throws -> [Int] {
    try state.withLock { state in
      var (open, planned) = ([Int](), Set<Key>())
      for (row, key) in keys.enumerated() {
        let isKnown = state.unclaimed.contains(key) || (remembers && state.known[key] != nil)
        if !isKnown, !remembers || planned.insert(key).inserted { open.append(row) }
      }
      let claimed = Set(keys).intersection(state.unclaimed)
      if let budget, state.ledger.queries + claimed.count + open.count > budget {
        throw QueryError.budgetSpent(budget)
      }
      state.unclaimed.subtract(claimed)
      state.ledger.asked += keys.count
      state.ledger.cached += keys.count - open.count
      state.ledger.resumed += claimed.count
      return open
    }
  }

  private func send(
    _ rows: [Int], of queries: Matrix, _ keys: [Key], _ details: AnswerDetails
  ) async throws {
    let answers = try await oracle.answer(queries.rows(at: rows), details: details)
    guard answers.count == rows.count else {
      throw QueryError.answerDamaged("\(answers.count) answers came to \(rows.count) queries")
    }
    try record(
      zip(rows, answers).map { Exchange(query: queries.row($0), details: details, answer: $1) })
    let ledger = state.withLock { state in
      state.ledger.billed += rows.count
      state.ledger.requests += 1
      for (row, answer) in zip(rows, answers) {
        if state.known.updateValue(answer, forKey: keys[row]) == nil { state.ledger.unique += 1 }
      }
      return state.ledger
    }
    progress(ledger)
  }

  /// Rows to ask about where the attack has no wish of its own: from the record, if there is one, else uniform.
  public func rows(_ count: Int, using random: inout RandomStream) -> Matrix {
    guard let recorded = oracle.recordedQueries else { return schema.uniformRows(count, using: &random) }
    return recorded.rows(at: Array(random.permutation(recorded.rows).prefix(count)))
  }
}
