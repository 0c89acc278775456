public import LinearAlgebra
public import Methods

/// Random sample consensus: fits random subsets, keeps the one that most rows agree with, and fits those rows.
///
/// A row agrees with a model when its error is at most the threshold. Of models with equally many agreeing
/// rows the one with the higher R² on them wins. The search ends early when it is unlikely, at the
/// share of agreeing rows seen so far, that a subset without outliers was missed.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``base`` | least squares | | Learner of the subsets and of the final rows |
/// | ``threshold`` | nil | `0<..` | Largest error that agrees; nil for the median absolute deviation of the target |
/// | ``subsetSize`` | nil | `2...` | Rows of a subset; nil for one more than features |
/// | ``trials`` | 100 | `1...` | Largest number of subsets |
/// | ``confidence`` | 0.99 | `0...1` | Probability with which one subset should be free of outliers |
///
/// - Source: Fischler and Bolles, "Random sample consensus", Commun. ACM 24 (1981); defaults of scikit-learn.
public struct RANSACRegression: RegressionLearner, Hashable, Codable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "ransac", family: .learner, title: "RANSAC",
    summary: "Fits random subsets and keeps the rows that agree with the best of them.",
    citation: "Fischler and Bolles, Random sample consensus, Commun. ACM 24 (1981)",
    needs: "more rows than features; no sample weights")

  /// Learner of the subsets and of the final rows.
  public var base: LinearLearner
  /// Largest error that agrees; nil for the median absolute deviation of the target from its median.
  public var threshold: Double?
  /// Rows of a subset; nil for one more than features.
  public var subsetSize: Int?
  /// Largest number of subsets.
  public var trials: Int
  /// Probability with which one subset should be free of outliers.
  public var confidence: Double

  /// A learner with the given settings.
  public init(
    base: LinearLearner = .leastSquares, threshold: Double? = nil, subsetSize: Int? = nil,
    trials: Int = 100, confidence: Double = 0.99
  ) {
    self.base = base
    self.threshold = threshold
    self.subsetSize = subsetSize
    self.trials = trials
    self.confidence = confidence
  }

  public func fit(_ data: RegressionData, using random: inout RandomStream) throws -> LinearModel {
    try solve(data, using: &random).model
  }

  /// Learns from `data` and tells which rows were used.
  ///
  /// - Throws: ``LearningError`` for bad data or settings, and when no subset found agreement.
  public func solve(_ data: RegressionData, using random: inout RandomStream) throws -> TrimmedFit {
    let size = subsetSize ?? data.features.columns + 1
    try check(data, size)
    let bound = threshold ?? Self.deviation(data.target)
    var (best, limit, trial) = (Consensus(rows: [], score: -.infinity), trials, 0)
    while trial < limit {
      trial += 1
      let model = try base.fit(data.rows(at: random.subset(of: data.count, size: size)))
      let found = Consensus(model, data, bound)
      guard found.rows.count >= 2, found.isBetter(than: best) else { continue }
      best = found
      limit = min(limit, trialsNeeded(Double(best.rows.count) / Double(data.count), size))
    }
    guard !best.rows.isEmpty else { throw LearningError.noConsensus(trials: trial, threshold: bound) }
    let model = try base.fit(data.rows(at: best.rows))
    return TrimmedFit(model: model, kept: best.rows, iterations: trial)
  }

  private func check(_ data: RegressionData, _ size: Int) throws(LearningError) {
    guard data.weights == nil else { throw .weightsUnsupported(method: "RANSAC") }
    try data.checkFinite()
    try data.checkMagnitudes()
    guard size >= 2 else {
      throw .parameterOutOfRange(name: "subset-size", value: Double(size), allowed: "2...")
    }
    guard trials >= 1 else {
      throw .parameterOutOfRange(name: "trials", value: Double(trials), allowed: "1...")
    }
    guard confidence >= 0, confidence <= 1 else {
      throw .parameterOutOfRange(name: "confidence", value: confidence, allowed: "0...1")
    }
    if let threshold, !(threshold > 0) {
      throw .parameterOutOfRange(name: "threshold", value: threshold, allowed: "values above 0")
    }
    guard data.count >= size else { throw .tooFewRows(method: "RANSAC", needed: size, found: data.count) }
  }

  /// Subsets needed for one without outliers with the wanted probability.
  private func trialsNeeded(_ share: Double, _ size: Int) -> Int {
    let clean = (0..<size).reduce(1.0) { product, _ in product * share }
    guard clean > 1e-15, confidence < 1 else { return clean >= 1 ? 1 : trials }
    guard clean < 1 else { return 1 }
    // The count k with (1 - clean)^k <= 1 - confidence.
    var (missed, count) = (1.0, 0)
    while missed > 1 - confidence, count < trials {
      missed *= 1 - clean
      count += 1
    }
    return Swift.max(count, 1)
  }

  private static func deviation(_ target: [Double]) -> Double {
    let centre = median(target)
    return median(target.map { abs($0 - centre) })
  }
}

/// The rows that agree with a model, and its R² on them.
private struct Consensus {
  let rows: [Int]
  let score: Double

  init(rows: [Int], score: Double) { (self.rows, self.score) = (rows, score) }

  init(_ model: LinearModel, _ data: RegressionData, _ bound: Double) {
    let predictions = model.predict(data.features)
    rows = predictions.indices.filter { abs(predictions[$0] - data.target[$0]) <= bound }
    let metrics = try? RegressionMetrics(
      predictions: rows.map { predictions[$0] }, truth: rows.map { data.target[$0] })
    score = metrics?.rSquared ?? -.infinity
  }

  func isBetter(than other: Consensus) -> Bool {
    rows.count > other.rows.count || (rows.count == other.rows.count && score > other.score)
  }
}
