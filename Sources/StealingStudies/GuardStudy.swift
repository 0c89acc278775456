import Experiments
import Learning
public import LinearAlgebra
import Querying
public import Stealing

/// Guards beside attacks on one model: how close a copy comes, with how many queries, and what honest users pay.
public struct GuardStudy: Sendable {
  /// The model and what its owner knows; guards are set up with its honest queries.
  public let context: ServiceContext
  /// Honest queries that neither the model nor the guards have seen, in the form of the schema.
  public let testRows: Matrix
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
    /// Why there is no copy; nil if there is one.
    public let failure: String?
    /// What the guards cost honest users, measured on the test rows.
    public let cost: GuardCost
  }

  /// One attack against guards, the first of which sees the model's own answers.
  ///
  /// An attack that cannot work on what is left, is refused or finds no model gives a cell with the reason.
  ///
  /// - Throws: `StealingError` if a guard cannot be set up, errors of the model, `CancellationError`.
  public func cell(
    guards: [any ResponseGuard], attack: any ExtractionAttack, budget: Int?, seed: UInt64
  ) async throws -> Cell {
    let cost = try GuardCost.measured(
      guards.map { try $0.prepared(for: context) }, on: context.replacing(benign: testRows))
    // Set up anew, so that clients who are counted begin with nothing.
    let oracle = GuardedOracle(context.oracle, guards: try guards.map { try $0.prepared(for: context) })
    let session = QuerySession(oracle, budget: budget)
    var (copy, failure) = (FidelityReport?.none, String?.none)
    do {
      try ExtractionCatalogue.check(type(of: attack), on: oracle.schema, oracle.capabilities)
      var random = RandomStream(seed: seed).child("attack")
      let stolen = try await attack.steal(session, using: &random)
      var rows = RandomStream(seed: seed).child("uniform")
      copy = try await FidelityReport.measure(
        context.oracle, stolen, ledger: session.ledger, testRows: testRows, uniformCount: uniformRows,
        using: &rows)
    } catch let error as StealingError {
      failure = error.description
    } catch let error as QueryError {
      failure = error.description
    }
    let ids = guards.map { type(of: $0).card.id }
    return Cell(
      guards: ids.isEmpty ? "none" : ids.joined(separator: "+"), attack: type(of: attack).card.id, seed: seed,
      queries: session.ledger.queries, testFidelity: copy?.test?.fidelity,
      uniformFidelity: copy?.uniform.fidelity, failure: failure, cost: cost)
  }

  /// All guards beside all attacks, guards first, and every attack also without a guard. Guards that the model gives
  /// nothing to do, such as those of probabilities on a number, are left out.
  ///
  /// - Throws: as ``cell(guards:attack:budget:seed:)``.
  public func matrix(
    guards: [any ResponseGuard] = GuardCatalogue.all.map { $0.init() },
    attacks: [any ExtractionAttack] = ExtractionCatalogue.all.map { $0.init() }, budget: Int?,
    seeds: [UInt64] = [1]
  ) async throws -> [Cell] {
    var cells: [Cell] = []
    for chain in [[]] + guards.map({ [$0] }) {
      do {
        _ = try chain.map { try $0.prepared(for: context) }
      } catch StealingError.notApplicable {
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
    var result = ServiceContext(
      schema: schema, pipeline: pipeline, benign: benign, keyedHash: keyedHash, clock: clock)
    result.members = members
    return result
  }
}
