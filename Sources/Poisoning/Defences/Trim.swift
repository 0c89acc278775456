import Statistics
import Learning
public import LinearAlgebra
public import Methods
import RealModule
import Tabular

/// TRIM with an annealed penalty: the default defence.
///
/// A weakly penalised model follows rows of high leverage, so that poison on rare categories has no residual
/// and survives trimming. Here trimming begins where leverage has no power and approaches the data from
/// there:
///
/// 1. Keep the rows whose target is nearest to the median (a model without features), all of those at equal distance.
/// 2. For ridge penalties 3000, 1000, 300, 100, 30, 10: trim to a fixed point, from the rows of the step before.
/// 3. Choose `λ` from 0.01, 0.03, … 300 by the closed-form leave-one-out error on the kept rows; trim at
///    `√(10λ)` and `λ`.
/// 4. Take back rows within `readmission` standard deviations, the deviation of the kept residuals being
///    corrected for the trimming.
/// 5. Fit: least squares and ridge with `λ`, LASSO and elastic net with their own penalty.
///
/// Nothing is random, and the order of the rows does not enter. These penalties count on features as shares of their
/// ranges, whatever the units of the table; that of the victim counts on the columns as they are.
///
/// - Source: TRIM is from Jagielski et al., IEEE S&P 2018, section V. The annealing is ours: with the victim's
///   own penalty of 0.1 the same poison costs up to eight times the clean error (see the report).
public struct Trim: PoisoningDefence {
  public static let card = MethodCard(
    id: "trim", family: .trainingDefence, title: "TRIM (annealed)",
    summary:
      "TRIM with a penalty that falls to one chosen by leave-one-out, so that rows of high leverage are found.",
    citation: "after Jagielski et al., Manipulating Machine Learning, IEEE S&P 2018",
    needs: "the number of poisoned rows, or a bound on it", taxonomy: .sanitizeTrainingData)

  public static let settings: [Setting<Self>] = [
    .init(
      "readmission", \.readmission, "trimmed rows within this many standard deviations are readmitted",
      in: 0...),
    .init("stepLimit", \.stepLimit, "most steps at one penalty", in: 1...),
  ]

  /// Trimmed rows within this many standard deviations come back at the end.
  public var readmission = 3.0
  /// Most steps at one penalty.
  public var stepLimit = 40

  private static let ladder = [3000.0, 1000, 300, 100, 30, 10]
  private static let choices = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300]

  public init() {}

  public func fit(_ task: DefenceTask, using random: inout RandomStream) throws -> DefendedFit {
    let keep = try task.keptCount(Self.card.title)
    let varying = VaryingFeatures(task.data.features, intercept: task.learner.hasIntercept)
    var annealed = try annealed(varying.reduced(task.shares.data(task.data)), keep: keep)
    annealed.steps.replaceSubset(readmitted(annealed.steps, keep: keep))
    return try finish(task, annealed, varying)
  }

  /// Steps 1 to 3: the kept rows and the chosen penalty.
  func annealed(_ data: RegressionData, keep: Int) throws -> (steps: ConcentrationSteps, penalty: Double) {
    let middle = quantile(data.target.sorted(), 0.5)
    let distance = data.target.map { abs($0 - middle) }
    let limit = distance.orderStatistic(keep - 1)
    var steps = ConcentrationSteps(data, keep: keep, start: distance.indices.filter { distance[$0] <= limit })
    for penalty in Self.ladder { try steps.run(.ridge(penalty: penalty), limit: stepLimit) }
    let chosen = try LeaveOneOut(data.rows(at: steps.kept)).bestPenalty(of: Self.choices)
    for penalty in [(10 * chosen).squareRoot(), chosen] {
      try steps.run(.ridge(penalty: penalty), limit: stepLimit)
    }
    return (steps, chosen)
  }

  /// Step 5: the model of the kept rows.
  func finish(
    _ task: DefenceTask, _ annealed: (steps: ConcentrationSteps, penalty: Double), _ varying: VaryingFeatures
  ) throws -> DefendedFit {
    let (shares, kept) = (task.shares, annealed.steps.kept)
    let model: LinearModel
    switch task.learner.base {
    case .leastSquares:
      let learner = LinearLearner.ridge(penalty: annealed.penalty).with(intercept: task.learner.hasIntercept)
      model = shares.restored(
        varying.expanded(try learner.fit(moments: annealed.steps.keptMoments, start: nil)))
    case .ridge(let penalty) where shares.isIdentity:
      let learner = LinearLearner.ridge(penalty: max(penalty, annealed.penalty))
        .with(intercept: task.learner.hasIntercept)
      model = varying.expanded(try learner.fit(moments: annealed.steps.keptMoments, start: nil))
    case .ridge(let penalty):
      model = try ridge(task, penalty, atLeast: annealed.penalty, rows: kept)
    case .lasso, .elasticNet, .throughOrigin:
      model =
        shares.isIdentity
        ? varying.expanded(try task.learner.fit(moments: annealed.steps.keptMoments, start: nil))
        : try task.learner.fit(task.data.rows(at: kept))
    }
    return DefendedFit(model: model, rejected: task.others(than: kept))
  }

  /// The ridge whose penalty on the share of every column is that of the victim or the chosen one, whichever is
  /// larger: with other widths, one penalty for all of them.
  private func ridge(
    _ task: DefenceTask, _ penalty: Double, atLeast chosen: Double, rows: [Int]
  ) throws -> LinearModel {
    let factors = task.shares.squarePenalties(penalty).map { (max($0, chosen) / chosen).squareRoot() }
    let widened = task.shares.widened(by: factors)
    let learner = LinearLearner.ridge(penalty: chosen).with(intercept: task.learner.hasIntercept)
    return widened.restored(try learner.fit(widened.data(task.data.rows(at: rows))))
  }

  /// The kept rows and those whose residual a Gaussian with the same centre would still have.
  private func readmitted(_ steps: ConcentrationSteps, keep: Int) -> [Int] {
    guard let model = steps.model, readmission > 0 else { return steps.kept }
    let residuals = steps.squaredResiduals(model)
    let rms = (steps.kept.reduce(0.0) { $0 + residuals[$1] } / Double(keep)).squareRoot()
    let limit = readmission * rms * trimmedDeviationFactor(share: Double(keep) / Double(residuals.count))
    let inside = Set(steps.kept)
    return residuals.indices.filter { inside.contains($0) || residuals[$0] <= limit * limit }
  }
}

/// The standard deviation of a Gaussian over that of its central part: `1 / √(1 − 2qφ(q)/a)` with
/// `q = Φ⁻¹((1 + a) / 2)` for the central share `a`.
func trimmedDeviationFactor(share: Double) -> Double {
  guard share < 1 else { return 1 }
  let q = normalQuantile((1 + share) / 2)
  let density = 0.398_942_280_401_432_7 * Double.exp(-q * q / 2)
  return 1 / max(1 - 2 * q * density / share, 1e-6).squareRoot()
}
