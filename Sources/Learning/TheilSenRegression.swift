public import LinearAlgebra
public import Methods

/// The multivariate Theil-Sen estimator: the spatial median of the exact fits to small subsets of rows.
///
/// All subsets are used when there are no more than the limit, else that many random ones.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``subsets`` | 10000 | `1...` | Largest number of subsets |
/// | ``workers`` | 1 | `1...` | Threads; the result does not depend on it |
///
/// - Complexity: O(subsets · *d*³); the share of subsets without an outlier falls as (1 − ε)^(*d* + 1), so at
///   most 20 features are accepted.
/// - Source: Dang, Peng, Wang, Zhang, "Theil-Sen estimators in a multiple linear regression model" (2009).
public struct TheilSenRegression: RegressionLearner, Hashable, Codable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "theil-sen", family: .learner, title: "Theil-Sen",
    summary: "Takes the spatial median of exact fits to small subsets of rows.",
    citation: "Dang, Peng, Wang, Zhang, Theil-Sen estimators in a multiple linear regression model (2009)",
    needs: "at most 20 features and more rows than features; no sample weights")

  /// More features than this are refused.
  public static let featureLimit = 20

  /// Largest number of subsets.
  public var subsets: Int
  /// Threads for the subsets.
  public var workers: Int

  /// A learner with the given settings.
  public init(subsets: Int = 10_000, workers: Int = 1) {
    self.subsets = subsets
    self.workers = workers
  }

  /// Learns from `data`.
  ///
  /// - Throws: ``LearningError`` for bad data or settings.
  public func fit(_ data: RegressionData, using random: inout RandomStream) throws -> LinearModel {
    try check(data)
    let size = data.features.columns + 1
    let chosen = Self.combinations(of: data.count, size: size, limit: subsets)
    let rows = chosen ?? (0..<subsets).map { _ in random.subset(of: data.count, size: size) }
    let chunk = 256
    let fits = try concurrentMap((rows.count + chunk - 1) / chunk, workers: workers) { part in
      try rows[part * chunk..<Swift.min((part + 1) * chunk, rows.count)].map { try Self.exactFit(data, $0) }
    }
    let centre = SpatialMedian(fits.flatMap(\.self)).point
    return LinearModel(weights: Array(centre.dropFirst()), intercept: centre[0])
  }

  private func check(_ data: RegressionData) throws(LearningError) {
    let columns = data.features.columns
    guard columns <= Self.featureLimit else {
      throw .tooManyFeatures(
        method: "Theil-Sen", limit: Self.featureLimit, found: columns,
        remedy: "use huber or lts, or select features first")
    }
    guard data.weights == nil else { throw .weightsUnsupported(method: "Theil-Sen") }
    guard subsets >= 1 else {
      throw .parameterOutOfRange(name: "subsets", value: Double(subsets), allowed: "1...")
    }
    let needed = Swift.max(columns + 1, 2)
    guard data.count >= needed else {
      throw .tooFewRows(method: "Theil-Sen", needed: needed, found: data.count)
    }
    try data.checkFinite()
    try data.checkMagnitudes()
  }

  /// Intercept and weights of the exact fit, of smallest norm when there are many.
  private static func exactFit(_ data: RegressionData, _ rows: [Int]) throws -> [Double] {
    var matrix = Matrix(rows: rows.count, columns: data.features.columns + 1)
    for (position, row) in rows.enumerated() { matrix.setRow(position, [1] + data.features.row(row)) }
    return try LeastSquares(matrix, rows.map { data.target[$0] }).solution
  }

  /// All sets of `size` numbers of `0 ..< count`, or nil when there are more than `limit`.
  private static func combinations(of count: Int, size: Int, limit: Int) -> [[Int]]? {
    var total = 1
    for index in 0..<Swift.min(size, count - size) {
      let (product, overflow) = total.multipliedReportingOverflow(by: count - index)
      total = product / (index + 1)
      if overflow || total > limit { return nil }
    }
    var (result, current) = ([[Int]](), Array(0..<size))
    while true {
      result.append(current)
      guard let last = current.indices.last(where: { current[$0] < count - size + $0 }) else { return result }
      current[last] += 1
      for index in last + 1..<Swift.max(size, last + 1) { current[index] = current[index - 1] + 1 }
    }
  }
}
