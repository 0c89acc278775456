import Experiments
import Learning
public import LinearAlgebra
public import Methods
import Querying
public import Guarding
public import Stealing

/// Guards beside attacks on one model: how close a copy comes, with how many queries, and what honest users pay.
public struct GuardStudy: Sendable {
  /// The model and what its owner knows; guards are set up with its honest queries.
  public let context: ServiceContext
  /// Honest queries that neither the model nor the guards have seen, in the form of the schema.
  public let testRows: Matrix
  /// The true classes of these rows; nil if they are not known.
  public var testLabels: [Int]?
  /// Uniform rows on which a copy is compared with the model.
  public var uniformRows = 2000

  /// A study; `testRows` has at least one row.
  public init(context: ServiceContext, testRows: Matrix) {
    precondition(testRows.rows > 0 && testRows.columns == context.schema.inputs.count, "rows of another form")
    self.context = context
    self.testRows = testRows
  }

  /// What one attack got past one chain of guards.
  public struct Cell: Sendable, Hashable, Codable {
    /// Ids of the guards, joined by "+"; "none" without.
    public let guards: String
    /// Id of the attack.
    public let attack: String
    /// Seed of the attack.
    public let seed: UInt64
    /// Queries that were answered.
    public let queries: Int
    /// Share of the test rows with the model's class; nil without a copy and for a number.
    public let testFidelity: Double?
    /// Share of uniform rows with the model's class; nil without a copy and for a number.
    public let uniformFidelity: Double?
    /// Mean difference of the copy's numbers from the model's on the test rows; nil without a copy and for classes.
    public let testDifference: Double?
    /// The same on uniform rows.
    public let uniformDifference: Double?
    /// Share of the test rows whose true class the copy gives; nil without a copy and without true classes.
    public let accuracy: Double?
    /// The same of the model without guards.
    public let modelAccuracy: Double?
    /// Why there is no copy; nil if there is one.
    public let failure: String?
    /// Seconds that the attack waited for a limited rate, requests taking none; nil without such a guard.
    public let waitedSeconds: Double?
    /// What the guards cost honest users, measured on the test rows.
    public let cost: GuardCost
  }

  /// One attack against guards, the first of which sees the model's own answers.
  ///
  /// An attack that cannot work on what is left, is refused or finds no model gives a cell with the reason. Where the
  /// context has a clock it is a simulated one: honest users ask a query a second, and an attack behind a limited rate
  /// waits until it may go on.
  ///
  /// - Parameters:
  ///   - name: what to call the guards; nil for their ids.
  ///   - cost: what they cost honest users, as ``cost(of:)`` gives it; nil to measure it.
  /// - Throws: `GuardingError` if a guard cannot be set up, errors of the model, `CancellationError`.
  public func cell(
    guards: [any ResponseGuard], attack: any ExtractionAttack, budget: Int?, seed: UInt64,
    name: String? = nil, cost: GuardCost? = nil
  ) async throws -> Cell {
    let cost = try cost ?? self.cost(of: guards)
    // Set up anew, so that clients who are counted begin with nothing.
    let clock = SimulatedClock()
    var oracle: any PredictionOracle = GuardedOracle(
      try context.oracle, guards: try prepared(guards) { clock.seconds })
    let rate = guards.compactMap { $0 as? RateLimit }.map(\.perSecond).min()
    if let rate { oracle = PatientOracle(base: oracle, clock: clock, perSecond: rate) }
    let session = QuerySession(oracle, budget: budget)
    let attempt = try await TheftAttempt(
      attack, session, beside: context.oracle, testRows: testRows, labels: testLabels,
      uniformRows: uniformRows, seed: seed)
    let ids = guards.map { type(of: $0).card.id }
    return Cell(
      guards: name ?? (ids.isEmpty ? "none" : ids.joined(separator: "+")), attack: type(of: attack).card.id,
      seed: seed,
      queries: session.ledger.queries, testFidelity: attempt.copy?.test?.fidelity,
      uniformFidelity: attempt.copy?.uniform.fidelity,
      testDifference: attempt.copy?.test?.meanDifference,
      uniformDifference: attempt.copy?.uniform.meanDifference, accuracy: attempt.copy?.accuracy,
      modelAccuracy: attempt.copy?.modelAccuracy, failure: attempt.failure,
      waitedSeconds: rate == nil ? nil : clock.seconds, cost: cost)
  }

  /// What guards cost honest users on the test rows, asked about one a second where the context has a clock.
  ///
  /// - Throws: `GuardingError` if a guard cannot be set up, errors of the model.
  public func cost(of guards: [any ResponseGuard]) throws -> GuardCost {
    let honest = SimulatedClock()
    return try GuardCost.measured(
      prepared(guards) { honest.wait(1) }, on: context.replacing(benign: testRows))
  }

  /// Guards that were set up with a clock, if the context has one.
  private func prepared(
    _ guards: [any ResponseGuard], clock: @escaping @Sendable () -> Double
  ) throws -> [any PreparedGuard] {
    let own = context.clock == nil ? context : context.replacing(clock: clock)
    return try guards.map { try $0.prepared(for: own) }
  }

  /// All guards beside all attacks, guards first, and every attack also without a guard. Guards that the model gives
  /// nothing to do, such as those of probabilities on a number, are left out.
  ///
  /// - Throws: as ``cell(guards:attack:budget:seed:)``.
  public func matrix(
    guards: [any ResponseGuard] = ResponseGuards.builtIn.methods,
    attacks: [any ExtractionAttack] = ExtractionAttacks.builtIn.methods, budget: Int?,
    seeds: [UInt64] = [1]
  ) async throws -> [Cell] {
    var cells: [Cell] = []
    for chain in [[]] + guards.map({ [$0] }) {
      do {
        _ = try chain.map { try $0.prepared(for: context) }
      } catch GuardingError.notApplicable {
        continue
      }
      for attack in attacks {
        for seed in seeds {
          try Task.checkCancellation()
          cells.append(try await cell(guards: chain, attack: attack, budget: budget, seed: seed))
        }
      }
    }
    return cells
  }
}

extension ServiceContext {
  /// This context with other honest queries.
  public func replacing(benign: Matrix) -> ServiceContext {
    var result = self
    result.benign = benign
    return result
  }

  /// This context with another clock.
  func replacing(clock: @escaping @Sendable () -> Double) -> ServiceContext {
    var result = self
    result.clock = clock
    return result
  }
}
