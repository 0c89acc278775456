public import Learning
public import LinearAlgebra
public import Querying

/// What the owner of a model knows when a guard or a detector is set up.
public struct ServiceContext: Sendable {
  /// The columns and the target of the service.
  public let schema: QuerySchema
  /// The model that is served.
  public let pipeline: Pipeline
  /// Queries as honest users make them, in the form of the schema; without rows if there are none.
  public let benign: Matrix
  /// Key of everything that must look random to a client but be the same for the same query.
  public let secret: [UInt8]

  /// A context; `benign` has a column per input.
  public init(schema: QuerySchema, pipeline: Pipeline, benign: Matrix? = nil, secret: [UInt8] = []) {
    let benign = benign ?? Matrix(rows: 0, columns: schema.inputs.count)
    precondition(benign.columns == schema.inputs.count, "benign queries of another width")
    self.schema = schema
    self.pipeline = pipeline
    self.benign = benign
    self.secret = secret
  }
}

/// A defence that changes or refuses answers so that less can be learned from them.
///
/// One guard is one file: a struct whose stored properties are its parameters (named as on its card) and a card. A
/// line in ``GuardCatalogue`` makes it known to the server, the studies and the conformance tests.
public protocol ResponseGuard: Sendable, Codable {
  /// Identity, source and parameters.
  static var card: MethodCard { get }
  /// The guard with its default parameters.
  init()
  /// Sets the guard up for a service.
  ///
  /// - Throws: ``StealingError/unsafeGuard(method:reason:)`` if its parameters would change answers that it must
  ///   leave alone, `QueryError.notOffered` if the service has nothing for it to guard.
  func prepared(for context: ServiceContext) throws -> any PreparedGuard
}

/// A guard that was set up. The same query gets the same answer however often it is asked.
public protocol PreparedGuard: Sendable {
  /// What the service still offers.
  func capabilities(_ offered: OracleCapabilities) -> OracleCapabilities
  /// The answers that are given instead.
  ///
  /// - Throws: `QueryError.refused` for queries that get no answer.
  func guarded(_ answers: [Answer], to queries: Matrix, client: String) throws -> [Answer]
}

/// An oracle behind guards, of which the first sees the model's own answers.
public struct GuardedOracle: PredictionOracle {
  private let base: any PredictionOracle
  private let guards: [any PreparedGuard]
  private let client: String

  /// An oracle whose answers pass `guards`, as one client sees it.
  public init(_ base: any PredictionOracle, guards: [any PreparedGuard], client: String = "client") {
    self.base = base
    self.guards = guards
    self.client = client
  }

  public var schema: QuerySchema { base.schema }
  public var capabilities: OracleCapabilities {
    guards.reduce(base.capabilities) { $1.capabilities($0) }
  }
  public var recordedQueries: Matrix? { base.recordedQueries }
  public var traffic: Traffic { base.traffic }

  public func answer(_ queries: Matrix, details: AnswerDetails) async throws -> [Answer] {
    let answers = try await base.answer(queries, details: details)
    return try guards.reduce(answers) { try $1.guarded($0, to: queries, client: client) }
  }

  public func answer(_ query: [Double], counterfactualIn region: QueryRegion) async throws -> Answer {
    let answer = try await base.answer(query, counterfactualIn: region)
    let queries = Matrix(rows: 1, columns: query.count, elements: query)
    return try guards.reduce([answer]) { try $1.guarded($0, to: queries, client: client) }[0]
  }
}
