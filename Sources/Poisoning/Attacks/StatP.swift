public import Learning
public import LinearAlgebra
public import Methods
import Tabular

/// The statistical attack: rows drawn from a Gaussian with the moments of the training set, pushed to the
/// corners of the box, with the target opposite to the model's prediction. Needs no gradient.
///
/// 1. `x ~ N(μ, Σ + 0.01·I)` with the mean and covariance of the known rows.
/// 2. Numbers go to the nearer end of their range, one-hot groups to their largest level; where a level was dropped
///    it is drawn too, so that a dummy-coded table and its twin with all levels get the same rows.
///    The released code rounds first and picks the level of a group afterwards, so that a group whose largest
///    level is below one half stays empty; ``emptyGroups`` does so too. Such rows are no valid records.
/// 3. `y` is the end of the target range farther from `f(x)`, with `f` the model that the attacker can query
///    (here: ridge regression on the known rows, penalty 0.01 on shares of the ranges).
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``emptyGroups`` | false | | Leave groups without a level as the released code does |
///
/// - Source: Jagielski et al., "Manipulating Machine Learning", IEEE S&P 2018, section IV-C.
public struct StatP: PoisoningAttack {
  public static let card = MethodCard(
    id: "statp", family: .poisoning, title: "StatP",
    summary: "Rows from a Gaussian fit, pushed to the corners, target opposite to the prediction.",
    citation: "Jagielski et al., Manipulating Machine Learning, IEEE S&P 2018",
    needs: "mean and covariance of the training set; queries to the model", taxonomy: .trainingData)

  public static let settings: [Setting<Self>] = [
    .init("emptyGroups", \.emptyGroups, "leave groups without a level as the released code does")
  ]

  /// Whether a group of which no level exceeds one half stays empty.
  public var emptyGroups = false

  public init() {}

  public func poison(
    _ scenario: PoisoningScenario, count: Int, using random: inout RandomStream
  ) throws -> RegressionData {
    let clean = scenario.training
    guard clean.count >= 2 else {
      throw PoisoningError.tooFewRows(method: Self.card.title, needed: 2, found: clean.count)
    }
    let dropped = scenario.feasible.groups.filter { $0.levels == 0...1 }
    let known = withDroppedLevels(clean.features, dropped)
    let means = known.columnMeans()
    let widths = scenario.space.widths + dropped.map { _ in 1 }
    let factor = try Cholesky(covariance(known, means, widths)).factor
    let shares = RangeShares(scenario.space)
    let model = shares.restored(try LinearLearner.ridge(penalty: 0.01).fit(shares.data(clean)))
    var features = Matrix(rows: count, columns: clean.features.columns)
    for row in 0..<count {
      let noise = means.indices.map { _ in random.normal() }
      var values = factor.times(noise)
      axpy(1, means, into: &values)
      let isLow = emptyGroups ? values.map { $0 <= 0.5 } : []
      for (index, group) in dropped.enumerated() {
        chooseLevel(group, values[features.columns + index], &values)
      }
      values.removeLast(dropped.count)
      scenario.feasible.moveToCorner(&values)
      if emptyGroups {
        for column in scenario.feasible.groups.flatMap(\.columns) where isLow[column] { values[column] = 0 }
      }
      features.setRow(row, values)
    }
    let range = scenario.targetRange
    let middle = (range.lowerBound + range.upperBound) / 2
    let target = model.predict(features).map { $0 < middle ? range.upperBound : range.lowerBound }
    return RegressionData(features: features, target: target)
  }

  /// The rows with the level that each of these groups has dropped, which is 1 where the group is empty, so that
  /// it is drawn as all others are.
  private func withDroppedLevels(_ features: Matrix, _ groups: [FeasibleSet.Group]) -> Matrix {
    guard !groups.isEmpty else { return features }
    var result = Matrix(rows: features.rows, columns: features.columns + groups.count)
    for row in 0..<features.rows {
      let values = features.row(row)
      result.setRow(row, values + groups.map { group in group.columns.reduce(1) { $0 - values[$1] } })
    }
    return result
  }

  /// Gives a group its largest level, or none if the dropped one is larger.
  private func chooseLevel(_ group: FeasibleSet.Group, _ droppedLevel: Double, _ values: inout [Double]) {
    let best = group.columns.max { (values[$0], $1) < (values[$1], $0) }
    let isTaken = best.map { values[$0] > droppedLevel } ?? false
    for column in group.columns { values[column] = isTaken && column == best ? 1 : 0 }
  }

  /// The covariance of the rows with 0.01 of the squared ranges added to its diagonal, as in the released code, where
  /// ranges are 1.
  private func covariance(_ features: Matrix, _ means: [Double], _ widths: [Double]) -> Matrix {
    var result = features.gram()
    result.addOuterProduct(-Double(features.rows), means, means)
    let scale = 1 / Double(features.rows - 1)
    result = Matrix(
      rows: result.rows, columns: result.columns, elements: result.elements.map { $0 * scale })
    for (index, width) in widths.enumerated() { result[index, index] += 0.01 * (width * width) }
    return result
  }
}
