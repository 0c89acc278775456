import Learning
public import LinearAlgebra

/// A check of TRIM's guarantee on instances small enough to try every subset.
///
/// Let `n` of the rows be kept and `α·n` of the others be poison, `α < 1`. At the global optimum of the trimmed
/// loss at least `(1 − α)·n` kept rows are clean, and on these
/// `MSE(kept clean rows, θ̂) ≤ (1 + α / (1 − α)) · MSE(clean rows, θ*)`, with `θ*` the fit of the clean rows:
/// the trimmed loss of `θ̂` is at most that of `θ*` on the clean rows, and the kept clean rows carry only a part
/// of it.
///
/// - Source: Jagielski et al., "Manipulating Machine Learning", IEEE S&P 2018, theorem 2.
public enum TrimBound {
  /// How many of `instances` random instances with at most 14 rows break the bound; a correct TRIM breaks none.
  public static func violations(instances: Int, using random: inout RandomStream) throws -> Int {
    var count = 0
    for _ in 0..<instances {
      let instance = Instance(using: &random)
      if try !instance.holds() { count += 1 }
    }
    return count
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

    func holds() throws -> Bool {
      let data = clean.appending(poison)
      let (kept, model) = try optimum(data, keep: clean.count)
      let pristine = clean.rows(at: kept.filter { $0 < clean.count })
      let share = Double(poison.count) / Double(clean.count)
      let limit = try (1 + share / (1 - share)) * Self.fit(clean).meanSquaredError(on: clean)
      return model.meanSquaredError(on: pristine) <= limit * (1 + 1e-9) + 1e-15
    }

    /// The subset of `keep` rows with the smallest loss of its own fit, by trying all.
    private func optimum(_ data: RegressionData, keep: Int) throws -> ([Int], LinearModel) {
      var best = (
        rows: Array(0..<keep), model: try Self.fit(data.rows(at: Array(0..<keep))), loss: Double.infinity
      )
      for mask in 0..<(1 << data.count) where mask.nonzeroBitCount == keep {
        let rows = (0..<data.count).filter { mask >> $0 & 1 == 1 }
        let subset = data.rows(at: rows)
        let model = try Self.fit(subset)
        let loss = model.meanSquaredError(on: subset)
        if loss < best.loss { best = (rows, model, loss) }
      }
      return (best.rows, best.model)
    }

    private static func fit(_ data: RegressionData) throws -> LinearModel {
      try LinearLearner.leastSquares.fit(data)
    }
  }
}
