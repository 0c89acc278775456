import Learning
public import LinearAlgebra
public import Methods
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
    id: "itrim", family: .trainingDefence, title: "iTRIM",
    summary: "TRIM that estimates the share of poison from the knee of the residual deviation.",
    citation: "Müller et al., Data Poisoning Attacks on Regression Learning, PRDC 2020",
    needs: "an upper bound on the share of poison", taxonomy: .sanitizeTrainingData)

  public static let settings: [Setting<Self>] = [
    .init("highestRate", \.highestRate, "largest share of poison considered", in: 0..<0.5),
    .init("stride", \.stride, "step between rates", in: .above(0)),
    .init("knee", \.knee, "factor on the deviation at the highest rate that counts as clean", in: .above(1)),
  ]

  /// Largest share of poison considered.
  public var highestRate = 0.3
  /// Step between rates.
  public var stride = 0.02
  /// Factor on the deviation at the highest rate that counts as clean.
  public var knee = 1.35

  public init() {}

  public func fit(_ task: DefenceTask, using random: inout RandomStream) throws -> DefendedFit {
    _ = try task.keptCount(Self.card.title)
    let trim = Trim()
    let varying = VaryingFeatures(task.data.features, intercept: task.learner.hasIntercept)
    let data = varying.reduced(task.shares.data(task.data))
    let top = min(max(highestRate, 0), 0.49)
    var chosen = try candidate(trim, data, rate: top)
    let limit = knee * chosen.deviation
    var (rate, estimate) = (0.0, top)
    while rate < top {
      let next = try candidate(trim, data, rate: rate)
      if next.deviation <= limit {
        (chosen, estimate) = (next, rate)
        break
      }
      rate += max(stride, 0.001)
    }
    let fit = try trim.finish(task, chosen.annealed, varying)
    return DefendedFit(model: fit.model, rejected: fit.rejected, estimatedRate: estimate)
  }

  private typealias Candidate = (
    annealed: (steps: ConcentrationSteps, penalty: Double), deviation: Double
  )

  /// Annealed trimming at one rate, and the deviation of the kept residuals corrected for trimming.
  private func candidate(_ trim: Trim, _ data: RegressionData, rate: Double) throws -> Candidate {
    let rows = data.count
    let keep = max(2, rows - Int((Double(rows) * rate).rounded()))
    let annealed = try trim.annealed(data, keep: keep)
    let deviation = (annealed.steps.meanSquares.last ?? 0).squareRoot()
    return (annealed, deviation * trimmedDeviationFactor(share: Double(keep) / Double(rows)))
  }
}
