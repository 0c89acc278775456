import Learning
import LinearAlgebra
import Methods
import Poisoning

/// Rejects the rows that pull hardest at the model, those of the largest Cook's distance.
///
/// ```
/// Dᵢ ∝ rᵢ² hᵢ / (1 − hᵢ)²
/// ```
///
/// for the residual `r` of the learner and the leverage `h`, in shares of the ranges and with a ridge of 0.01. The assumed
/// share goes in some rounds, each with a model of what is left. Poison that agrees with itself masks itself: where it
/// has moved the model, its residuals are small.
///
/// - Source: Cook, "Detection of Influential Observation in Linear Regression", Technometrics 19 (1977).
struct CookDistance: PoisoningDefence {
  static let card = MethodCard(
    id: "cook", family: .trainingDefence, title: "Cook's distance",
    summary: "Rejects the rows that pull hardest at the model.",
    citation: "Cook, Detection of Influential Observation in Linear Regression, Technometrics 19 (1977)",
    needs: "the number of poisoned rows, or a bound on it", taxonomy: .sanitizeTrainingData)

  static let settings: [Setting<Self>] = [
    .init("rounds", \.rounds, "models that are fitted one after another, each rejects a part", in: 1...1000)
  ]

  /// Models that are fitted one after another.
  var rounds = 5

  func fit(_ task: DefenceTask, using random: inout RandomStream) throws -> DefendedFit {
    let (count, keep) = (task.data.count, try task.keptCount(Self.card.title))
    var kept = Array(0..<count)
    for round in 1...rounds {
      let distances = try distances(task.data.rows(at: kept), task)
      let left = count - (count - keep) * round / rounds
      // Of equal distances the lower target stays, whatever the order of the rows.
      let order = kept.indices.sorted {
        (distances[$0], task.data.target[kept[$0]], $0) < (distances[$1], task.data.target[kept[$1]], $1)
      }
      kept = order.prefix(left).map { kept[$0] }.sorted()
    }
    return DefendedFit(
      model: try task.learner.fit(task.data.rows(at: kept)), rejected: task.others(than: kept))
  }

  /// Cook's distance of every row, but for a factor that is the same for all.
  private func distances(_ data: RegressionData, _ task: DefenceTask) throws -> [Double] {
    let residuals = zip(try task.learner.fit(data).predict(data.features), data.target).map { $1 - $0 }
    let shares = task.shares.data(data).features
    let means = shares.columnMeans()
    let centred = Matrix((0..<data.count).map { row in zip(shares.row(row), means).map { $0 - $1 } })
    var gram = centred.gram()
    gram.addToDiagonal(0.01)
    let solved = try Cholesky(gram).solve(rowsOf: centred)
    return residuals.indices.map { row in
      let leverage = min(dot(centred.row(row), solved.row(row)) + 1 / Double(data.count), 1 - 1e-9)
      let pull = residuals[row] / (1 - leverage)
      return pull * pull * leverage
    }
  }
}
