import ArgumentParser
import Experiments
import Learning
import LinearAlgebra
import Logging
import Poisoning
import Reporting
import Tabular
import Workbench

/// The warfarin dosage case from data to report.
struct ReproduceDosage: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dosage",
    abstract: "The warfarin dosage case: poison a dosage model, count the patients with a wrong dose.",
    discussion: """
      Trains a ridge and a LASSO dosage model, poisons up to 20 % of the training
      set with every attack, runs every defence on the result, and writes
      report.html, results.json, cells.csv and the figures.

      Examples:
        bezoar reproduce dosage
        bezoar reproduce dosage --data iwpc-onehot --output out/paper
        bezoar reproduce dosage --attacks optp,statp --defences none,trim \\
          --seeds 2 --json

      The default patients are a synthetic cohort calibrated to the IWPC cohort.
      Real patients:
        bezoar data get iwpc
        bezoar reproduce dosage --data iwpc
      """)

  @Option(help: "Patients: warfarin-synthetic, iwpc (raw cohort) or iwpc-onehot (the paper's preprocessing).")
  var data = "warfarin-synthetic"

  @Option(name: [.short, .long], help: "Folder for the report and the results.")
  var output = "out/dosage"

  @Option(help: "Repetitions, each with its own split of the patients; a single one is not judged.")
  var seeds = 5

  @Option(help: "Rows of the training set, and of the attacker's validation set.")
  var trainingRows = 467

  @Option(help: "Attacks, separated by commas; all by default.")
  var attacks: String?

  @Option(help: "Defences, separated by commas; all by default.")
  var defences: String?

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    _ = try options.seeds(seeds)
    guard trainingRows >= 20 else { throw ValidationError("--training-rows must be at least 20") }
    if let attacks { _ = try ListOption.names(attacks, from: DosageStudy.attackIDs, kind: "attack") }
    if let defences { _ = try ListOption.names(defences, from: DosageStudy.defenceIDs, kind: "defence") }
  }

  func run() async throws {
    let console = options.console
    let study = try configured()
    try AtomicFile.createFolder(output)
    let logger = options.logger
    logger.info("OpenBLAS kernel \(BLASRuntime.coreName), \(study.workers) threads")
    logger.info(
      "\(study.cohort.name): \(study.cohort.patients.count) patients, \(study.cohort.space.count) features, SHA-256 \(study.cohort.sha256)"
    )
    if !study.cohort.isAsCarded {
      console.note(
        "the file of \(study.cohort.name) is not the one of its card (SHA-256 \(study.cohort.sha256)); published numbers "
          + "belong to other patients. 'bezoar data get \(study.cohort.name)' obtains the known file")
    }
    let started = ContinuousClock.now
    let progress = Progress("attacks and defences", total: study.steps, console: console)
    let run = try study.run {
      try Interruption.check()
      progress.advance()
    }
    progress.finish()
    let instances = 200
    var random = RandomStream(seed: options.seed).child("trim bound")
    let bound = try TrimBound(instances: instances, using: &random)
    let claims = study.claims(run.outcomes, bound: bound)
    let document = ResultsDocument(
      tool: .init(version: Bezoar.version, blas: BLASRuntime.coreName), parameters: parameters(study),
      methods: study.methods, outcomes: run.outcomes, claims: claims)
    let report = DosageReport(document, study: study)
    try Interruption.check()
    let files = try write(document, report, run)
    try Interruption.check()
    if options.json {
      console.write(try document.json())
    } else {
      show(study, document, report, on: console)
    }
    for remark in files.remarks { console.note(remark) }
    console.note("report: \(files.page)")
    console.note("time: \((ContinuousClock.now - started).seconds.fixed(1)) s")
  }

  /// The study with the options of the command line.
  private func configured() throws -> DosageStudy {
    var study = DosageStudy(cohort: try DosageCohort.named(data, dataDirectory: options.dataDir))
    study.trainingRows = trainingRows
    study.seeds = try options.seeds(seeds)
    study.workers = options.threadCount
    if let attacks {
      study.attacks = try ListOption.names(attacks, from: study.attacks, kind: "attack")
    }
    if let defences {
      study.defences = try ListOption.names(defences, from: study.defences, kind: "defence")
    }
    return study
  }

  /// What makes the results, and nothing that may differ between equal runs.
  private func parameters(_ study: DosageStudy) -> [String: ParameterValue] {
    [
      "command": "reproduce dosage", "data": .text(study.cohort.name), "sha256": .text(study.cohort.sha256),
      "synthetic": .flag(study.cohort.isSynthetic), "patients": .integer(study.cohort.patients.count),
      "training_rows": .integer(min(study.trainingRows, study.cohort.patients.count / 3)),
      "seeds": .list(study.seeds.map { .integer(Int($0)) }), "rates": .list(study.rates.map { .number($0) }),
    ]
  }

  private func write(
    _ document: ResultsDocument, _ report: DosageReport, _ run: DosageStudy.Run
  ) throws -> Report.Files {
    var timings = Timings()
    for (name, seconds) in run.seconds.sorted(by: { $0.key < $1.key }) {
      timings.add(name, seconds: seconds)
    }
    return try report.report.write(
      to: output, with: Gnuplot.find(searchPath: Console.environment("PATH") ?? ""),
      beside: [
        "results.json": try document.json(), "cells.csv": report.tables.csv(),
        "timings.json": try timings.json(),
      ])
  }

  private func show(
    _ study: DosageStudy, _ document: ResultsDocument, _ report: DosageReport, on console: Console
  ) {
    console.write("\(study.cohort.summary)\n")
    for model in document.outcomes.distinct(\.model) {
      console.write(report.tables.damage(model: model, rate: 0.08))
      console.write(
        report.tables.overRates(
          "dose_change_median", model: model, title: "median change of the dose", form: { $0.percent(0) }))
      console.write(
        report.tables.overRates(
          "share_changed_20", model: model, title: "patients whose dose changes by more than 20 %",
          form: { $0.percent(0) }))
      for rate in [0.08, 0.20] {
        console.write(
          report.tables.defence(
            "mse_ratio", model: model, rate: rate, title: "test MSE as a multiple of the clean one",
            form: { $0.fixed(2) }, good: { $0 <= 1.3 ? .good : $0 > 3 ? .bad : .plain }))
      }
    }
    console.write(TextTable(claims: document.claims))
    for sentence in Headline(document.claims).sentences { console.write("\(sentence)\n") }
    if study.cohort.isSynthetic {
      console.write("The patients are synthetic; --data iwpc or --data iwpc-onehot uses the real ones.\n")
    }
  }
}

extension Duration {
  /// This duration in seconds.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
