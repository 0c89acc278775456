import Learning
import LinearAlgebra
import Methods
import Poisoning
import Tabular

/// Poison against one kind of people: copies of the clean rows around a random one, with the target at the end of its
/// range that is farther from their mean.
///
/// The error rises for those people and hardly for others, so that an average over everybody shows little.
///
/// - Source: after Jagielski, Severi, Pousette Harger, Oprea, "Subpopulation Data Poisoning Attacks", CCS 2021, which
///   flips the labels of clusters; here the subpopulation is the nearest rows, in shares of the ranges, and the model
///   predicts a number.
struct Subpopulation: PoisoningAttack {
  static let card = MethodCard(
    id: "subpopulation", family: .poisoning, title: "Subpopulation",
    summary: "Copies of the rows around a random one, with the target at the far end of its range.",
    citation: "after Jagielski et al., Subpopulation Data Poisoning Attacks, CCS 2021",
    needs: "some clean rows and the range of the target", taxonomy: .trainingData)

  static let settings: [Setting<Self>] = [
    .init("share", \.share, "share of the clean rows that are the subpopulation", in: .above(0, through: 1))
  ]

  /// Share of the clean rows that are the subpopulation.
  var share = 0.1

  func poison(
    _ scenario: PoisoningScenario, count: Int, using random: inout RandomStream
  ) throws -> RegressionData {
    let clean = scenario.training
    guard clean.count > 0 else {
      throw PoisoningError.tooFewRows(method: Self.card.title, needed: 1, found: 0)
    }
    let shares = RangeShares(scenario.space)
    let centre = shares.row(clean.features.row(random.integer(below: clean.count)))
    let distances = (0..<clean.count).map { row in
      norm2(zip(shares.row(clean.features.row(row)), centre).map { $0 - $1 })
    }
    let size = max(Int((share * Double(clean.count)).rounded()), 1)
    let nearest = distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }.prefix(size)
    let range = scenario.targetRange
    let mean = nearest.reduce(0) { $0 + clean.target[$1] } / Double(nearest.count)
    let isLow = mean - range.lowerBound < range.upperBound - mean
    var rows = clean.rows(at: (0..<count).map { nearest[$0 % nearest.count] })
    rows.target = rows.target.map { _ in isLow ? range.upperBound : range.lowerBound }
    rows.weights = nil
    rows.makeFeasible(in: scenario.feasible)
    return rows
  }
}
