import Methods
import Experiments
import Learning
import LinearAlgebra
import Poisoning
import Tabular

/// The work of a ``DefenceJob``, when everything is read: defend, and see how well that did.
struct DefenceRun {
  let user: UserTable
  let job: DefenceJob
  let defence: any PoisoningDefence
  /// One flag per row of the table, if known.
  let isPoison: [Bool]?
  let reference: RegressionData?
  let context: JobContext

  private static let folds = 5

  /// Runs the defence.
  func run() throws -> DefenceJob.Result {
    let data = user.rows
    let root = RandomStream(seed: context.seed).child("defend")
    let chosen = try UserLearner(job.model, user, training: data, workers: context.workers)
    let learner = chosen.learner
    let plain = try learner.fit(data)
    let before = try crossValidated(learner, data, root.child("folds"))
    try context.observer.check()
    var random = root.child("defence")
    let fit = try defence.fit(
      DefenceTask(
        data: data, learner: learner, space: user.design.space, assumedRate: job.rate, reference: reference),
      using: &random)
    guard learner.hasIntercept || fit.model.intercept == 0 else {
      throw WorkbenchError.ownIntercept(defence: defence.card.id)
    }
    try context.observer.check()
    let isRejected = Set(fit.rejected)
    let kept = (0..<data.count).filter { !isRejected.contains($0) }
    guard kept.count >= Self.folds else { throw WorkbenchError.tooFewLeft(kept: kept.count) }
    let keptRows = data.rows(at: kept)
    let after = try crossValidated(learner, keptRows, root.child("folds"))
    var metrics: Metrics = [
      "cv_mse_before": before, "cv_mse_after": after, "rejected": Double(fit.rejected.count),
      "rejected_share": Double(fit.rejected.count) / Double(data.count),
    ]
    metrics["estimated_rate"] = fit.estimatedRate
    let cross = DefenceJob.Line(
      title: "5-fold cross-validation (all rows; kept rows)", before: before, after: after)
    let lines =
      [cross, line("kept rows, as fitted", plain, fit.model, keptRows)] + scored(plain, fit, &metrics)
      + (reference.map { [line("reference rows", plain, fit.model, $0)] } ?? [])
    return DefenceJob.Result(
      job: job, method: defence.entry, user: user, methods: context.methods, seed: context.seed,
      isScored: isPoison != nil, learner: chosen, rejected: fit.rejected.map { user.design.rowIndex[$0] },
      lines: lines, metrics: metrics, note: note(rejected: fit.rejected.count))
  }

  /// Errors of a model without and with the defence on some rows; none where there is no row.
  private func line(
    _ title: String, _ plain: LinearModel, _ defended: LinearModel, _ rows: RegressionData
  ) -> DefenceJob.Line {
    DefenceJob.Line(
      title: title, before: rows.count > 0 ? plain.meanSquaredError(on: rows) : nil,
      after: rows.count > 0 ? defended.meanSquaredError(on: rows) : nil)
  }

  /// The line of the rows that are flagged clean, and the score against the flags; nothing without flags.
  private func scored(
    _ plain: LinearModel, _ fit: DefendedFit, _ metrics: inout Metrics
  ) -> [DefenceJob.Line] {
    guard let isPoison else { return [] }
    let flags = user.design.rowIndex.map { isPoison[$0] }
    let clean = user.rows.rows(at: flags.indices.filter { !flags[$0] })
    add(DefenceScore(rejected: fit.rejected, isPoison: flags), fit.rejected, flags, to: &metrics)
    return [line("rows flagged clean, as fitted", plain, fit.model, clean)]
  }

  private func add(
    _ score: DefenceScore, _ rejected: [Int], _ flags: [Bool], to metrics: inout Metrics
  ) {
    let clean = flags.count { !$0 }
    metrics["precision"] = score.precision
    metrics["recall"] = score.recall
    metrics["poison_kept"] = score.poisonKept
    metrics["clean_rejected"] =
      clean > 0 ? Double(rejected.count { !flags[$0] }) / Double(clean) : nil
  }

  private func note(rejected: Int) -> String {
    guard rejected > 0 else { return "This defence rejects no rows, or found none to reject." }
    let cost =
      isPoison == nil
      ? " Clean cost: if there is no poison, all \(rejected) rejected rows are honest ones." : ""
    return
      "The rejected rows are hard to predict, so that the cross-validated error falls even where they are clean."
      + cost
  }

  private func crossValidated(
    _ learner: LinearLearner, _ data: RegressionData, _ stream: RandomStream
  ) throws -> Double {
    var random = stream
    let folds = try Folds.shuffled(rows: data.count, folds: Self.folds, using: &random)
    var sum = 0.0
    for fold in folds.rows {
      let held = Set(fold)
      let training = data.rows(at: (0..<data.count).filter { !held.contains($0) })
      sum += try learner.fit(training).meanSquaredError(on: data.rows(at: fold)) * Double(fold.count)
    }
    return sum / Double(data.count)
  }
}
