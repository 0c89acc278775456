import Learning
public import LinearAlgebra
public import Methods
public import Querying
public import Guarding
public import Stealing

/// A study of guards on one model, over several seeds.
///
/// Every seed divides the honest rows into halves: one that guards are set up with, and one that is held out to measure
/// costs and copies on.
public struct GuardStudyRun: Sendable {
  /// A guard with the name that results have for it.
  public struct Candidate: Sendable {
    let name: String
    let guarding: any ResponseGuard

    /// A guard.
    public init(name: String, _ guarding: any ResponseGuard) { (self.name, self.guarding) = (name, guarding) }
  }

  /// What came out.
  public struct Result: Sendable {
    /// Guards first, then attacks, then seeds.
    public let cells: [GuardStudy.Cell]
    /// Why guards were left out, one sentence each.
    public let remarks: [String]
    /// What was measured.
    public let methods: [MethodEntry]
  }

  /// The model.
  private let oracle: PipelineOracle
  /// Rows as its users have them, in the form of its schema.
  private let honest: Matrix
  /// Training rows of the model; nil for none.
  private let members: Matrix?
  /// The guards; empty for all that fit.
  private let guards: [Candidate]
  /// All guards that there are, with their defaults.
  private let knownGuards: [Candidate]
  /// The attacks; empty for all that fit but the automatic one, which tries the others.
  private let attacks: [any ExtractionAttack]
  /// Most queries of an attack.
  private let budget: Int
  /// Seeds of divisions and attacks.
  private let seeds: [UInt64]
  /// Most rows that are held out.
  public var testLimit = 500
  /// Cells that are worked on at the same time, which changes nothing.
  public var workers = 1

  /// Fewest honest rows.
  public static let fewestRows = 20

  /// A study.
  ///
  /// - Parameters:
  ///   - honest: at least ``fewestRows`` rows.
  ///   - guards: none for all of `knownGuards` that fit, with their defaults.
  ///   - attacks: none for all of `knownAttacks` that fit.
  /// - Throws: `GuardingError.notApplicable` with too few rows.
  public init(
    _ oracle: PipelineOracle, honest: Matrix, members: Matrix? = nil, guards: [Candidate] = [],
    attacks: [any ExtractionAttack] = [], knownGuards: Catalogue<any ResponseGuard> = ResponseGuards.builtIn,
    knownAttacks: Catalogue<any ExtractionAttack> = ExtractionAttacks.builtIn, budget: Int, seeds: [UInt64]
  ) throws {
    guard honest.rows >= Self.fewestRows else {
      throw GuardingError.notApplicable(
        method: "a study of guards",
        reason: "it needs at least \(Self.fewestRows) rows of honest users and has \(honest.rows)")
    }
    self.oracle = oracle
    self.honest = honest
    self.members = members
    self.guards = guards
    self.knownGuards = knownGuards.methods.map { Candidate(name: type(of: $0).card.id, $0) }
    self.attacks =
      attacks.isEmpty
      ? knownAttacks.working(on: oracle.schema, oracle.capabilities)
        .filter { type(of: $0).card.id != AutomaticAttack.card.id } : attacks
    self.budget = budget
    self.seeds = seeds
  }

  /// The division of a seed.
  private func study(_ seed: UInt64) -> GuardStudy {
    var random = RandomStream(seed: seed).child("guard study")
    let order = random.permutation(honest.rows)
    let half = honest.rows / 2
    var context = ServiceContext(
      schema: oracle.schema, pipeline: oracle.pipeline, inputs: .columns,
      benign: honest.rows(at: Array(order.prefix(half))),
      keyedHash: .hmacSHA256(key: Array("\(seed)".utf8)), clock: { 0 })
    context.members = members
    return GuardStudy(
      context: context, testRows: honest.rows(at: Array(order.dropFirst(half).prefix(testLimit))))
  }

  private struct Job: Sendable {
    let name: String
    let chain: [any ResponseGuard]
    let attack: any ExtractionAttack
    let study: GuardStudy
    let cost: GuardCost
    let seed: UInt64
  }

  /// Makes all thefts.
  ///
  /// - Parameter progress: is told how many of them are done, and may throw to stop.
  /// - Throws: errors of the model, of a guard that was asked for and cannot be set up, and `CancellationError`.
  public func run(
    progress: @escaping @Sendable (_ done: Int, _ total: Int) throws -> Void
  ) async throws -> Result {
    let studies = seeds.map { (seed: $0, study: study($0)) }
    let named =
      guards.isEmpty ? knownGuards : guards
    var (jobs, remarks, methods) = ([Job](), [String](), [MethodEntry]())
    for (name, chain) in [("none", [])] + named.map({ ($0.name, [$0.guarding]) }) {
      do {
        var found: [(UInt64, GuardStudy, GuardCost)] = []
        for (seed, study) in studies {
          try Task.checkCancellation()
          try progress(0, 0)
          found.append((seed, study, try study.cost(of: chain)))
        }
        for attack in attacks {
          jobs += found.map { seed, study, cost in
            Job(name: name, chain: chain, attack: attack, study: study, cost: cost, seed: seed)
          }
        }
        methods += chain.map { type(of: $0).entry }
      } catch let error as GuardingError where guards.isEmpty {
        remarks.append("left out: \(error)")
      }
    }
    let cells = try await cells(jobs, progress)
    return Result(cells: cells, remarks: remarks, methods: methods + attacks.map { type(of: $0).entry })
  }

  private func cells(
    _ jobs: [Job], _ progress: @escaping @Sendable (Int, Int) throws -> Void
  ) async throws -> [GuardStudy.Cell] {
    let budget = budget
    return try await withThrowingTaskGroup(of: (Int, GuardStudy.Cell).self) { group in
      var (cells, next) = ([GuardStudy.Cell?](repeating: nil, count: jobs.count), 0)
      func add() {
        guard next < jobs.count else { return }
        let (place, job) = (next, jobs[next])
        next += 1
        group.addTask {
          (
            place,
            try await job.study.cell(
              guards: job.chain, attack: job.attack, budget: budget, seed: job.seed, name: job.name,
              cost: job.cost)
          )
        }
      }
      for _ in 0..<max(workers, 1) { add() }
      var done = 0
      while let (place, cell) = try await group.next() {
        cells[place] = cell
        done += 1
        try progress(done, jobs.count)
        add()
      }
      return cells.compactMap(\.self)
    }
  }
}
