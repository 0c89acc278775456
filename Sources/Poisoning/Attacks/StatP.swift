public import Learning
public import LinearAlgebra
import Tabular

/// The statistical attack: rows drawn from a Gaussian with the moments of the training set, pushed to the
/// corners of the box, with the target opposite to the model's prediction. Needs no gradient.
///
/// 1. `x ~ N(μ, Σ + 0.01·I)` with the mean and covariance of the known rows.
/// 2. Numbers go to the nearer end of their range, one-hot groups to their largest level.
///    The released code rounds first and picks the level of a group afterwards, so that a group whose largest
///    level is below one half stays empty; ``emptyGroups`` does so too. Such rows are no valid records.
/// 3. `y` is the end of the target range farther from `f(x)`, with `f` the model that the attacker can query
///    (here: ridge regression on the known rows, penalty 0.01).
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``emptyGroups`` | false | | Leave groups without a level as the released code does |
///
/// - Source: Jagielski et al., "Manipulating Machine Learning", IEEE S&P 2018, section IV-C.
public struct StatP: PoisoningAttack {
  public static let card = MethodCard(
    id: "statp", kind: .attack, title: "StatP",
    summary: "Rows from a Gaussian fit, pushed to the corners, target opposite to the prediction.",
    citation: "Jagielski et al., Manipulating Machine Learning, IEEE S&P 2018",
    needs: "mean and covariance of the training set; queries to the model",
    parameters: [
      .init(
        "emptyGroups", "leave groups without a level as the released code does", range: "true|false",
        default: "false")
    ],
    taxonomy: .trainingData)

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
    let means = clean.features.columnMeans()
    let factor = try Cholesky(covariance(clean.features, means, scenario.space.widths)).factor
    let model = try LinearLearner.ridge(penalty: 0.01).fit(clean)
    var features = Matrix(rows: count, columns: means.count)
    for row in 0..<count {
      let noise = means.indices.map { _ in random.normal() }
      var values = factor.times(noise)
      axpy(1, means, into: &values)
      let isLow = emptyGroups ? values.map { $0 <= 0.5 } : []
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
