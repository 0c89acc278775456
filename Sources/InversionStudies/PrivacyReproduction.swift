public import Experiments
import Inversion
public import Learning
import LinearAlgebra

/// The published figures on privacy mechanisms, accountants and audits, each beside what is measured here.
public struct PrivacyReproduction: Sendable {
  /// Where the data are looked for.
  public var searchPath: DataSearchPath
  /// What an attacker makes of a dosage model; nil leaves statements on it unmeasured.
  public var attack: GenotypeAttack?
  /// Dosage models for each budget.
  public var models = 100
  /// Repetitions of everything else with chance.
  public var seeds: [UInt64] = [1, 2, 3, 4, 5]
  /// Rows of the table to reproduce; nil for all.
  public var rows: Set<Int>?
  /// Units of work at the same time; results do not depend on it.
  public var workers = 1

  /// A reproduction of everything.
  public init(searchPath: DataSearchPath, attack: GenotypeAttack? = nil) {
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
  public static var cards: [MethodCard] { PrivateSettings.Mechanism.allCases.map { $0.card } }

  /// Runs everything and judges the statements. BLAS must be on one thread.
  ///
  /// Work whose data are not there leaves its statements unmeasured and says so in their notes.
  ///
  /// - Parameter step: called after every part with the number done and the number of all; may throw to stop.
  /// - Throws: what `step` throws, and errors of mechanisms.
  public func run(_ step: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }) throws -> Run {
    let statements = PrivacyStatements.all(seeds, models: models).filter { rows?.contains($0.row) ?? true }
    let usable = statements.filter { !$0.needsAttack || attack != nil }
    var (works, known) = ([PrivacyRow.Work](), Set<PrivacyRow.Work>())
    for work in usable.flatMap(\.work) where known.insert(work).inserted { works.append(work) }
    let bench = PrivacyBench(works: works, searchPath: searchPath, attack: attack)
    var results: [PrivacyRow.Work: [Outcome]] = [:]
    // In portions, so that progress shows and a wish to stop is heard.
    let portion = 50
    for start in stride(from: 0, to: works.count, by: portion) {
      let part = Array(works[start..<min(start + portion, works.count)])
      let found = try concurrentMap(part.count, workers: workers) { try bench.outcomes(part[$0]) }
      for (work, outcomes) in zip(part, found) { results[work] = outcomes }
      try step(start + part.count, works.count)
    }
    let claims = statements.map { statement -> Claim in
      if statement.needsAttack, attack == nil {
        return statement.claim(nil, remark: "Not measured: no attack on the genotype was given.")
      }
      if let absent = statement.work.lazy.compactMap({ bench.absence($0) }).first {
        return statement.claim(nil, remark: "Not measured: \(absent).")
      }
      return statement.claim(statement.work.flatMap { results[$0] ?? [] }, remark: nil)
    }
    return Run(
      outcomes: works.flatMap { results[$0] ?? [] }, claims: claims, rows: statements.map(\.row))
  }
}

/// The data that work needs, read once.
private struct PrivacyBench: Sendable {
  private let dosage: Result<PrivateDosageStudy, CatalogueError>?
  private let income: Result<PrivateIncomeStudy, CatalogueError>?

  init(works: [PrivacyRow.Work], searchPath: DataSearchPath, attack: GenotypeAttack?) {
    var (needsDosage, needsIncome) = (false, false)
    for work in works {
      switch work {
      case .dosage: needsDosage = true
      case .income: needsIncome = true
      case .memGuard, .audit, .account: break
      }
    }
    dosage =
      needsDosage
      ? Self.found {
        PrivateDosageStudy(cohort: try PrivateDosageCohort(searchPath: searchPath), attack: attack)
      } : nil
    income = needsIncome ? Self.found { try PrivateIncomeStudy(searchPath: searchPath) } : nil
  }

  /// A value, or why its data are not there; other errors count as a damaged file.
  private static func found<Value>(_ read: () throws -> Value) -> Result<Value, CatalogueError> {
    do {
      return .success(try read())
    } catch let error as CatalogueError {
      return .failure(error)
    } catch {
      return .failure(.invalidCard(id: "data", reason: "\(error)"))
    }
  }

  /// Why work cannot be done; nil if it can.
  func absence(_ work: PrivacyRow.Work) -> String? {
    switch work {
    case .dosage: if case .failure(let error)? = dosage { "\(error)" } else { nil }
    case .income: if case .failure(let error)? = income { "\(error)" } else { nil }
    case .memGuard, .audit, .account: nil
    }
  }

  func outcomes(_ work: PrivacyRow.Work) throws -> [Outcome] {
    switch work {
    case .dosage(let cell): return try (dosage?.success).map { [try $0.outcome(cell)] } ?? []
    case .income(let method, let epsilon, let seed):
      return try (income?.success).map { [try $0.outcome(method, epsilon: epsilon, seed: seed)] } ?? []
    case .memGuard(let seed):
      return try MemGuardStudy().outcomes(budgets: PrivacyStatements.distortions, seed: seed)
    case .audit(let mechanism, let epsilon, let seed):
      let result = try MechanismAudit(trials: 500).run(
        seed: seed, mechanism.statistic(epsilon: epsilon, delta: 1e-5))
      return [
        Outcome(
          dataset: "neighbours", model: "linear", attack: "audit", defence: mechanism.rawValue, rate: 0,
          seed: seed,
          metrics: [
            "epsilon": epsilon, "epsilon_lower_bound": result.epsilonLowerBound,
            "hits": Double(result.counts.hits), "false_alarms": Double(result.counts.falseAlarms),
          ])
      ]
    case .account(let figure): return [try figure.outcome()]
    }
  }
}

extension Result {
  fileprivate var success: Success? { try? get() }
}
