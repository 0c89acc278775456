public import Datasets
public import Experiments
import Privacy
import Learning
import LinearAlgebra
public import Methods

/// The statements on privacy mechanisms, accountants and audits, each beside what is measured here.
public struct PrivacyReproduction: Sendable {
  /// Where the data are looked for.
  public var searchPath: DataSearchPath
  /// What an attacker makes of a dosage model.
  public var attack: GenotypeAttack
  /// Dosage models for each budget.
  public var models = 100
  /// Repetitions of everything else with chance.
  public var seeds: [UInt64] = [1, 2, 3, 4, 5]
  /// Rows of the table to reproduce; nil for all.
  public var rows: Set<Int>?
  /// Names of the statements to test; nil for all.
  public var only: Set<String>?
  /// Experiments at the same time; results do not depend on it.
  public var workers = 1

  /// A reproduction of everything.
  public init(
    searchPath: DataSearchPath, attack: @escaping GenotypeAttack = PrivateDosageCohort.mostProbableGenotype
  ) {
    self.searchPath = searchPath
    self.attack = attack
  }

  /// What a reproduction gave.
  public struct Run: Sendable {
    /// The outcomes, in the order of the statements.
    public let outcomes: [Outcome]
    /// The statements.
    public let claims: [Claim]
    /// Row of the table for each statement.
    public let rows: [Int]
  }

  /// The rows of the table that can be asked for.
  public static var knownRows: [Int] { Set(PrivacyStatements.all([1], models: 1).map(\.row)).sorted() }

  /// The cards of the mechanisms.
  public static var methods: [MethodEntry] { PrivateMechanisms.builtIn.entries }

  /// Runs everything and judges the statements. BLAS must be on one thread.
  ///
  /// An experiment whose data are not there, or that fails, leaves its statements unmeasured and says so in their notes.
  ///
  /// - Parameter step: called after every part with the number done and the number of all; may throw to stop.
  /// - Throws: what `step` throws.
  public func run(
    _ step: @escaping @Sendable (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) async throws -> Run {
    let statements = statements
    let (outcomes, claims) = try await Statement.judge(statements, workers: workers, step)
    return Run(outcomes: outcomes, claims: claims, rows: statements.map(\.row))
  }

  /// The statements with the experiments that they rest on, in the order of the table.
  var statements: [Statement<[PlannedExperiment]>] {
    let statements = PrivacyStatements.all(seeds, models: models).filter {
      (rows?.contains($0.row) ?? true) && (only?.contains($0.id) ?? true)
    }
    let data = PrivacyData(
      of: statements.flatMap(\.work), searchPath: searchPath, attack: attack)
    return statements.map { statement in
      statement.map { $0.map { $0.planned(at: data) } }
    }
  }
}

/// The data that experiments need, read once.
struct PrivacyData: Sendable {
  private let dosage: Result<PrivateDosageStudy, any Error>?
  private let income: Result<PrivateIncomeStudy, any Error>?
  /// The noise of descent for every budget that is asked for.
  private let noise: [Double: Double]

  init(of experiments: [PrivacyExperiment], searchPath: DataSearchPath, attack: @escaping GenotypeAttack) {
    var (needsDosage, needsIncome, budgets) = (false, false, Set<Double>())
    for experiment in experiments {
      switch experiment {
      case .dosage: needsDosage = true
      case .income(let method, let epsilon, _):
        needsIncome = true
        if method == .descent { budgets.insert(epsilon) }
      case .memGuard, .audit, .account: break
      }
    }
    dosage =
      needsDosage
      ? Result { PrivateDosageStudy(cohort: try PrivateDosageCohort(searchPath: searchPath), attack: attack) }
      : nil
    income = needsIncome ? Result { try PrivateIncomeStudy(searchPath: searchPath) } : nil
    noise = budgets.reduce(into: [:]) { $0[$1] = try? PrivateIncomeStudy.descentNoise(epsilon: $1) }
  }

  /// - Throws: `CatalogueError` where the data are not there, and errors of mechanisms.
  func outcomes(_ one: PrivacyExperiment) throws -> [Outcome] {
    switch one {
    case .dosage(let cell): return try (dosage?.get()).map { [try $0.outcome(cell)] } ?? []
    case .income(let method, let epsilon, let seed):
      return try (income?.get()).map {
        [try $0.outcome(method, epsilon: epsilon, seed: seed, noise: noise[epsilon])]
      } ?? []
    case .memGuard(let seed):
      return try MemGuardStudy().outcomes(budgets: PrivacyStatements.distortions, seed: seed)
    case .audit(let mechanism, let epsilon, let seed):
      let result = try MechanismAudit(trials: 500).run(
        seed: seed, mechanism.statistic(epsilon: epsilon, delta: 1e-5))
      return [
        Outcome(
          one.experiment,
          metrics: [
            "epsilon": epsilon, "epsilon_lower_bound": result.epsilonLowerBound,
            "hits": Double(result.counts.hits), "false_alarms": Double(result.counts.falseAlarms),
          ])
      ]
    case .account(let figure): return [try figure.outcome()]
    }
  }
}
