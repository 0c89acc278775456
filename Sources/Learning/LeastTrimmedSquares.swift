public import LinearAlgebra
public import Methods

/// Least trimmed squares: the model with the smallest sum of the `h` smallest squared errors, found by
/// FAST-LTS.
///
/// From every random elemental subset two C-steps (fit, keep the `h` rows with the smallest errors) are made,
/// and the best ten are continued until they settle. A C-step never increases the objective. With a penalised
/// base the penalty belongs to the objective (sparse LTS).
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``kept`` | nil | `2...` | Number `h` of rows kept; nil for (rows + features + 2) / 2 |
/// | ``starts`` | 500 | `1...` | Number of random subsets |
/// | ``base`` | least squares | | Learner of every step |
///
/// - Source: Rousseeuw and Van Driessen, "Computing LTS regression for large data sets", Data Min. Knowl.
///   Discov. 12 (2006); Alfons, Croux, Gelper, Ann. Appl. Stat. 7 (2013) for the penalised form.
public struct LeastTrimmedSquares: RegressionLearner, Hashable, Codable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "lts", family: .learner, title: "Least trimmed squares",
    summary: "Minimises the sum of the h smallest squared errors by concentration steps.",
    citation: "Rousseeuw and Van Driessen, Computing LTS regression for large data sets, Data Min. Knowl. "
      + "Discov. 12 (2006)", needs: "more rows than features; no sample weights")

  /// Number of rows kept; nil for the value of the highest breakdown point.
  public var kept: Int?
  /// Number of random subsets.
  public var starts: Int
  /// Learner of every step.
  public var base: LinearLearner
  /// Threads for the starts; the result does not depend on it.
  public var workers: Int

  /// A learner with the given settings.
  public init(
    kept: Int? = nil, starts: Int = 500, base: LinearLearner = .leastSquares, workers: Int = 1
  ) {
    self.kept = kept
    self.starts = starts
    self.base = base
    self.workers = workers
  }

  public func fit(_ data: RegressionData, using random: inout RandomStream) throws -> LinearModel {
    try solve(data, using: &random).model
  }

  /// Learns from `data` and tells which rows were used.
  ///
  /// - Throws: ``LearningError`` for bad data or settings.
  public func solve(_ data: RegressionData, using random: inout RandomStream) throws -> TrimmedFit {
    let features = data.features.columns
    let size = kept ?? Swift.min((data.count + features + 2) / 2, data.count)
    try check(data, size)
    let elemental = Swift.min(Swift.max(features + 1, 2), data.count)
    // Only the best are kept of every block, so that memory does not grow with the number of starts.
    var leaders: [(index: Int, state: Concentration)] = []
    for block in stride(from: 0, to: starts, by: Self.block) {
      let count = Swift.min(Self.block, starts - block)
      let subsets = (0..<count).map { _ in random.subset(of: data.count, size: elemental) }
      let states = try concurrentMap(count, workers: workers) { index in
        var state = try Concentration(data, subsets[index], base)
        for _ in 0..<2 { try state.step(data, size, base) }
        return state
      }
      leaders += states.enumerated().map { (block + $0.offset, $0.element) }
      leaders.sort { ($0.state.objective, $0.index) < ($1.state.objective, $1.index) }
      leaders.removeLast(Swift.max(leaders.count - Self.finalists, 0))
    }
    let chosen = leaders.map(\.state)
    let finalists = try concurrentMap(chosen.count, workers: workers) { index in
      var state = chosen[index]
      while try state.step(data, size, base), state.steps < 200 {}
      return state
    }
    var best = finalists[0]
    for other in finalists where other.objective < best.objective { best = other }
    // The search fits from moments, which is fast; the answer is fitted from rows, which is exact.
    let model = try base.fit(data.rows(at: best.rows))
    return TrimmedFit(model: model, kept: best.rows, iterations: best.steps)
  }

  /// Starts that are tried before the worse ones are forgotten.
  private static let block = 64
  /// Starts that are followed to their end.
  private static let finalists = 10

  private func check(_ data: RegressionData, _ size: Int) throws(LearningError) {
    guard data.weights == nil else { throw .weightsUnsupported(method: "least trimmed squares") }
    try data.checkFinite()
    try data.checkMagnitudes()
    guard data.count >= 2 else {
      throw .tooFewRows(method: "least trimmed squares", needed: 2, found: data.count)
    }
    guard size >= 2, size <= data.count else {
      throw .parameterOutOfRange(name: "kept", value: Double(size), allowed: "2...\(data.count)")
    }
    guard starts >= 1 else {
      throw .parameterOutOfRange(name: "starts", value: Double(starts), allowed: "1...")
    }
  }
}

/// A set of rows, the model fitted to it, and the objective it reached.
private struct Concentration: Sendable {
  private(set) var rows: [Int]
  private(set) var model: LinearModel
  private(set) var objective = Double.infinity
  private(set) var steps = 0

  init(_ data: RegressionData, _ rows: [Int], _ base: LinearLearner) throws {
    self.rows = rows
    model = try base.fit(moments: data.rows(at: rows).moments())
  }

  /// One C-step; false when the set of rows did not change.
  @discardableResult
  mutating func step(_ data: RegressionData, _ size: Int, _ base: LinearLearner) throws -> Bool {
    let errors = zip(model.predict(data.features), data.target).map { ($0 - $1) * ($0 - $1) }
    let order = errors.indices.sorted { (errors[$0], $0) < (errors[$1], $1) }
    let closest = order.prefix(size).sorted()
    steps += 1
    if closest == rows, objective.isFinite { return false }
    rows = closest
    let part = data.rows(at: rows)
    model = try base.fit(moments: part.moments(), start: model)
    objective = model.meanSquaredError(on: part) / 2 + base.penaltyCost(of: model.weights, rows: size)
    return true
  }
}
