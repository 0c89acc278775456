public import Experiments
import Methods
public import Reporting
public import StealingStudies

/// The published figures on the theft of models, from data to report.
public struct StealingChapter: Sendable {
  /// Seeds of the repetitions, each with a victim of its own.
  public var seeds: [UInt64] = [1]
  /// Rows of the table of statements; nil for all.
  public var rows: Set<Int>?
  /// Names of statements; nil for all.
  public var only: Set<String>?
  /// Whether guards and detectors stand beside attacks too.
  public var hasMatrices = true

  /// The whole table.
  public init() {}

  /// What came out.
  public struct Result: Sendable {
    let context: JobContext
    let study: StealingReproduction
    /// The statements beside what was measured.
    public let run: StealingReproduction.Run
  }

  /// Makes all thefts.
  ///
  /// - Throws: errors of the data, the models and the attacks.
  public func run(_ context: JobContext) async throws -> Result {
    var study = StealingReproduction(searchPath: context.searchPath)
    (study.seeds, study.rows, study.only) = (seeds, rows, only)
    study.hasMatrices = hasMatrices && only == nil
    study.workers = context.workers
    let progress = SharedProgress("thefts", observer: context.observer)
    let run = try await study.run { done, total in
      try context.observer.check()
      progress.show(done: done, of: total)
    }
    progress.finish()
    return Result(context: context, study: study, run: run)
  }
}

extension StealingChapter.Result: PageResult {
  public var document: ResultsDocument {
    ResultsDocument(
      job: "reproduce stealing",
      [
        "seeds": .list(study.seeds.map { .integer(Int(clamping: $0)) }),
        "rows": .list((study.rows?.sorted() ?? StealingReproduction.knownRows).map { .integer($0) }),
      ],
      methods: study.methods, outcomes: run.outcomes + run.matrices, claims: run.claims)
  }

  public var page: Report { StealingReport(document, run: run).report }

  public var text: [JobText] {
    ([StealingReport.handOut, StealingReport.table(run)] + StealingReport.details(run)).map { .table($0) }
      + Headline(run.claims).sentences.map { .lines("\($0)\n") }
  }
}
