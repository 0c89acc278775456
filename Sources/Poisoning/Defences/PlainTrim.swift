import Learning
public import LinearAlgebra
public import Methods
import Tabular

/// TRIM as published, started from all rows: fit, keep the rows with the smallest residuals, repeat.
///
/// The version of 2018 started from the clean rows by a programming error (its authors' note of 2021), which
/// made it look perfect; this is the corrected one. Its objective falls in every step, and the end depends on
/// the start; with `restarts` random subsets are tried too and the lowest objective wins. With a weak penalty poison can
/// hide behind leverage: its residual is small because the fit follows it. See ``Trim`` for the cure.
///
/// - Source: Jagielski et al., "Manipulating Machine Learning", IEEE S&P 2018, section V, algorithm 2.
public struct PlainTrim: PoisoningDefence {
  public static let card = MethodCard(
    id: "trim-plain", family: .trainingDefence, title: "TRIM (published)",
    summary: "Fits the rows with the smallest residuals and repeats until they stay the same.",
    citation: "Jagielski et al., Manipulating Machine Learning, IEEE S&P 2018 (corrected 2021)",
    needs: "the number of poisoned rows, or a bound on it", taxonomy: .sanitizeTrainingData)

  public static let settings: [Setting<Self>] = [
    .init("restarts", \.restarts, "random subsets tried beside the start from all rows", in: 0...),
    .init("stepLimit", \.stepLimit, "most steps from one start", in: 1...),
  ]

  /// Random subsets tried beside the start from all rows.
  public var restarts = 0
  /// Most steps from one start.
  public var stepLimit = 100

  public init() {}

  public func fit(_ task: DefenceTask, using random: inout RandomStream) throws -> DefendedFit {
    let keep = try task.keptCount(Self.card.title)
    let varying = VaryingFeatures(task.data.features, intercept: task.learner.hasIntercept)
    // Far from zero the moments of rows lose digits; the penalty counts on the columns as they are.
    let origin = task.shares.origin
    let data = varying.reduced(origin.data(task.data))
    var best = ConcentrationSteps(data, keep: keep)
    try best.run(task.learner, limit: stepLimit)
    for _ in 0..<max(restarts, 0) {
      let start = Array(random.permutation(data.count).prefix(keep))
      var steps = ConcentrationSteps(data, keep: keep, start: start)
      try steps.run(task.learner, limit: stepLimit)
      if (steps.objectives.last ?? .infinity) < (best.objectives.last ?? .infinity) { best = steps }
    }
    let model = try best.exactModel(task.learner)
    return DefendedFit(
      model: origin.restored(varying.expanded(model)), rejected: task.others(than: best.kept))
  }
}
