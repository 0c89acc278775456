import Experiments
import Learning
import LinearAlgebra
import Poisoning
import Tabular
import Workbench

/// A defence of the training on a table of the user, and how well it did.
struct TableDefence {
  /// A mean squared error without and with the defence.
  struct Line {
    let title: String
    let before: Double?
    let after: Double?
  }

  /// What the defence gave.
  struct Result {
    let learner: UserLearner
    /// Rows of the table, from 0, ascending.
    let rejected: [Int]
    let lines: [Line]
    let metrics: Metrics
    /// What the reader must know of the numbers.
    let note: String
  }

  let user: UserTable
  let defence: any PoisoningDefence
  let defenceID: String
  let rate: Double
  let model: ModelOptions
  /// One flag per row of the table, if known.
  let isPoison: [Bool]?
  let reference: RegressionData?
  let seed: UInt64
  let workers: Int

  private static let folds = 5

  /// Runs the defence; `check` is called between steps and may throw to stop.
  func run(_ check: () throws -> Void) throws -> Result {
    let data = user.rows
    let root = RandomStream(seed: seed).child("defend")
    let chosen = try UserLearner(model, user, training: data, workers: workers)
    let learner = chosen.learner
    let plain = try learner.fit(data)
    let before = try crossValidated(learner, data, root.child("folds"))
    try check()
    var random = root.child("defence")
    let fit = try defence.fit(
      DefenceTask(
        data: data, learner: learner, space: user.design.space, assumedRate: rate, reference: reference),
      using: &random)
    guard learner.hasIntercept || fit.model.intercept == 0 else {
      throw WorkbenchError.ownIntercept(defence: defenceID)
    }
    try check()
    let isRejected = Set(fit.rejected)
    let kept = (0..<data.count).filter { !isRejected.contains($0) }
    guard kept.count >= Self.folds else { throw WorkbenchError.tooFewLeft(kept: kept.count) }
    let after = try crossValidated(learner, data.rows(at: kept), root.child("folds"))
    let keptRows = data.rows(at: kept)
    var lines = [
      Line(title: "5-fold cross-validation (all rows; kept rows)", before: before, after: after),
      Line(
        title: "kept rows, as fitted", before: plain.meanSquaredError(on: keptRows),
        after: fit.model.meanSquaredError(on: keptRows)),
    ]
    var metrics: Metrics = [
      "cv_mse_before": before, "cv_mse_after": after, "rejected": Double(fit.rejected.count),
      "rejected_share": Double(fit.rejected.count) / Double(data.count),
    ]
    metrics["estimated_rate"] = fit.estimatedRate
    if let isPoison {
      let flags = user.design.rowIndex.map { isPoison[$0] }
      let clean = data.rows(at: flags.indices.filter { !flags[$0] })
      lines.append(
        Line(
          title: "rows flagged clean, as fitted",
          before: clean.count > 0 ? plain.meanSquaredError(on: clean) : nil,
          after: clean.count > 0 ? fit.model.meanSquaredError(on: clean) : nil))
      add(DefenceScore(rejected: fit.rejected, isPoison: flags), fit.rejected, flags, to: &metrics)
    }
    if let reference {
      lines.append(
        Line(
          title: "reference rows", before: plain.meanSquaredError(on: reference),
          after: fit.model.meanSquaredError(on: reference)))
    }
    return Result(
      learner: chosen, rejected: fit.rejected.map { user.design.rowIndex[$0] }, lines: lines,
      metrics: metrics, note: note(rejected: fit.rejected.count))
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
