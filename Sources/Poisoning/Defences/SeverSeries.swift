public import Learning
public import LinearAlgebra

/// The drug-discovery experiment of the Sever paper: a regression poisoned so that its gradient cancels.
///
/// `ε·n` rows at `x = (Xᵀy / p + noise) / s`, `y = −s` with `s = 3` join the training set. The learner is a ridge
/// on standardised columns with penalty 5,650; features are centred at a mean that is filtered like Sever itself,
/// targets at their median.
///
/// - Source: Diakonikolas et al., "Sever: A Robust Meta-Algorithm for Stochastic Optimization", ICML 2019,
///   section 4.1, and its released code ("hard" attack).
public enum SeverSeries {
  /// Test errors at one rate.
  public struct Point: Sendable, Hashable {
    /// Poisoned rows per clean row.
    public let rate: Double
    /// Mean squared error without defence.
    public let undefended: Double
    /// Mean squared error with Sever.
    public let sever: Double
  }

  private static let learner = Ridge(penalty: 5650, standardise: true)
  private static let attackScale = 3.0

  /// The error of the clean model.
  public static func cleanError(training: RegressionData, test: RegressionData) throws -> Double {
    try learner.fit(training).meanSquaredError(on: test)
  }

  /// The errors at one rate.
  public static func point(
    training: RegressionData, test: RegressionData, rate: Double, using random: inout RandomStream
  ) throws -> Point {
    let count = Int((rate * Double(training.count)).rounded())
    let data = training.appending(poison(training, count: count, using: &random))
    let removed = Int((rate / 2 * Double(data.count)).rounded())
    let undefended = try learner.fit(data).meanSquaredError(on: test)
    let centre = try filteredMean(data.features, removed: removed)
    let middle = quantile(data.target.sorted(), 0.5)
    let centred = shifted(data, centre, middle)
    var kept = Array(0..<data.count)
    for _ in 0..<4 {
      let rows = centred.rows(at: kept)
      let scores = try Sever.scores(rows, learner.fit(rows))
      kept = without(kept, scores, removed)
    }
    let model = try learner.fit(centred.rows(at: kept))
    return Point(
      rate: rate, undefended: undefended,
      sever: model.meanSquaredError(on: shifted(test, centre, middle)))
  }

  private static func poison(
    _ training: RegressionData, count: Int, using random: inout RandomStream
  ) -> RegressionData {
    let pull = training.features.transposedTimes(training.target).map { $0 / Double(max(count, 1)) }
    let noise = norm2(pull) / (10 * Double(pull.count).squareRoot())
    var features = Matrix(rows: count, columns: pull.count)
    for row in 0..<count {
      features.setRow(row, pull.map { ($0 + noise * random.normal()) / attackScale })
    }
    return RegressionData(features: features, target: [Double](repeating: -attackScale, count: count))
  }

  /// The mean of the rows that remain when those farthest along the top direction are removed, four times.
  private static func filteredMean(_ features: Matrix, removed: Int) throws -> [Double] {
    var kept = Array(0..<features.rows)
    for _ in 0..<4 { kept = without(kept, try Sever.topDeviations(features.rows(at: kept)), removed) }
    return features.rows(at: kept).columnMeans()
  }

  private static func without(_ kept: [Int], _ scores: [Double], _ count: Int) -> [Int] {
    let order = kept.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
    return order.prefix(kept.count - count).map { kept[$0] }.sorted()
  }

  private static func shifted(_ data: RegressionData, _ centre: [Double], _ middle: Double) -> RegressionData
  {
    var result = data
    for row in 0..<data.count {
      result.features.setRow(row, zip(data.features.row(row), centre).map { $0 - $1 })
    }
    result.target = data.target.map { $0 - middle }
    return result
  }
}
