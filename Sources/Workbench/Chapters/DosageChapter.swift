public import Experiments
import Learning
import LinearAlgebra
import Poisoning
public import Reporting

/// The warfarin dosage case from data to report.
public struct DosageChapter: Sendable {
  /// Patients: `warfarin-synthetic`, `iwpc` or `iwpc-onehot`.
  public var data = "warfarin-synthetic"
  /// Folder to look for them in first; nil for the usual places.
  public var dataDirectory: String?
  /// Seeds of the repetitions, each with its own split of the patients.
  public var seeds: [UInt64] = [1]
  /// Rows of the training set, and of the attacker's validation set.
  public var trainingRows = 467
  /// Names of statements, of which only the attacks and defences are run; nil for all.
  public var only: Set<String>?
  /// Ids of attacks; nil for all.
  public var attacks: [String]?
  /// Ids of defences; nil for all.
  public var defences: [String]?

  /// The synthetic patients, with all attacks and defences.
  public init() {}

  /// What came out.
  public struct Result: Sendable {
    let context: JobContext
    let study: DosageStudy
    let run: DosageStudy.Run
    /// The statements beside what was measured.
    public let claims: [Claim]
  }

  /// The study with its patients.
  ///
  /// - Throws: errors of the data.
  public func study(_ context: JobContext) throws -> DosageStudy {
    var study = DosageStudy(cohort: try DosageCohort.named(data, dataDirectory: dataDirectory))
    study.trainingRows = trainingRows
    study.seeds = seeds
    study.workers = context.workers
    if let only { study.choose(only) }
    if let attacks { study.attacks = attacks }
    if let defences { study.defences = defences }
    return study
  }

  /// Runs a study.
  ///
  /// - Throws: errors of the attacks and defences.
  public func run(_ study: DosageStudy, _ context: JobContext) throws -> Result {
    if !study.cohort.isAsCarded {
      context.note(
        "the file of \(study.cohort.name) is not the one of its card (SHA-256 \(study.cohort.sha256)); published numbers "
          + "belong to other patients. 'bezoar data get \(study.cohort.name)' obtains the known file")
    }
    let progress = context.observer.progress("attacks and defences", total: study.steps)
    let run = try study.run {
      try context.observer.check()
      progress.advance(by: 1)
    }
    progress.finish()
    var random = RandomStream(seed: context.seed).child("trim bound")
    let bound = try TrimBound(instances: 200, using: &random)
    return Result(
      context: context, study: study, run: run, claims: study.claims(run.outcomes, bound: bound))
  }
}

extension DosageChapter.Result: PageResult {
  public var document: ResultsDocument {
    ResultsDocument(
      job: "reproduce dosage", parameters, methods: study.methods, outcomes: run.outcomes, claims: claims)
  }

  public var page: Report { report.report }

  public func files() throws -> [String: String] {
    var timings = Timings()
    for (name, seconds) in run.seconds.sorted(by: { $0.key < $1.key }) {
      timings.add(name, seconds: seconds)
    }
    return ["cells.csv": report.tables.csv(), "timings.json": try timings.json()]
  }

  public var text: [JobText] {
    [.lines("\(study.cohort.summary)\n")] + tables.map { .table($0) }
      + Headline(claims).sentences.map { .lines("\($0)\n") }
      + (study.cohort.isSynthetic
        ? [.lines("The patients are synthetic; --data iwpc or --data iwpc-onehot uses the real ones.\n")]
        : [])
  }

  private var report: DosageReport { DosageReport(document, study: study) }

  /// What makes the results, and nothing that may differ between equal runs.
  private var parameters: [String: ParameterValue] {
    [
      "data": .text(study.cohort.name), "sha256": .text(study.cohort.sha256),
      "synthetic": .flag(study.cohort.isSynthetic), "patients": .integer(study.cohort.patients.count),
      "training_rows": .integer(min(study.trainingRows, study.cohort.patients.count / 3)),
      "seeds": .list(study.seeds.map { .integer(Int($0)) }), "rates": .list(study.rates.map { .number($0) }),
    ]
  }

  private var tables: [TextTable] {
    var tables: [TextTable] = []
    let report = report
    for model in run.outcomes.distinct(\.model) {
      tables += [
        report.tables.damage(model: model, rate: 0.08),
        report.tables.overRates(
          "dose_change_median", model: model, title: "median change of the dose", form: { $0.percent(0) }),
        report.tables.overRates(
          "share_changed_20", model: model, title: "patients whose dose changes by more than 20 %",
          form: { $0.percent(0) }),
      ]
      tables += [0.08, 0.20].map { rate in
        report.tables.defence(
          "mse_ratio", model: model, rate: rate, title: "test MSE as a multiple of the clean one",
          form: { $0.fixed(2) }, good: { $0 <= 1.3 ? .good : $0 > 3 ? .bad : .plain })
      }
    }
    return tables + [TextTable(claims: claims)]
  }
}
