import Files
public import Experiments
import LinearAlgebra
import Methods
import Reporting
import StealingStudies

/// The three thefts that surveys quote, over HTTP.
public struct ServicesChapter: Sendable {
  /// Ids of the settings, such as `logistic-regression`; nil for all.
  public var settings: String?
  /// Names of statements; nil for all.
  public var only: Set<String>?
  /// Whether the servers take as long for every query as those of the paper did.
  public var waits = false

  /// All settings without waiting.
  public init() {}

  /// Makes the thefts.
  ///
  /// - Throws: ``WorkbenchError/usage(_:)`` for a setting that is not known, errors of the data and of the thefts, ``WorkbenchError/withoutHTTP``.
  public func run(_ context: JobContext) async throws -> Result {
    #if HTTP
      BLASRuntime.setThreads(1)
      let (all, missing) = try ServiceLab.all(searchPath: context.searchPath, seed: context.seed)
      for remark in missing { context.note("left out: \(remark)") }
      var thefts: [ServiceTheft] = []
      let chosen = try settings.map { try ListOption.names($0, from: all.map(\.id), kind: "setting") }
      for lab in all
      where (chosen?.contains(lab.id) ?? true)
        && lab.quotation.statements.contains(where: { only?.contains($0.id) ?? true })
      {
        context.note("\(lab.id): \(lab.title)")
        thefts.append(try await ServiceTheft.run(lab, waits: waits, in: context))
      }
      var timings = Timings()
      for theft in thefts { timings.add(theft.lab.id, seconds: theft.seconds) }
      let claims = thefts.flatMap(\.claims).filter { only?.contains($0.id) ?? true }
      return Result(
        document: ResultsDocument(
          job: "reproduce stealing-http", ["seed": .integer(Int(clamping: context.seed))],
          outcomes: thefts.map(\.outcome), claims: claims),
        timings: timings, tables: [ServiceTheft.table(thefts, waits: waits), TextTable(claims: claims)])
    #else
      throw WorkbenchError.withoutHTTP
    #endif
  }

  /// What came out; it has no page.
  public struct Result: JobResult {
    public let document: ResultsDocument
    /// Seconds of every theft.
    let timings: Timings
    let tables: [TextTable]

    public var text: [JobText] {
      tables.map { .table($0) } + Headline(document.claims).sentences.map { .lines("\($0)\n") }
    }

    /// Writes `results.json` and `timings.json`.
    ///
    /// - Throws: `FileOutputError`.
    public func write(to folder: String) throws {
      try AtomicFolder.replace(folder, last: "results.json") { stage in
        try AtomicFile.write(try timings.json(), to: "\(stage)/timings.json")
        try AtomicFile.write(try document.json(), to: "\(stage)/results.json")
      }
    }
  }
}
