import Guarding
import Datasets
public import Experiments
import Learning
import LinearAlgebra
import Methods
import Querying
public import Reporting
import Stealing
public import StealingStudies
import Tabular

/// Guards beside attacks on a model of the user's.
public struct GuardComparison: Sendable {
  /// Model file.
  public var model: String
  /// Rows as the model's users have them: a file or the id of a data set.
  public var data: String
  /// Training rows of the model; nil if they are not known.
  public var members: String?
  /// Guards with their settings; none for all that fit, with their defaults.
  public var guards: [String] = []
  /// Ids of attacks; none for all that fit but the automatic one.
  public var attacks: [String] = []
  /// Range of the numbers whose range is not known, or a JSON file with the inputs.
  public var ranges: String?
  /// Most queries of an attack.
  public var budget = 1000
  /// Seeds of the repetitions.
  public var seeds: [UInt64] = [1]
  /// Most held-out rows.
  public var rows = 500
  /// How tables are read.
  public var reading = ReadingChoices()

  /// A study of all that fits.
  public init(model: String, data: String) { (self.model, self.data) = (model, data) }

  /// What came out.
  public struct Result: Sendable {
    let request: GuardComparison
    let context: JobContext
    let run: GuardStudyRun.Result
    let sha256: String
    /// The tables, and why guards were left out.
    public let report: GuardStudyReport
  }

  /// The guards and attacks that are asked for.
  ///
  /// - Throws: `MethodError`, `SettingError`.
  public func candidates(
    of methods: MethodRegistry
  ) throws -> (guards: [GuardStudyRun.Candidate], attacks: [any ExtractionAttack]) {
    (
      try guards.map { .init(name: $0, try methods.guards.make(specification: $0)) },
      try attacks.map { try methods.extractionAttacks.make($0) }
    )
  }

  /// Makes all thefts.
  ///
  /// - Throws: errors of the model, the guards and the attacks.
  public func run(_ study: GuardStudyRun, _ context: JobContext) async throws -> Result {
    BLASRuntime.setThreads(1)
    let progress = SharedProgress("thefts", observer: context.observer)
    let run = try await study.run { done, total in
      try context.observer.check()
      if total > 0 { progress.show(done: done, of: total) }
    }
    progress.finish()
    return Result(
      request: self, context: context, run: run,
      sha256: try DataSource(data, searchPath: context.searchPath).sha256(),
      report: GuardStudyReport(
        run.cells, dataset: Table.shortName(data), model: Table.shortName(model), remarks: run.remarks))
  }

  /// The study with its model and its rows, before anything is asked.
  ///
  /// - Throws: errors of the model and the tables.
  public func study(_ context: JobContext) async throws -> GuardStudyRun {
    func table(_ name: String, _ file: ModelFile?) throws -> Table {
      guard let file else { return try reading.table(name, context) }
      let pipeline = file.pipeline
      return try reading.table(name, context, targets: [pipeline.targetName], for: file).asked(
        besides: pipeline.targetName, inputs: pipeline.describedColumns.map(\.name))
    }
    var honest: Table?
    let opened = try await ModelUnderAttack.open(
      .file(ModelFileAccess(model)), ranges: ranges, in: context
    ) { file in
      let rows = try table(data, file)
      honest = rows
      return KnownRows(examples: [.init(rows, of: data)])
    }
    guard let oracle = opened.model, let honest else {
      throw GuardingError.notApplicable(method: "a study of guards", reason: "it needs a model file")
    }
    func queries(_ table: Table) throws -> Matrix {
      try table.placing { try oracle.schema.rows(of: table) }
    }
    context.note(opened.notes)
    let (guards, attacks) = try candidates(of: context.methods)
    var study = try GuardStudyRun(
      oracle, honest: try queries(honest),
      members: try members.map { try queries(table($0, opened.file)) }, guards: guards, attacks: attacks,
      knownGuards: context.methods.guards, knownAttacks: context.methods.extractionAttacks,
      budget: budget, seeds: seeds)
    (study.testLimit, study.workers) = (rows, context.workers)
    return study
  }
}

extension GuardComparison.Result: PageResult {
  public var document: ResultsDocument {
    ResultsDocument(
      job: "guard-study",
      [
        "model": .text(Table.shortName(request.model)), "data": .text(Table.shortName(request.data)),
        "sha256": .text(sha256), "seeds": .list(request.seeds.map { .seed($0) }),
        "guards": .texts(request.guards), "budget": .integer(request.budget),
      ], methods: run.methods, outcomes: report.outcomes)
  }

  public var text: [JobText] { [.table(report.costs), .table(report.thefts)] }

  public var page: Report {
    report.page(
      run.methods, title: "Guards of \(Table.shortName(request.model))",
      colophon: "\(Package.tool), seeds from \(context.seed)")
  }
}
