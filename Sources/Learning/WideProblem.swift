import LinearAlgebra

/// Least squares on fewer rows than features, from products of rows with rows: never a matrix of features by features.
///
/// With centred rows `X`, times the roots of their weights, and a diagonal penalty `D` the weights are
/// `D⁻¹Xᵀ (X D⁻¹ Xᵀ + I)⁻¹ y`; without a penalty they are the shortest of all that fit best, by singular values.
///
/// - Complexity: O(*n*²·*d*) for *n* rows and *d* features; O(*n*·*d*) memory.
/// - Source: Saunders, Gammerman, Vovk, "Ridge regression learning algorithm in dual variables", ICML 1998.
struct WideProblem {
  /// From as many features on the products of rows are worth it; below, a matrix of the features costs nothing.
  static let leastFeatures = 512

  /// The rows less their means, times the roots of their weights.
  let rows: Matrix
  /// The targets less their mean, times the roots of the weights.
  let target: [Double]
  /// Mean of every feature; zeros for a model without intercept.
  let means: [Double]
  /// Mean of the target; zero for a model without intercept.
  let targetMean: Double
  /// Sum of the weights.
  let weight: Double
  /// `Σ x²` of every feature over ``rows``.
  let spreads: [Double]
  /// Features that differ from row to row.
  let varying: [Int]
  /// Standard deviation of every feature; one for a constant feature.
  let deviations: [Double]

  /// - Throws: ``LearningError`` for fewer than two rows, values that are not finite and impossible weights.
  init(_ data: RegressionData, intercept: Bool) throws {
    try data.checkWeights()
    try data.checkFinite()
    guard data.count >= 2 else {
      throw LearningError.tooFewRows(method: "a fit", needed: 2, found: data.count)
    }
    let shares = data.weights ?? [Double](repeating: 1, count: data.count)
    weight = shares.reduce(0, +)
    let (means, centred, centredTarget, targetMean) = Self.centred(data, shares, weight)
    let centredSpreads = Self.squares(centred)
    let found = Self.varying(centredSpreads, means, weight)
    var deviations = [Double](repeating: 1, count: means.count)
    for index in found { deviations[index] = (centredSpreads[index] / weight).squareRoot() }
    self.deviations = deviations
    if intercept {
      (rows, target, self.means, self.targetMean) = (centred, centredTarget, means, targetMean)
      (spreads, varying) = (centredSpreads, found)
    } else {
      let zeros = [Double](repeating: 0, count: means.count)
      (rows, target) = Self.weighted(data, shares, less: zeros, 0)
      (self.means, self.targetMean) = (zeros, 0)
      spreads = Self.squares(rows)
      varying = Self.varying(spreads, zeros, weight)
    }
    guard spreads.allSatisfy(\.isFinite), dot(target, target).isFinite else {
      throw LearningError.valuesTooLarge
    }
    try checkSmall(data)
  }

  /// The least squares fit; the shortest weights, since many fit equally well.
  func leastSquares() throws -> LinearFit {
    let order = varying.count
    guard order > 0 else {
      return fit([], rank: 0, condition: 1, [.constantFeatures(Array(means.indices))])
    }
    let norms = varying.map { spreads[$0].squareRoot() }
    let parts = try SingularValueDecomposition(scaled(by: norms.map { 1 / $0 }))
    let limit =
      Double.ulpOfOne * Double(Swift.max(rows.columns, rows.rows)) * (parts.singularValues.first ?? 0)
    let rank = parts.singularValues.prefix { $0 > limit }.count
    let rotated = parts.left.transposedTimes(target)
    // In the units of the data the row space is that of these directions; the shortest solution lies in it.
    var directions = parts.rightTransposed.rows(at: Array(0..<rank))
    directions.withMutableElements { values in
      for row in 0..<rank { for column in 0..<order { values[row * order + column] *= norms[column] } }
    }
    let right = (0..<rank).map { rotated[$0] / parts.singularValues[$0] }
    let solution = try LeastSquares(directions, right).solution
    let isVarying = Set(varying)
    let constant = means.indices.filter { !isVarying.contains($0) }
    var warnings: [FitWarning] = constant.isEmpty ? [] : [.constantFeatures(constant)]
    if rank < order { warnings.append(.rankDeficient(rank: rank, features: means.count)) }
    return fit(solution, rank: rank, condition: .infinity, warnings)
  }

  /// The fit with a penalty above zero on the square of every weight.
  func ridge(_ diagonal: [Double]) throws -> LinearFit {
    let least = diagonal.reduce(.infinity, Swift.min)
    guard least > 0, least.isFinite else { throw LearningError.valuesTooSmall }
    // X D⁻¹ Xᵀ + I, times the least penalty, so that a weak penalty makes no number too large.
    let inverse = varying.map { least / diagonal[$0] }
    let rooted = scaled(by: inverse.map { $0.squareRoot() })
    var kernel = rooted.timesTransposed(rooted)
    kernel.addToDiagonal(least)
    guard let factor = try? Cholesky(kernel), factor.reciprocalCondition() > 1e-12 else {
      return try shrunk(rooted, inverse, least)
    }
    var duals = factor.solve(target)
    for _ in 0..<2 {
      let rest = zip(zip(target, rooted.times(rooted.transposedTimes(duals))), duals).map { pair, dual in
        pair.0 - pair.1 - least * dual
      }
      for (index, correction) in factor.solve(rest).enumerated() { duals[index] += correction }
    }
    let weights = zip(rooted.transposedTimes(duals), inverse).map { $0 * $1.squareRoot() }
    return fit(weights, rank: means.count, condition: 1 / factor.reciprocalCondition())
  }

  /// The fit with a penalty so weak that the products of rows are singular to working precision.
  private func shrunk(_ rooted: Matrix, _ inverse: [Double], _ least: Double) throws -> LinearFit {
    let parts = try SingularValueDecomposition(rooted)
    let factors = zip(parts.left.transposedTimes(target), parts.singularValues).map {
      $0 * $1 / ($1 * $1 + least)
    }
    let weights = zip(parts.rightTransposed.transposedTimes(factors), inverse).map { $0 * $1.squareRoot() }
    let largest = parts.singularValues.first ?? 0
    return fit(weights, rank: means.count, condition: 1 + largest * largest / least)
  }

  /// The fit with weights for the varying features.
  private func fit(
    _ found: [Double], rank: Int, condition: Double, _ warnings: [FitWarning] = []
  ) -> LinearFit {
    var weights = [Double](repeating: 0, count: means.count)
    for (index, weight) in zip(varying, found) { weights[index] = weight }
    return LinearFit(
      model: LinearModel(weights: weights, intercept: targetMean - dot(means, weights)),
      rank: rank, condition: condition, warnings: warnings)
  }

  /// The varying columns of the rows, times one factor each.
  private func scaled(by factors: [Double]) -> Matrix {
    var result = rows.columns(at: varying)
    let order = varying.count
    result.withMutableElements { values in
      for row in 0..<rows.rows { for column in 0..<order { values[row * order + column] *= factors[column] } }
    }
    return result
  }

  // MARK: Sums

  /// Means, and rows and targets less them. Values are taken less those of the first row that counts, so that large
  /// means cost no digits.
  private static func centred(
    _ data: RegressionData, _ shares: [Double], _ weight: Double
  ) -> (means: [Double], rows: Matrix, target: [Double], targetMean: Double) {
    let first = shares.firstIndex { $0 > 0 } ?? 0
    var (means, targetMean) = (data.features.row(first), data.target[first])
    for _ in 0..<2 {
      var (sums, targetSum) = ([Double](repeating: 0, count: means.count), 0.0)
      for row in 0..<data.count where shares[row] > 0 {
        data.features.withRow(row) { values in
          for column in values.indices { sums[column] += shares[row] * (values[column] - means[column]) }
        }
        targetSum += shares[row] * (data.target[row] - targetMean)
      }
      for column in means.indices { means[column] += sums[column] / weight }
      targetMean += targetSum / weight
    }
    let (rows, target) = weighted(data, shares, less: means, targetMean)
    return (means, rows, target, targetMean)
  }

  /// Rows and targets less the given values, times the roots of the weights.
  private static func weighted(
    _ data: RegressionData, _ shares: [Double], less means: [Double], _ targetMean: Double
  ) -> (Matrix, [Double]) {
    var rows = data.features
    let columns = means.count
    rows.withMutableElements { values in
      for row in 0..<data.count {
        let root = shares[row].squareRoot()
        for column in 0..<columns {
          values[row * columns + column] = (values[row * columns + column] - means[column]) * root
        }
      }
    }
    return (rows, zip(data.target, shares).map { ($0 - targetMean) * $1.squareRoot() })
  }

  private static func squares(_ rows: Matrix) -> [Double] {
    var sums = [Double](repeating: 0, count: rows.columns)
    for row in 0..<rows.rows {
      rows.withRow(row) { values in
        for column in values.indices { sums[column] += values[column] * values[column] }
      }
    }
    return sums
  }

  /// Features whose spread is above the rounding of their mean, as ``Moments`` counts them.
  private static func varying(_ spreads: [Double], _ means: [Double], _ weight: Double) -> [Int] {
    means.indices.filter { index in
      let noise = 8 * Double.ulpOfOne * means[index]
      return spreads[index] > weight * noise * noise
    }
  }

  /// - Throws: ``LearningError/valuesTooSmall`` where a column is constant only because its squares vanish.
  private func checkSmall(_ data: RegressionData) throws(LearningError) {
    let least = SquareRange.smallest * SquareRange.smallest * weight
    for column in spreads.indices where spreads[column] <= least {
      let largest = data.features.column(column).reduce(0) { Swift.max($0, abs($1)) }
      if largest > 0, largest < SquareRange.smallest { throw .valuesTooSmall }
    }
  }
}

extension RegressionData {
  /// Whether the products of rows with rows are smaller than those of features with features, and that counts.
  var isWide: Bool { features.columns > count && features.columns >= WideProblem.leastFeatures }
}
