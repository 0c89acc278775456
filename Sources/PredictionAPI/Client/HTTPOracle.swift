public import LinearAlgebra
public import Querying
import Synchronization
import Tabular

/// What is known of a server before it is asked, and how it is asked.
public struct HTTPOracleOptions: Sendable {
  /// Headers, keys and trust.
  public var connection = HTTPConnection()
  /// What is known of the inputs; nil for nothing.
  public var inputs: InputDescription?
  /// Tables with rows like those of the model's users, for ranges that the server does not tell.
  public var examples: [ColumnRanges.Example] = []
  /// How to ask a service of no known dialect; nil to find out.
  public var template: ServiceTemplate?
  /// What the answers are taken for: an attack on labels has no use for probabilities, and a number between 0 and 1 may
  /// be a probability or not. Nil to find out.
  public var content: AnswerContent?
  /// What an earlier run found out of the same server, so that it need not be asked again.
  public var earlier: QueryRecord.Header?
  /// Rows of one request of that run when it ended, which this one keeps to unless the user has a wish.
  public var earlierBatch: Int?
  /// Names for the requests about rows.
  public var names = QueryNames()
  /// Largest number of rows in one request; nil to find out.
  public var batchLimit: Int?
  /// Time for one request.
  public var timeout: Duration = .seconds(60)
  /// How often a request is repeated where the server is busy or the connection breaks.
  public var retries = 8
  /// The most rows that may be sent, those of finding out included; nil for no limit.
  public var limit: SendingLimit?
  /// Is told of every wait of two seconds or more that the server asks for.
  public var waits: @Sendable (Duration) -> Void = { _ in }
  /// Is told, before it matters, of every smaller number of rows that is asked about in one request from then on.
  public var narrows: @Sendable (Int) throws -> Void = { _ in }
  /// Most rows that are asked about to find out what the answers mean.
  public var probes = 40

  /// The defaults.
  public init() {}
}

/// A model behind HTTP, on a server of any dialect in ``DialectName``.
///
/// ``connect(url:options:)`` finds out dialect, columns, classes and what the answers hold, from the server's
/// metadata and a few answers. What it cannot find out it assumes, and says so in ``notes``.
public final class HTTPOracle: PredictionOracle {
  public let schema: QuerySchema
  public let capabilities: OracleCapabilities
  /// The dialect that the server speaks; nil if it is asked by a template.
  public let dialect: DialectName?
  /// Where predictions are asked for.
  public let url: String
  /// What was found out and what is assumed, one sentence each.
  public let notes: [String]
  /// Rows that were asked about to find that out; they are in no ledger of a session.
  public let probedRows: Int
  /// Those of them whose answers tell something of the model and are what they claim, for the record.
  public let probes: [QuerySession.Exchange]
  let client: any WireClient
  let exchange: HTTPExchange
  let meaning: AnswerMeaning
  /// Names of the outputs that the server lists.
  let outputs: [String]
  /// Whether the server gives one number, the probability of the second of two classes.
  let isSecond: Bool
  private let narrows: @Sendable (Int) throws -> Void
  /// Largest number of rows in one request that the server took so far.
  private let batch: Mutex<Int>

  init(
    _ probe: ServerProbe, schema: QuerySchema, capabilities: OracleCapabilities, meaning: AnswerMeaning
  ) {
    self.schema = schema
    self.capabilities = capabilities
    self.meaning = meaning
    client = probe.client
    exchange = probe.exchange
    narrows = probe.options.narrows
    dialect = probe.client.dialect
    url = probe.client.url
    notes = probe.notes
    probedRows = probe.rows
    outputs = probe.facts.outputs
    isSecond = capabilities.content == .probabilities && probe.sampled.allSatisfy { $0.answer.scores.isEmpty }
    let check = AnswerCheck(schema, capabilities)
    probes = probe.sampled.compactMap { query, raw in
      guard let answer = try? meaning.answer(raw), check.fault(answer) == nil else { return nil }
      return .init(query: query, details: [], answer: answer)
    }
    batch = Mutex(capabilities.batchLimit)
  }

  /// Finds out how to ask a server.
  ///
  /// - Parameter url: `http://HOST:PORT`, or with the path of a model, such as `/v2/models/NAME`,
  ///   `/v1/models/NAME:predict` or `/invocations`.
  /// - Throws: ``HTTPOracleError``, or `QueryError.refused` if the server takes no query.
  public static func connect(
    url: String, options: HTTPOracleOptions = HTTPOracleOptions()
  ) async throws -> HTTPOracle {
    var (url, connection) = (url, options.connection)
    connection.takeQuery(of: &url)
    try connection.takeUser(of: &url)
    let exchange = try HTTPExchange(
      connection, timeout: options.timeout, retries: options.retries, limit: options.limit,
      names: options.names, waits: options.waits)
    let (client, facts) = try await ServerDetection(
      url, exchange, template: options.template,
      known: ColumnRanges(description: options.inputs, examples: options.examples)
    ).detect()
    var probe = ServerProbe(client: client, exchange: exchange, facts: facts, options: options)
    return try await probe.oracle()
  }

  /// Bytes of the bodies of requests and replies, those of finding out included.
  public var traffic: Traffic { exchange.traffic }

  public func answer(_ queries: Matrix, details: AnswerDetails) async throws -> [Answer] {
    guard queries.columns == schema.inputs.count else {
      throw QueryError.wrongWidth(expected: schema.inputs.count, found: queries.columns)
    }
    var answers: [Answer] = []
    answers.reserveCapacity(queries.rows)
    while answers.count < queries.rows {
      let end = min(answers.count + batch.withLock { $0 }, queries.rows)
      answers += try await answerFirst(
        queries.rows(at: Array(answers.count..<end)), details: details)
    }
    return answers
  }

  public func answerFirst(_ queries: Matrix, details: AnswerDetails) async throws -> [Answer] {
    guard queries.columns == schema.inputs.count else {
      throw QueryError.wrongWidth(expected: schema.inputs.count, found: queries.columns)
    }
    while true {
      let size = min(batch.withLock { $0 }, queries.rows)
      let rows = queries.rows(at: Array(0..<size))
      do {
        switch try await client.ask(rows, schema.inputs, details: details, over: exchange) {
        case .answers(let raw): return try raw.map(meaning.answer)
        case .refused(let message, let mayBeTooMany, _):
          guard mayBeTooMany, size > 1 else { throw QueryError.refused(message) }
        }
      } catch HTTPOracleError.tooSlow where size > 1 {
        // Time for the server to see that nobody waits, and to give back what it set aside.
        try await Task.sleep(for: .milliseconds(250))
      }
      let isNew = batch.withLock { limit in
        defer { limit = min(limit, size / 2) }
        return size / 2 < limit
      }
      if isNew { try narrows(size / 2) }
    }
  }

  public func answer(_ query: [Double], counterfactualIn region: QueryRegion) async throws -> Answer {
    guard capabilities.details.contains(.boundedCounterfactuals), var client = client as? V2Client else {
      throw QueryError.notOffered(
        need: "counterfactuals in a region", offer: "no such explanations", alternatives: [])
    }
    guard query.count == schema.inputs.count, region.fits(schema.inputs) else {
      throw QueryError.wrongWidth(expected: schema.inputs.count, found: query.count)
    }
    client.region = region
    let row = Matrix(rows: 1, columns: query.count, elements: query)
    switch try await client.ask(row, schema.inputs, details: .boundedCounterfactuals, over: exchange) {
    case .answers(let raw): return try meaning.answer(raw[0])
    case .refused(let message, _, _): throw QueryError.refused(message)
    }
  }
}

/// What became of a request.
enum AskResult: Sendable {
  case answers([RawAnswer])
  /// The server's words in short, whether fewer rows might do, and all that it says.
  case refused(String, mayBeTooMany: Bool, text: String)
}

extension WireClient {
  /// Asks about rows once.
  ///
  /// - Throws: `QueryError.budgetSpent` before anything is sent if the rows are more than may be, and errors of the
  ///   exchange.
  func ask(
    _ queries: Matrix, _ inputs: [InputColumn], details: AnswerDetails = [], over exchange: HTTPExchange
  ) async throws -> AskResult {
    var request = try request(queries, inputs, details: details)
    request.isDivisible = queries.rows > 1
    try exchange.limit?.take(queries.rows)
    request.name = exchange.names.take(request, about: queries)
    let reply: WireReply
    do {
      reply = try await exchange.send(request)
    } catch {
      exchange.names.giveBack(queries)
      // The rows of a large request are asked about again in smaller ones.
      if case HTTPOracleError.tooSlow = error, queries.rows > 1 { exchange.limit?.giveBack(queries.rows) }
      throw error
    }
    guard (200..<300).contains(reply.status) else {
      // Some servers report a row that they cannot take, or too many of them, as an error of their own; one that asks
      // for work may ask for less of it.
      exchange.names.giveBack(queries)
      let mayBeTooMany = [400, 413, 422, 428, 500].contains(reply.status)
      if queries.rows > 1 { exchange.limit?.giveBack(queries.rows) }
      return .refused(
        reply.message, mayBeTooMany: mayBeTooMany,
        text: String(decoding: reply.body.prefix(100_000), as: UTF8.self))
    }
    guard let json = json(of: reply) else { throw notUnderstood("it is no JSON") }
    let answers = try answers(json, rows: queries.rows)
    if let wide = answers.first(where: { $0.scores.count > ModelFacts.widthLimit }) {
      throw notUnderstood("an answer has \(wide.scores.count) scores, more than \(ModelFacts.widthLimit)")
    }
    return .answers(answers)
  }
}
