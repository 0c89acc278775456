public import Learning
public import LinearAlgebra
import Tabular

/// iTRIM: TRIM when the share of poison is not known.
///
/// TRIM runs for a rising assumed rate. As long as poison is among the kept rows the deviation of the residuals,
/// corrected for what trimming takes from a Gaussian, stays above the value at the highest rate; the first rate
/// where it is within `knee` of that value is the estimate. The published criterion compares the change of the
/// training error with a fixed 0.001, which has a meaning only for targets of one scale.
///
/// - Source: Müller, Kunz, Bartunov, Böttinger, "Data Poisoning Attacks on Regression Learning and
///   Corresponding Defenses", PRDC 2020, section V; the relative knee is ours.
public struct IteratedTrim: PoisoningDefence {
  public static let card = MethodCard(
    id: "itrim", kind: .defence, title: "iTRIM",
    summary: "TRIM that estimates the share of poison from the knee of the residual deviation.",
    citation: "Müller et al., Data Poisoning Attacks on Regression Learning, PRDC 2020",
    needs: "an upper bound on the share of poison",
    parameters: [
      .init("highestRate", "largest share of poison considered", range: "0..<0.5", default: "0.3"),
      .init("stride", "step between rates", range: "> 0", default: "0.02"),
      .init(
        "knee", "factor on the deviation at the highest rate that counts as clean", range: "> 1",
        default: "1.35"),
    ],
    taxonomy: .sanitizeTrainingData)

  /// Largest share of poison considered.
  public var highestRate = 0.3
  /// Step between rates.
  public var stride = 0.02
  /// Factor on the deviation at the highest rate that counts as clean.
  public var knee = 1.35

  public init() {}

  public func fit(_ task: DefenceTask, using random: inout RandomStream) throws -> DefendedFit {
    let top = min(max(highestRate, 0), 0.49)
    let reference = try corrected(task, rate: top, using: &random)
    var rate = 0.0
    let step = max(stride, 0.001)
    while rate < top {
      let candidate = try corrected(task, rate: rate, using: &random)
      if candidate.deviation <= knee * reference.deviation {
        return DefendedFit(
          model: candidate.fit.model, rejected: candidate.fit.rejected, estimatedRate: rate)
      }
      rate += step
    }
    return DefendedFit(model: reference.fit.model, rejected: reference.fit.rejected, estimatedRate: top)
  }

  /// TRIM at one rate and the deviation of the kept residuals, corrected for trimming.
  private func corrected(
    _ task: DefenceTask, rate: Double, using random: inout RandomStream
  ) throws -> (fit: DefendedFit, deviation: Double) {
    let assumed = DefenceTask(
      data: task.data, learner: task.learner, space: task.space, assumedRate: rate,
      reference: task.reference)
    var trim = Trim()
    trim.readmission = 0
    let fit = try trim.fit(assumed, using: &random)
    let rejected = Set(fit.rejected)
    let kept = task.data.rows(at: (0..<task.data.count).filter { !rejected.contains($0) })
    let share = Double(kept.count) / Double(task.data.count)
    return (fit, fit.model.meanSquaredError(on: kept).squareRoot() * trimmedDeviationFactor(share: share))
  }
}
