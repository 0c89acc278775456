public import LinearAlgebra
import Synchronization
import Tabular

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
    /// Where a counterfactual was looked for, if in a region.
    public let region: QueryRegion?
    /// What came back.
    public let answer: Answer

    /// An exchange.
    public init(query: [Double], details: AnswerDetails, region: QueryRegion? = nil, answer: Answer) {
      self.query = query
      self.details = details
      self.region = region
      self.answer = answer
    }
  }

  /// How far the attack is.
  public struct Status: Sendable, Hashable {
    /// What was asked so far.
    public var ledger = QueryLedger()
    /// The share of recent answers that the attack's model would have given too, as far as the attack says.
    public var estimatedFidelity: Double?
  }

  private struct Key: Hashable {
    let bits: [UInt64]
    let details: AnswerDetails
    let region: QueryRegion?

    init(_ query: [Double], _ details: AnswerDetails, _ region: QueryRegion? = nil) {
      bits = query.map(\.bitPattern)
      self.details = details
      self.region = region
    }
  }

  private struct State {
    var status = Status()
    var known: [Key: Answer] = [:]
    /// Answers of an earlier run that this one has not asked for yet.
    var unclaimed: Set<Key> = []
    /// Whether the budget kept something from being sent.
    var wasCut = false
    /// Rows that are kept back for checks.
    var held: Set<[UInt64]> = []
  }

  /// The oracle itself; asking it directly leaves no trace in the ledger and is for measuring only.
  public let oracle: any PredictionOracle
  /// Most rows that may be sent, those of earlier runs included; nil for no limit.
  public let budget: Int?
  /// Rows as the model's users have them, to check a copy on; nil if none are known.
  public let realRows: Matrix?
  private let state: Mutex<State>
  private let check: AnswerCheck
  private let remembers: Bool
  private let record: @Sendable ([Exchange]) throws -> Void
  private let progress: @Sendable (Status) -> Void

  /// A session.
  ///
  /// - Parameters:
  ///   - remembers: whether equal queries are sent only once; a guard that answers at random is worth asking twice.
  ///   - known: exchanges of an earlier run, which are checked as new ones are when they are used.
  ///   - realRows: rows as the model's users have them, in the form of its schema.
  ///   - record: gets the exchanges of every request before the attack sees them.
  ///   - progress: gets the status after every request, and when the attack says how good its model is.
  public init(
    _ oracle: any PredictionOracle, budget: Int? = nil, remembers: Bool = true, known: [Exchange] = [],
    realRows: Matrix? = nil, record: @escaping @Sendable ([Exchange]) throws -> Void = { _ in },
    progress: @escaping @Sendable (Status) -> Void = { _ in }
  ) {
    self.oracle = oracle
    self.budget = budget
    self.remembers = remembers
    check = AnswerCheck(oracle.schema, oracle.capabilities)
    self.record = record
    self.progress = progress
    self.realRows = realRows.flatMap { Self.usable($0, oracle) }
    var state = State()
    for exchange in known {
      let key = Key(exchange.query, exchange.details, exchange.region)
      state.known[key] = exchange.answer
      state.unclaimed.insert(key)
    }
    self.state = Mutex(state)
  }

  /// What was asked so far.
  public var ledger: QueryLedger { state.withLock { $0.status.ledger } }
  /// Answers of earlier runs that this one has not asked for.
  public var unclaimed: Int { state.withLock { $0.unclaimed.count } }
  /// Whether the budget kept something from being sent.
  public var wasCut: Bool { state.withLock { $0.wasCut } }
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

  /// The answers to all rows of `queries`, which are asked as ``QuerySchema/feasibleValues(_:)`` gives them.
  ///
  /// - Throws: ``QueryError/budgetSpent(_:)`` before anything is sent if the rows cost more than is left,
  ///   ``QueryError/wrongWidth(expected:found:)``, `CancellationError`, and errors of the oracle.
  public func ask(_ queries: Matrix, details: AnswerDetails = []) async throws -> [Answer] {
    guard queries.columns == schema.inputs.count else {
      throw QueryError.wrongWidth(expected: schema.inputs.count, found: queries.columns)
    }
    let queries = schema.feasibleValues(queries)
    let keys = (0..<queries.rows).map { Key(queries.row($0), details) }
    let open = try plan(keys)
    var rest = open[...]
    while !rest.isEmpty {
      try Task.checkCancellation()
      let next = Array(rest.prefix(oracle.capabilities.batchLimit))
      rest = rest.dropFirst(try await send(next, of: queries, keys, details))
    }
    return try known(keys)
  }

  /// The answer to one query with its nearest counterfactual in a region.
  ///
  /// - Throws: as ``ask(_:details:)-(Matrix,_)``.
  public func ask(_ query: [Double], counterfactualIn region: QueryRegion) async throws -> Answer {
    guard query.count == schema.inputs.count else {
      throw QueryError.wrongWidth(expected: schema.inputs.count, found: query.count)
    }
    let details = AnswerDetails.boundedCounterfactuals
    let key = Key(query, details, region)
    if try !plan([key]).isEmpty {
      try Task.checkCancellation()
      let answer = try await oracle.answer(query, counterfactualIn: region)
      try check.verify(answer)
      try record([Exchange(query: query, details: details, region: region, answer: answer)])
      progress(note([key], [answer]))
    }
    return try known([key])[0]
  }

  /// All queries without details that were answered in this session, with their answers, in the order of their values.
  public var answered: [(query: [Double], answer: Answer)] {
    state.withLock { state in
      let keys = state.known.keys.filter { $0.details.isEmpty && !state.unclaimed.contains($0) }
      return keys.sorted { $0.bits.lexicographicallyPrecedes($1.bits) }.compactMap { key in
        state.known[key].map { (key.bits.map { Double(bitPattern: $0) }, $0) }
      }
    }
  }

  /// The answers on record.
  private func known(_ keys: [Key]) throws -> [Answer] {
    try state.withLock { state in
      try keys.map { key in
        guard let answer = state.known[key] else { throw QueryError.answerDamaged("an answer is missing") }
        return answer
      }
    }
  }

  /// Puts the answers to one request on record.
  private func note(_ keys: [Key], _ answers: [Answer]) -> Status {
    state.withLock { state in
      state.status.ledger.billed += keys.count
      state.status.ledger.requests += 1
      for (key, answer) in zip(keys, answers) {
        if state.known.updateValue(answer, forKey: key) == nil { state.status.ledger.unique += 1 }
      }
      return state.status
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
      if let budget, state.status.ledger.queries + claimed.count + open.count > budget {
        state.wasCut = true
        throw QueryError.budgetSpent(budget)
      }
      for key in keys where claimed.contains(key) {
        if let answer = state.known[key] { try check.verify(answer) }
      }
      state.unclaimed.subtract(claimed)
      state.status.ledger.asked += keys.count
      state.status.ledger.cached += keys.count - open.count
      state.status.ledger.resumed += claimed.count
      return open
    }
  }

  /// Sends one request.
  ///
  /// - Returns: how many of the rows it took.
  private func send(
    _ rows: [Int], of queries: Matrix, _ keys: [Key], _ details: AnswerDetails
  ) async throws -> Int {
    let answers = try await oracle.answerFirst(queries.rows(at: rows), details: details)
    guard (1...rows.count).contains(answers.count) else {
      throw QueryError.answerDamaged("\(answers.count) answers came to \(rows.count) queries")
    }
    for answer in answers { try check.verify(answer) }
    try record(
      zip(rows, answers).map { Exchange(query: queries.row($0), details: details, answer: $1) })
    progress(note(rows.prefix(answers.count).map { keys[$0] }, answers))
    return answers.count
  }

  /// Lets the attack say how often its model gave an answer before it was asked for.
  public func report(estimatedFidelity: Double) {
    progress(
      state.withLock { state in
        state.status.estimatedFidelity = estimatedFidelity
        return state.status
      })
  }

  /// The rows that an attack may draw from, if the oracle can answer no others: those on record without the ones that
  /// are kept back for checks.
  public var recordedQueries: Matrix? {
    guard let recorded = oracle.recordedQueries else { return nil }
    let held = state.withLock { $0.held }
    guard !held.isEmpty else { return recorded }
    return recorded.rows(
      at: (0..<recorded.rows).filter { !held.contains(recorded.row($0).map(\.bitPattern)) })
  }

  /// The rows of ``realRows`` that are not kept back for checks; nil if none are known.
  public var openRealRows: Matrix? {
    guard let realRows else { return nil }
    let held = state.withLock { $0.held }
    let asked = schema.feasible(realRows)
    return realRows.rows(at: (0..<realRows.rows).filter { !held.contains(asked.row($0).map(\.bitPattern)) })
  }

  /// Keeps rows back, so that no attack draws them from a record or from real rows and a copy can be checked on them.
  public func hold(_ rows: Matrix) {
    let all = rows.appending(rowsOf: schema.feasible(rows))
    let keys = (0..<all.rows).map { all.row($0).map(\.bitPattern) }
    state.withLock { $0.held.formUnion(keys) }
  }

  /// Rows to ask about where the attack has no wish of its own: from the record, if there is one, else uniform.
  public func rows(_ count: Int, using random: inout RandomStream) -> Matrix {
    guard let recorded = recordedQueries else { return schema.uniformRows(count, using: &random) }
    return recorded.rows(at: Array(random.permutation(recorded.rows).prefix(count)))
  }

  /// The rows that the oracle can answer: with known categories and all values, unless some may be left out.
  private static func usable(_ rows: Matrix, _ oracle: any PredictionOracle) -> Matrix? {
    guard rows.columns == oracle.schema.inputs.count, oracle.recordedQueries == nil else { return nil }
    let (inputs, takesMissing) = (oracle.schema.inputs, oracle.capabilities.acceptsMissing)
    let places = (0..<rows.rows).filter { row in
      zip(inputs, rows.row(row)).allSatisfy { input, value in
        if value.isNaN { return takesMissing }
        return input.isNumber
          ? value.isFinite : Int(exactly: value).map(input.levels.indices.contains) ?? false
      }
    }
    return places.isEmpty ? nil : rows.rows(at: places)
  }
}
