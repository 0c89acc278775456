public import LinearAlgebra

/// The four penalised least-squares learners as one value, for code that must know which problem a linear
/// victim solves (its gradient, its active set) and not only that it can be fitted.
public enum LinearLearner: RegressionLearner, Hashable, Codable {
  /// Ordinary least squares.
  case leastSquares
  /// `Σ r² + penalty · ‖w‖²`.
  case ridge(penalty: Double)
  /// `Σ r² / (2n) + penalty · ‖w‖₁`.
  case lasso(penalty: Double)
  /// `Σ r² / (2n) + penalty · (mixing · ‖w‖₁ + (1 − mixing) / 2 · ‖w‖²)`.
  case elasticNet(penalty: Double, mixing: Double)

  public func fit(_ data: RegressionData, using random: inout RandomStream) throws -> LinearModel {
    try fit(data)
  }

  /// Learns from `data`; no learner of this type uses randomness.
  public func fit(_ data: RegressionData) throws -> LinearModel {
    let means = data.features.columnMeans()
    let targetMean = data.target.reduce(0, +) / Double(data.count)
    var centred = data.features
    for row in 0..<centred.rows { centred.setRow(row, zip(centred.row(row), means).map { $0 - $1 }) }
    var gram = centred.gram()
    let cross = centred.transposedTimes(data.target.map { $0 - targetMean })
    let penalties = penalties(rows: data.count)
    let rows = Double(data.count)
    var weights = [Double](repeating: 0, count: means.count)
    if penalties.absolute == 0 {
      gram.addToDiagonal(max(penalties.square * rows, 1e-9))
      weights = try Cholesky(gram).solve(cross)
    } else {
      for _ in 0..<10_000 {
        var change = 0.0
        for j in weights.indices {
          let curvature = gram[j, j]
          guard curvature > 0 else { continue }
          let residual = cross[j] - gram.withRow(j) { dot($0, weights) } + curvature * weights[j]
          let shrunk = max(abs(residual) - penalties.absolute * rows, 0) * (residual < 0 ? -1 : 1)
          let updated = shrunk / (curvature + penalties.square * rows)
          change = max(change, abs(updated - weights[j]))
          weights[j] = updated
        }
        if change < 1e-9 { break }
      }
    }
    return LinearModel(weights: weights, intercept: targetMean - dot(means, weights))
  }

  /// The penalties of the common form `Σ r² / (2n) + absolute · ‖w‖₁ + square / 2 · ‖w‖²` for `n` rows.
  public func penalties(rows: Int) -> (absolute: Double, square: Double) {
    switch self {
    case .leastSquares: (0, 0)
    case .ridge(let penalty): (0, penalty / Double(rows))
    case .lasso(let penalty): (penalty, 0)
    case .elasticNet(let penalty, let mixing): (penalty * mixing, penalty * (1 - mixing))
    }
  }
}
