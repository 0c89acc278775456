import Files
import Datasets
import ArgumentParser
import Experiments
import Learning
import LinearAlgebra
import Methods
import Privacy
import Reporting
import Tabular
import Workbench

/// `bezoar train --privacy`.
extension TrainCommand {
  /// The options that learn from rows what a private training may not learn.
  func checkPrivate() throws {
    if noIntercept {
      throw ValidationError("--no-intercept is not for private training; use only one of the two")
    }
    try privateJob().check()
    let learned = [
      ("--set", settings.isEmpty), ("--weights", weights == nil), ("--class-weights", classWeights == nil),
      ("--ignore", encoding.ignore == nil), ("--kinds", format.kinds.isEmpty),
      ("--decimal", format.decimal == nil), ("--thousands", format.thousands == nil),
      ("--scale", encoding.scale == nil), ("--bins", encoding.bins == nil),
      ("--missing", encoding.missing == nil), ("--one-hot", !encoding.oneHot),
    ]
    if let option = learned.first(where: { !$0.1 }) {
      throw ValidationError(
        "\(option.0) cannot go with --privacy, where only --bounds and --levels say what columns are")
    }
    guard (givenTest ?? 0) == 0 else {
      throw ValidationError(
        "--test cannot go with --privacy: figures on private rows are not private; train on all rows and use "
          + "'bezoar evaluate' on public ones")
    }
  }

  /// The private training that is asked for.
  ///
  /// - Throws: `PrivateTrainingError`.
  func privateJob() throws -> PrivateTrainingJob {
    var job = PrivateTrainingJob(
      data: data, target: target, model: model, settings: try privacy.settings(), schema: try privacy.schema()
    )
    job.reading = try format.reading()
    job.noiseSeed = options.givenSeed
    return job
  }
}
