import Learning
public import LinearAlgebra
public import Methods
import Tabular

/// Huber regression as a defence: large residuals count linearly. No row is rejected, and a row of high leverage
/// keeps its power.
///
/// - Source: Huber, "Robust estimation of a location parameter", Ann. Math. Statist. 35 (1964).
public struct HuberDefence: PoisoningDefence {
  public static let card = MethodCard(
    id: "huber", family: .trainingDefence, title: "Huber regression",
    summary: "Large residuals count linearly instead of squared; no row is rejected.",
    citation: "Huber, Robust Estimation of a Location Parameter, Ann. Math. Statist. 35 (1964)",
    needs: "nothing", taxonomy: .sanitizeTrainingData)

  public static let settings: [Setting<Self>] = [
    .init("threshold", \.threshold, "deviations from which a residual counts linearly", in: .above(1)),
    .init(
      "penalty", \.penalty, "penalty on the squared weights, on features as shares of their ranges", in: 0...),
  ]

  /// Deviations from which a residual counts linearly.
  public var threshold = 1.35
  /// Penalty of the squared weights.
  public var penalty = 1e-4

  public init() {}

  public func fit(_ task: DefenceTask, using random: inout RandomStream) throws -> DefendedFit {
    _ = try task.keptCount(Self.card.title)
    let regression = HuberRegression(threshold: threshold, penalty: penalty)
    let model = try regression.fit(task.shares.data(task.data), using: &random)
    return DefendedFit(model: task.shares.restored(model), rejected: [])
  }
}

/// RANSAC as a defence: the random subset whose model has the most inliers.
///
/// - Source: Fischler and Bolles, "Random sample consensus", Commun. ACM 24 (1981).
public struct RANSACDefence: PoisoningDefence {
  public static let card = MethodCard(
    id: "ransac", family: .trainingDefence, title: "RANSAC",
    summary: "Keeps the rows that agree with the best of many models fitted to random subsets.",
    citation: "Fischler and Bolles, Random Sample Consensus, Commun. ACM 24 (1981)", needs: "nothing",
    taxonomy: .sanitizeTrainingData)

  public static let settings: [Setting<Self>] = [
    .init("share", \.share, "size of a random subset, as a share of all rows", in: .above(0, through: 1)),
    .init("trials", \.trials, "most subsets tried", in: 1...),
  ]

  /// Size of a random subset, as a share of all rows.
  public var share = 0.5
  /// Most subsets tried.
  public var trials = 20

  public init() {}

  public func fit(_ task: DefenceTask, using random: inout RandomStream) throws -> DefendedFit {
    _ = try task.keptCount(Self.card.title)
    let size = max(2, Int(Double(task.data.count) * min(max(share, 0), 1)))
    let regression = RANSACRegression(base: task.learner, subsetSize: size, trials: trials)
    let fit = try regression.solve(task.data, using: &random)
    return DefendedFit(model: fit.model, rejected: task.others(than: fit.kept))
  }
}

/// Least trimmed squares as a defence: TRIM from many small random starts.
///
/// - Source: Rousseeuw and Van Driessen, "Computing LTS regression for large data sets", Data Min. Knowl.
///   Discov. 12 (2006).
public struct TrimmedSquaresDefence: PoisoningDefence {
  public static let card = MethodCard(
    id: "lts", family: .trainingDefence, title: "Least trimmed squares",
    summary: "Minimises the smallest squared residuals, from many small random starts.",
    citation: "Rousseeuw and Van Driessen, Computing LTS Regression for Large Data Sets, 2006",
    needs: "the number of poisoned rows, or a bound on it", taxonomy: .sanitizeTrainingData)

  public static let settings: [Setting<Self>] = [
    .init("starts", \.starts, "random starts", in: 1...)
  ]

  /// Random starts.
  public var starts = 10

  public init() {}

  public func fit(_ task: DefenceTask, using random: inout RandomStream) throws -> DefendedFit {
    let keep = try task.keptCount(Self.card.title)
    let regression = LeastTrimmedSquares(kept: keep, starts: starts, base: task.learner)
    let fit = try regression.solve(task.data, using: &random)
    return DefendedFit(model: fit.model, rejected: task.others(than: fit.kept))
  }
}
