import Workbench

extension TrainCommand {
  /// The training that is asked for.
  ///
  /// - Throws: `WorkbenchError` and `ValidationError` for options that cannot be read.
  func job() throws -> TrainingJob {
    var job = TrainingJob(data: data, target: target, model: model)
    job.settings = settings
    job.hasIntercept = !noIntercept
    job.encoding = encoding.choices
    job.weighting = try RowWeighting(column: weights, classes: classWeights)
    job.testShare = test
    job.reading = try format.reading()
    return job
  }
}
