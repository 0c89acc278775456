public import Learning
public import LinearAlgebra
public import Methods
import Tabular

/// Sever: fit, look at the direction in which the gradients of the rows spread most, remove the rows that reach
/// farthest along it, repeat.
///
/// 1. Fit on the remaining rows; the gradient of row `i` with respect to `(w, b)` is
///    `gᵢ = (wᵀxᵢ + b − yᵢ)·(xᵢ, 1)`, with `xᵢ` in shares of the ranges.
/// 2. Centre the gradients; `v` is their top right singular vector; the score of a row is `⟨gᵢ, v⟩²`.
/// 3. Remove the rows with the highest scores: half of the assumed share of all rows.
/// 4. Four rounds in all, then a last fit.
///
/// - Source: Diakonikolas et al., "Sever: A Robust Meta-Algorithm for Stochastic Optimization", ICML 2019,
///   section 2.
public struct Sever: PoisoningDefence {
  public static let card = MethodCard(
    id: "sever", family: .trainingDefence, title: "Sever",
    summary: "Removes rows whose loss gradients reach farthest along the top singular direction.",
    citation: "Diakonikolas et al., Sever: A Robust Meta-Algorithm for Stochastic Optimization, ICML 2019",
    needs: "a bound on the share of poison", taxonomy: .sanitizeTrainingData)

  public static let settings: [Setting<Self>] = [
    .init("rounds", \.rounds, "how often rows are removed", in: 1...),
    .init(
      "share", \.share, "share of rows removed in a round, as a multiple of the assumed rate", in: .above(0)),
  ]

  /// How often rows are removed.
  public var rounds = 4
  /// Removed in a round, as a multiple of the assumed rate.
  public var share = 0.5

  public init() {}

  public func fit(_ task: DefenceTask, using random: inout RandomStream) throws -> DefendedFit {
    _ = try task.keptCount(Self.card.title)
    let data = task.data
    let shares = task.shares.data(data)
    let wanted = (Double(data.count) * task.assumedRate * share).rounded()
    let removed = Int(min(wanted, Double(data.count)))
    var kept = Array(0..<data.count)
    for _ in 0..<rounds where removed > 0 && kept.count > removed + 3 {
      let rows = data.rows(at: kept)
      let model = try task.learner.fit(rows)
      let scores = try Self.scores(shares.rows(at: kept), task.shares.ofShares(model))
      let order = kept.indices.sorted {
        (scores[$0], rows.target[$0], $0) < (scores[$1], rows.target[$1], $1)
      }
      kept = order.prefix(kept.count - removed).map { kept[$0] }.sorted()
    }
    return DefendedFit(
      model: try task.learner.fit(data.rows(at: kept)), rejected: task.others(than: kept))
  }

  /// The squared length of every row's centred gradient along their top singular direction.
  public static func scores(_ rows: RegressionData, _ model: LinearModel) throws -> [Double] {
    var gradients = rows.features.withOnes()
    let errors = zip(model.predict(rows.features), rows.target).map { $0 - $1 }
    let columns = gradients.columns
    gradients.withMutableElements { elements in
      for row in errors.indices {
        for column in 0..<columns { elements[row * columns + column] *= errors[row] }
      }
    }
    return try topDeviations(gradients)
  }

  /// The squared distance of every row from the mean along the direction of largest spread.
  static func topDeviations(_ rows: Matrix) throws -> [Double] {
    let means = rows.columnMeans()
    var spread = rows.gram()
    spread.addOuterProduct(-Double(rows.rows), means, means)
    let eigen = try SymmetricEigen(spread)
    let direction = eigen.vectors.column(rows.columns - 1)
    let centre = dot(direction, means)
    return rows.times(direction).map { ($0 - centre) * ($0 - centre) }
  }
}
