public import Datasets
public import Experiments
import Inversion
import Learning
import LinearAlgebra
public import Methods
public import Reporting

/// The statements on privacy, published and of this project, each beside what is measured here.
public struct InversionReproduction: Sendable {
  /// Where the data are looked for.
  public var searchPath: DataSearchPath
  /// Repetitions of every experiment.
  public var seeds: [UInt64] = (1...10).map { UInt64($0) }
  /// Rows of the table to reproduce; nil for all.
  public var rows: Set<Int>?
  /// Names of the statements to test; nil for all.
  public var only: Set<String>?
  /// Private dosage models for every budget.
  public var privateModels = 100
  /// Experiments that run at the same time; results do not depend on it.
  public var workers = 1
  /// Serves the models of row 11 over a network; nil to ask them in this process.
  public var host: ModelHost?

  /// A reproduction of everything.
  public init(searchPath: DataSearchPath) { self.searchPath = searchPath }

  /// What a reproduction gave.
  public struct Run: Sendable {
    /// The outcomes of all experiments.
    public let outcomes: [Outcome]
    /// The statements.
    public let claims: [Claim]
    /// Row of the table for each statement.
    public let rows: [Int]
    /// Rebuilt classes.
    public let pictures: [PictureGrid]
  }

  /// The rows of the table that can be asked for.
  public static var knownRows: [Int] {
    Set(InversionStatements.all([1]).map(\.row)).union(PrivacyReproduction.knownRows).sorted()
  }

  /// All statements without a run.
  public static var entries: [StatementEntry] {
    let seeds: [UInt64] = [1, 2]
    let attacks = InversionStatements.all(seeds).map { (row: $0.row, entry: StatementEntry("inversion", $0)) }
    let mechanisms = PrivacyStatements.all(seeds, models: 2).map {
      (row: $0.row, entry: StatementEntry("inversion", $0))
    }
    return (attacks + mechanisms).enumerated().sorted {
      ($0.element.row, $0.offset) < ($1.element.row, $1.offset)
    }
    .map(\.element.entry)
  }

  /// The attacks and mechanisms.
  public var methods: [MethodEntry] {
    AttributeAttacks.builtIn.entries + MembershipAttacks.builtIn.entries
      + ClassReconstructionAttacks.builtIn.entries + ReconstructionAttacks.builtIn.entries
      + PrivacyReproduction.methods
  }

  /// Makes all experiments and judges the statements.
  ///
  /// An experiment whose data are not there, or that fails, leaves its statements unmeasured and says so in their notes.
  ///
  /// - Parameter step: called after every experiment with the number done and the number of all; may throw to stop.
  public func run(_ step: @escaping @Sendable (_ done: Int, _ total: Int) throws -> Void) async throws -> Run
  {
    BLASRuntime.setThreads(1)
    let statements = statements
    let (outcomes, claims) = try await Statement.judge(statements, workers: workers, step)
    return Run(
      outcomes: outcomes, claims: claims, rows: statements.map(\.row),
      pictures: claims.contains { $0.id == "face-queries" && $0.measured != nil }
        ? [try await FacePictures.grid(lab, seed: seeds[0])] : [])
  }

  private var lab: InversionLab { InversionLab(searchPath: searchPath, host: host) }

  /// The statements with the experiments that they rest on, in the order of the table.
  var statements: [Statement<[PlannedExperiment]>] {
    let lab = lab
    let attacks = InversionStatements.all(seeds).filter {
      (rows?.contains($0.row) ?? true) && (only?.contains($0.id) ?? true)
    }.map { statement in
      statement.map { $0.map { planned($0, at: lab) } }
    }
    return (attacks + mechanisms.statements).inRowOrder()
  }

  private func planned(_ experiment: some InversionExperiment, at lab: InversionLab) -> PlannedExperiment {
    experiment.planned(at: lab)
  }

  /// Mechanisms, accountants and audits.
  private var mechanisms: PrivacyReproduction {
    var mechanisms = PrivacyReproduction(searchPath: searchPath)
    mechanisms.seeds = Array(seeds.prefix(5))
    mechanisms.models = privateModels
    mechanisms.rows = rows
    mechanisms.only = only
    return mechanisms
  }
}
