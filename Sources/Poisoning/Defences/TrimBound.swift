import Learning
public import LinearAlgebra
import Tabular

/// A check of TRIM's guarantee on instances small enough to try every subset, and of how often TRIM reaches the
/// subset that the guarantee is about.
///
/// Let `n` of the rows be kept and `α·n` of the others be poison, `α < 1`. At the global optimum of the trimmed
/// loss at least `(1 − α)·n` kept rows are clean, and on these
/// `MSE(kept clean rows, θ̂) ≤ (1 + α / (1 − α)) · MSE(clean rows, θ*)`, with `θ*` the fit of the clean rows:
/// the trimmed loss of `θ̂` is at most that of `θ*` on the clean rows, and the kept clean rows carry only a part
/// of it.
///
/// - Source: Jagielski et al., "Manipulating Machine Learning", IEEE S&P 2018, theorem 2.
public struct TrimBound: Sendable, Hashable {
  /// Random instances with at most 14 rows.
  public let instances: Int
  /// Instances whose best subset breaks the bound; the theorem allows none.
  public private(set) var violations = 0
  /// Instances in which ``PlainTrim`` with its restarts finds a subset as good as the best.
  public private(set) var reached = 0

  /// Random subsets that TRIM tries on an instance.
  public static let restarts = 20

  /// A check that was made elsewhere.
  public init(instances: Int, violations: Int, reached: Int) {
    (self.instances, self.violations, self.reached) = (instances, violations, reached)
  }

  /// Tries random instances.
  ///
  /// - Throws: `LearningError` if a subset cannot be fitted.
  public init(instances: Int, using random: inout RandomStream) throws {
    self.instances = instances
    for _ in 0..<instances {
      let instance = Instance(using: &random)
      let best = try instance.optimum()
      if try !instance.holds(best) { violations += 1 }
      if try instance.trimmedLoss(using: &random) <= best.loss * (1 + 1e-9) + 1e-15 { reached += 1 }
    }
  }

  private struct Instance {
    let clean: RegressionData
    let poison: RegressionData

    init(using random: inout RandomStream) {
      let cleanRows = 6 + random.integer(below: 5)
      let poisonRows = 1 + random.integer(below: min(4, cleanRows - 4))
      func rows(_ count: Int, _ target: (Double, inout RandomStream) -> Double) -> RegressionData {
        var features = Matrix(rows: count, columns: 1)
        var targets: [Double] = []
        for row in 0..<count {
          features[row, 0] = random.uniform()
          targets.append(target(features[row, 0], &random))
        }
        return RegressionData(features: features, target: targets)
      }
      clean = rows(cleanRows) { x, random in 0.2 + 0.4 * x + random.uniform(-0.1, 0.1) }
      poison = rows(poisonRows) { _, random in random.uniform() }
    }

    /// A subset of the rows, the model fitted to it, and its loss.
    typealias Subset = (rows: [Int], model: LinearModel, loss: Double)

    /// Whether the bound holds for the best subset.
    func holds(_ best: Subset) throws -> Bool {
      let pristine = clean.rows(at: best.rows.filter { $0 < clean.count })
      let share = Double(poison.count) / Double(clean.count)
      let limit = try (1 + share / (1 - share)) * Self.fit(clean).meanSquaredError(on: clean)
      return best.model.meanSquaredError(on: pristine) <= limit * (1 + 1e-9) + 1e-15
    }

    /// The loss that TRIM ends with on clean rows and poison together.
    func trimmedLoss(using random: inout RandomStream) throws -> Double {
      let data = clean.appending(poison)
      var trim = PlainTrim()
      trim.restarts = TrimBound.restarts
      let space = FeatureSpace(names: ["x"], groups: [], lower: [0], upper: [1])
      let task = DefenceTask(
        data: data, learner: .leastSquares, space: space,
        assumedRate: Double(poison.count) / Double(data.count))
      let fit = try trim.fit(task, using: &random)
      return fit.model.meanSquaredError(on: data.rows(at: task.others(than: fit.rejected)))
    }

    /// The subset as large as the clean rows with the smallest loss of its own fit, by trying all.
    func optimum() throws -> Subset {
      let (data, keep) = (clean.appending(poison), clean.count)
      var best: Subset = (
        rows: Array(0..<keep), model: try Self.fit(data.rows(at: Array(0..<keep))), loss: Double.infinity
      )
      for mask in 0..<(1 << data.count) where mask.nonzeroBitCount == keep {
        let rows = (0..<data.count).filter { mask >> $0 & 1 == 1 }
        let subset = data.rows(at: rows)
        let model = try Self.fit(subset)
        let loss = model.meanSquaredError(on: subset)
        if loss < best.loss { best = (rows, model, loss) }
      }
      return best
    }

    private static func fit(_ data: RegressionData) throws -> LinearModel {
      try LinearLearner.leastSquares.fit(data)
    }
  }
}
