public import Experiments
public import InversionStudies
import Methods
public import Reporting

#if HTTP
  import PredictionAPI
#endif

/// The published figures on privacy, from data to report.
public struct InversionChapter: Sendable {
  /// Seeds of the repetitions.
  public var seeds: [UInt64] = [1]
  /// Rows of the table of statements; nil for all.
  public var rows: Set<Int>?
  /// Names of statements; nil for all.
  public var only: Set<String>?

  /// The whole table.
  public init() {}

  /// What came out.
  public struct Result: Sendable {
    let context: JobContext
    let study: InversionReproduction
    /// The statements beside what was measured.
    public let run: InversionReproduction.Run
  }

  /// Runs all experiments.
  ///
  /// - Throws: errors of the data, the models and the attacks.
  public func run(_ context: JobContext) async throws -> Result {
    var study = InversionReproduction(searchPath: context.searchPath)
    (study.seeds, study.rows, study.only) = (seeds, rows, only)
    study.workers = context.workers
    #if HTTP
      study.host = PredictionServer.host
    #endif
    let progress = SharedProgress("experiments", observer: context.observer)
    let run = try await study.run { done, total in
      try context.observer.check()
      progress.show(done: done, of: total)
    }
    progress.finish()
    return Result(context: context, study: study, run: run)
  }
}

extension InversionChapter.Result: PageResult {
  public var document: ResultsDocument {
    ResultsDocument(
      job: "reproduce inversion",
      [
        "seeds": .list(study.seeds.map { .integer(Int($0)) }),
        "rows": .list((study.rows?.sorted() ?? InversionReproduction.knownRows).map { .integer($0) }),
        "over_http": .flag(study.host != nil),
      ],
      methods: study.methods, outcomes: run.outcomes, claims: run.claims)
  }

  public var page: Report { InversionReport(document, run: run).report }

  public var text: [JobText] { [.table(InversionReport.table(run))] }
}
