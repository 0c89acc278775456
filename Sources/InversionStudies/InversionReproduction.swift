public import Experiments
public import Learning
import LinearAlgebra
import Inversion
public import Reporting

/// The published figures on privacy, each beside what is measured here.
public struct InversionReproduction: Sendable {
  /// Where the data are looked for.
  public var searchPath: DataSearchPath
  /// Repetitions of every experiment.
  public var seeds: [UInt64] = (1...10).map { UInt64($0) }
  /// Rows of the table to reproduce; nil for all.
  public var rows: Set<Int>?
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

    /// The same with the statements of another part, all in the order of their rows.
    public func adding(outcomes other: [Outcome], claims more: [Claim], rows places: [Int]) -> Run {
      precondition(more.count == places.count, "one row per statement")
      let all = zip(rows + places, claims + more).enumerated().sorted {
        ($0.element.0, $0.offset) < ($1.element.0, $1.offset)
      }
      return Run(
        outcomes: outcomes + other, claims: all.map(\.element.1), rows: all.map(\.element.0),
        pictures: pictures)
    }
  }

  /// The rows of the table that can be asked for.
  public static var knownRows: [Int] {
    Set(InversionStatements.all([1]).map(\.row)).union(PrivacyReproduction.knownRows).sorted()
  }

  /// The cards of the attacks.
  public var cards: [MethodCard] {
    InversionCatalogue.all.map { $0.card } + MembershipCatalogue.all.map { $0.card } + [MIFace.card]
      + PrivacyReproduction.cards
  }

  /// Makes all experiments and judges the statements.
  ///
  /// An experiment whose data are not there, or that fails, leaves its statements unmeasured and says so in their notes.
  ///
  /// - Parameter step: called after every experiment with the number done and the number of all, first for the attacks and
  ///   then for the mechanisms; may throw to stop.
  public func run(_ step: @escaping @Sendable (_ done: Int, _ total: Int) throws -> Void) async throws -> Run
  {
    BLASRuntime.setThreads(1)
    let statements = InversionStatements.all(seeds).filter { rows?.contains($0.row) ?? true }
    var (experiments, keys) = ([any InversionExperiment](), Set<String>())
    for experiment in statements.flatMap(\.work) where keys.insert(experiment.key).inserted {
      experiments.append(experiment)
    }
    let lab = InversionLab(searchPath: searchPath, host: host)
    let work = experiments.map { experiment in
      NamedWork(key: experiment.key) { try await experiment.outcomes(lab) }
    }
    let results = try await NamedWork.results(of: work, workers: workers, step)
    let claims = statements.map { $0.claim(results, keys: $0.work.map(\.key)) }
    let attacks = Run(
      outcomes: experiments.flatMap { (try? results[$0.key]?.get()) ?? [] }, claims: claims,
      rows: statements.map(\.row),
      pictures: claims.contains { $0.id == "face-queries" && $0.measured != nil }
        ? [try await FacePictures.grid(lab, seed: seeds[0])] : [])
    let privacy = try await privacy(step)
    return attacks.adding(outcomes: privacy.outcomes, claims: privacy.claims, rows: privacy.rows)
  }

  /// Mechanisms, accountants and audits.
  private func privacy(
    _ step: @escaping @Sendable (Int, Int) throws -> Void
  ) async throws -> PrivacyReproduction.Run {
    var mechanisms = PrivacyReproduction(searchPath: searchPath)
    mechanisms.seeds = Array(seeds.prefix(5))
    mechanisms.models = privateModels
    mechanisms.rows = rows
    mechanisms.workers = workers
    return try await mechanisms.run(step)
  }
}
