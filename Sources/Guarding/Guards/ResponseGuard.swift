import Learning
public import LinearAlgebra
public import Methods
public import Querying

/// A defence that changes or refuses answers so that less can be learned from them.
///
/// One guard is one file: a struct with a card, its settings and ``prepared(for:)``. Added to
/// ``ResponseGuards``, or to the catalogue of a program of one's own, it is known to the server, the studies
/// and the conformance tests. A guard that changes answers also withholds node ids, gradients and
/// counterfactuals, which would give the answer away.
public protocol ResponseGuard: Method {
  /// Whether honest users may get another class than the model's.
  static var changesLabels: Bool { get }
  /// Sets the guard up for a service.
  ///
  /// - Throws: ``GuardingError/unsafeGuard(method:reason:)`` if its parameters would change answers that it must
  ///   leave alone, ``GuardingError/notApplicable(method:reason:)`` if the service has nothing for it to guard or
  ///   lacks what it needs.
  func prepared(for context: ServiceContext) throws -> any PreparedGuard
}

extension ResponseGuard {
  public static var changesLabels: Bool { false }
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
    let answers = try await base.answer(queries, details: details.intersection(capabilities.details))
    return try guards.reduce(answers) { try $1.guarded($0, to: queries, client: client) }
  }

  public func answer(_ query: [Double], counterfactualIn region: QueryRegion) async throws -> Answer {
    let answer = try await base.answer(query, counterfactualIn: region)
    let queries = Matrix(rows: 1, columns: query.count, elements: query)
    return try guards.reduce([answer]) { try $1.guarded($0, to: queries, client: client) }[0]
  }
}
