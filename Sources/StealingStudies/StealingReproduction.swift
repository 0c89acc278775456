public import Datasets
public import Experiments
import Learning
import LinearAlgebra
public import Methods
import Guarding
import Stealing

/// The figures on the theft of models, published ones and others, each beside what is measured here.
public struct StealingReproduction: Sendable {
  /// Where the data are looked for.
  public var searchPath: DataSearchPath
  /// Repetitions of every theft, each with victims of its own.
  public var seeds: [UInt64] = Array(1...10)
  /// Rows of the table to reproduce; nil for all.
  public var rows: Set<Int>?
  /// Names of the statements to test; nil for all.
  public var only: Set<String>?
  /// Whether guards and detectors are set beside attacks too.
  public var hasMatrices = true
  /// Thefts that run at the same time; results do not depend on it.
  public var workers = 1

  /// A reproduction of everything.
  public init(searchPath: DataSearchPath) { self.searchPath = searchPath }

  /// What a reproduction gave.
  public struct Run: Sendable {
    /// The thefts.
    public let outcomes: [Outcome]
    /// Guards and detectors beside attacks.
    public let matrices: [Outcome]
    /// What detectors find for what they wrong, on every model.
    public let curves: [DetectionCurve]
    /// The statements.
    public let claims: [Claim]
    /// Row of the table for each statement.
    public let rows: [Int]
  }

  /// The rows of the table that can be asked for.
  public static var knownRows: [Int] { Set(StealingStatements.all([1]).map(\.row)).sorted() }

  /// All statements without a run.
  public static var entries: [StatementEntry] {
    StealingStatements.all([1, 2]).map { StatementEntry("stealing", $0) }
  }

  /// The cards of the attacks, and of guards and detectors where they are used.
  public var methods: [MethodEntry] {
    ExtractionAttacks.builtIn.entries
      + (hasMatrices ? ResponseGuards.builtIn.entries + QueryDetectors.builtIn.entries : [])
  }

  /// Makes all thefts and judges the statements.
  ///
  /// A theft whose data are not there leaves its statements unmeasured, one that fails makes them fail; both say so in
  /// their notes.
  ///
  /// - Parameter step: called after every theft with the number done and the number of all; may throw to stop.
  public func run(_ step: @escaping @Sendable (_ done: Int, _ total: Int) throws -> Void) async throws -> Run
  {
    BLASRuntime.setThreads(1)
    let study = ExtractionStudy(searchPath: searchPath)
    var statements: [Statement<[PlannedExperiment]>] = []
    for statement in StealingStatements.all(seeds)
    where (rows?.contains(statement.row) ?? true) && (only?.contains(statement.id) ?? true) {
      let thefts = try await thefts(of: statement, study)
      statements.append(statement.map { _ in thefts })
    }
    let extra = hasMatrices ? StealingMatrices.data : []
    let thefts = Statement.experiments(of: statements).count
    let total = thefts + extra.count
    let (outcomes, claims) = try await Statement.judge(statements, workers: workers) { done, _ in
      try step(done, total)
    }
    var (matrices, curves) = ([Outcome](), [DetectionCurve]())
    for (index, data) in extra.enumerated() {
      if let result = try await StealingMatrices(study: study, seeds: seeds).result(data) {
        matrices += result.outcomes
        curves += result.curves
      }
      try step(thefts + index + 1, total)
    }
    return Run(
      outcomes: outcomes, matrices: matrices, curves: curves, claims: claims, rows: statements.map(\.row))
  }

  /// The thefts of a statement; where the data are not there, an experiment that says so.
  private func thefts(
    of statement: StealingStatement, _ study: ExtractionStudy
  ) async throws -> [PlannedExperiment] {
    do {
      return try await statement.work(study).map { $0.planned(at: study) }
    } catch let error as CatalogueError {
      let nothing = Experiment(settings: ["statement": statement.id], seed: seeds[0])
      return [PlannedExperiment(nothing) { throw error }]
    }
  }
}
