import Files
import ArgumentParser
import Experiments
import Learning
import LinearAlgebra
import Logging
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
        bezoar reproduce dosage --only dose-change-8

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

  @OptionGroup var named: NamedStatements

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    _ = try options.seeds(seeds)
    guard trainingRows >= 20 else { throw ValidationError("--training-rows must be at least 20") }
    _ = try named.chosen(from: DosageStudy.entries)
    try usage { _ = try chapter() }
  }

  func run() async throws {
    guard !named.list else { return try named.show(DosageStudy.entries, options) }
    let (context, logger) = (options.context, options.logger)
    let chapter = try chapter()
    let study = try chapter.study(context)
    try AtomicFile.createFolder(output)
    logger.info("OpenBLAS kernel \(BLASRuntime.coreName), \(study.workers) threads")
    logger.info(
      "\(study.cohort.name): \(study.cohort.patients.count) patients, \(study.cohort.space.count) features, SHA-256 \(study.cohort.sha256)"
    )
    let started = ContinuousClock.now
    let result = try chapter.run(study, context)
    try Interruption.check()
    try options.publish(result, to: output, since: started)
  }

  /// The chapter with the options of the command line.
  private func chapter() throws -> DosageChapter {
    var chapter = DosageChapter()
    (chapter.data, chapter.dataDirectory) = (data, options.dataDir)
    (chapter.seeds, chapter.trainingRows) = (try options.seeds(seeds), trainingRows)
    chapter.only = try named.chosen(from: DosageStudy.entries)
    chapter.attacks = try attacks.map {
      try ListOption.names($0, from: DosageStudy.attackIDs, kind: "attack")
    }
    chapter.defences = try defences.map {
      try ListOption.names($0, from: DosageStudy.defenceIDs, kind: "defence")
    }
    return chapter
  }
}
