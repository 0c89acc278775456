public import LinearAlgebra
public import Querying
import Synchronization
import Tabular

/// What is known of a server before it is asked, and how it is asked.
public struct HTTPOracleOptions: Sendable {
  /// The client's key, sent as `Authorization: Bearer` and as `X-API-Key`.
  public var key: String?
  /// What is known of the inputs.
  public var inputs = InputDescription.numbers(lower: -1, upper: 1)
  /// Most that is asked for: an attack on labels has no use for probabilities.
  public var content: AnswerContent?
  /// Largest number of rows in one request; nil to find out.
  public var batchLimit: Int?
  /// Time for one request.
  public var timeout: Duration = .seconds(60)
  /// How often a request is repeated where the server is busy or the connection breaks.
  public var retries = 8
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
  /// The dialect that the server speaks.
  public let dialect: DialectName
  /// Where predictions are asked for.
  public let url: String
  /// What was found out and what is assumed, one sentence each.
  public let notes: [String]
  /// Rows that were asked about to find that out; they are in no ledger of a session.
  public let probedRows: Int
  private let client: any WireClient
  private let exchange: HTTPExchange
  private let meaning: AnswerMeaning
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
    dialect = probe.client.name
    url = probe.client.url
    notes = probe.notes
    probedRows = probe.rows
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
    let exchange = HTTPExchange(key: options.key, timeout: options.timeout, retries: options.retries)
    let (client, facts) = try await ServerDetection(url, exchange).detect()
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
      let size = min(batch.withLock { $0 }, queries.rows - answers.count)
      let rows = queries.rows(at: Array(answers.count..<answers.count + size))
      switch try await client.ask(rows, schema.inputs, details: details, over: exchange) {
      case .answers(let raw): answers += try raw.map(meaning.answer)
      case .refused(let message, let mayBeTooMany, _):
        guard mayBeTooMany, size > 1 else { throw QueryError.refused(message) }
        batch.withLock { $0 = min($0, size / 2) }
      }
    }
    return answers
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
  func ask(
    _ queries: Matrix, _ inputs: [InputColumn], details: AnswerDetails = [], over exchange: HTTPExchange
  ) async throws -> AskResult {
    let reply = try await exchange.send(request(queries, inputs, details: details))
    guard (200..<300).contains(reply.status) else {
      // Some servers report a row that they cannot take, or too many of them, as an error of their own.
      let mayBeTooMany = [400, 413, 422, 500].contains(reply.status)
      return .refused(
        reply.message, mayBeTooMany: mayBeTooMany,
        text: String(decoding: reply.body.prefix(100_000), as: UTF8.self))
    }
    guard let json = reply.json else { throw notUnderstood("it is no JSON") }
    let answers = try answers(json, details: details)
    guard answers.count == queries.rows else {
      throw QueryError.answerDamaged("\(answers.count) answers came to \(queries.rows) queries")
    }
    return .answers(answers)
  }
}
