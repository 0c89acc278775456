import Statistics
import Learning
import LinearAlgebra

/// Alternates between fitting a subset of the rows and keeping the rows that fit best, as TRIM and least trimmed
/// squares do. The moments of the subset follow it row by row, so that a step costs one solve and one product.
struct ConcentrationSteps {
  let data: RegressionData
  /// How many rows a subset holds.
  let keep: Int
  /// The rows kept at the moment, ascending.
  private(set) var kept: [Int]
  /// Mean squared residual of the kept rows under the last model, after each step.
  private(set) var meanSquares: [Double] = []
  /// What the learner minimises on the kept rows, `Σ r² / (2n)` plus its penalty, after each step; it never rises.
  private(set) var objectives: [Double] = []
  /// The last model.
  private(set) var model: LinearModel?
  /// Whether ``model`` is the exact fit of the kept rows, so that no other fit of the same learner is needed.
  private(set) var isExact = false
  private var moments: RawMoments
  /// Room for the system of a ridge.
  private var system: Matrix

  /// Starts from all rows or from the given ones.
  init(_ data: RegressionData, keep: Int, start: [Int]? = nil) {
    self.data = data
    self.keep = keep
    kept = start?.sorted() ?? Array(0..<data.count)
    moments = RawMoments(start == nil ? data : data.rows(at: kept))
    system = moments.gram
  }

  /// Moments of the kept rows, for a last fit.
  var keptMoments: Moments { moments.centred }

  /// The model of the kept rows by the learner of the last run, to full precision.
  func exactModel(_ learner: LinearLearner) throws -> LinearModel {
    if isExact, let model { return model }
    return try learner.fit(moments: keptMoments, start: model)
  }

  /// Repeats until the subset no longer changes, or `limit` times.
  mutating func run(_ learner: LinearLearner, limit: Int = 40) throws {
    (meanSquares, objectives) = ([], [])
    isExact = false
    for _ in 0..<limit {
      let fitted = try fitted(learner)
      model = fitted
      let best = bestRows(squaredResiduals(fitted))
      meanSquares.append(best.mean)
      objectives.append(best.mean / 2 + learner.penaltyCost(of: fitted.weights, rows: keep))
      guard best.rows != kept else {
        if case .ridge = learner { isExact = true }
        return
      }
      replaceSubset(best.rows)
    }
  }

  /// Replaces the kept rows.
  mutating func replaceSubset(_ rows: [Int]) {
    guard rows != kept else { return }
    isExact = false
    let (leaving, entering) = difference(kept, rows)
    if leaving.count + entering.count > rows.count / 2 {
      moments = RawMoments(data.rows(at: rows))
    } else {
      for row in leaving {
        data.features.withRow(row) { moments.add($0, target: data.target[row], multiplicity: -1) }
      }
      for row in entering { data.features.withRow(row) { moments.add($0, target: data.target[row]) } }
    }
    kept = rows
  }

  /// What only the first and what only the second of two ascending lists holds.
  private func difference(_ old: [Int], _ new: [Int]) -> (leaving: [Int], entering: [Int]) {
    var isOld = [Bool](repeating: false, count: data.count)
    var isNew = isOld
    for row in old { isOld[row] = true }
    for row in new { isNew[row] = true }
    return (old.filter { !isNew[$0] }, new.filter { !isOld[$0] })
  }

  func squaredResiduals(_ model: LinearModel) -> [Double] {
    zip(model.predict(data.features), data.target).map { ($0 - $1) * ($0 - $1) }
  }

  /// The model of the kept rows. A ridge is solved with the intercept as one more weight, which needs no centred
  /// moments and is exact while the penalty keeps the system well-conditioned, whatever the units of the features.
  private mutating func fitted(_ learner: LinearLearner) throws -> LinearModel {
    let largest = (0..<moments.gram.rows).reduce(0) { max($0, moments.gram[$1, $1]) }
    guard case .ridge(let penalty) = learner, penalty >= 1e-6 * largest else {
      return try learner.fit(moments: moments.centred, start: model, tolerance: 1e-6)
    }
    system.copyElements(of: moments.gram)
    for column in 0..<data.features.columns { system[column, column] += penalty }
    let solution = try system.solveInPlace(moments.cross)
    return LinearModel(weights: Array(solution.dropLast()), intercept: solution[solution.count - 1])
  }

  /// The rows of smallest residual, ascending, and the mean of their squares. Equal residuals are told apart by
  /// the target, never by the place in the file.
  private func bestRows(_ residuals: [Double]) -> (rows: [Int], mean: Double) {
    guard keep < residuals.count else {
      return (Array(residuals.indices), residuals.reduce(0, +) / Double(residuals.count))
    }
    let limit = residuals.orderStatistic(keep - 1)
    let tied = residuals.indices.filter { residuals[$0] == limit }
    let room = keep - residuals.count { $0 < limit }
    let chosen = Set(tied.sorted { (data.target[$0], $0) < (data.target[$1], $1) }.prefix(room))
    let rows = residuals.indices.filter {
      residuals[$0] < limit || (residuals[$0] == limit && chosen.contains($0))
    }
    return (rows, rows.reduce(0.0) { $0 + residuals[$1] } / Double(max(keep, 1)))
  }
}

extension DefenceTask {
  /// How many rows remain when the assumed share of poison is taken out, at least 2.
  ///
  /// - Parameter method: title of the defence, for the message.
  /// - Throws: ``PoisoningError/tooFewRows(method:needed:found:)`` for data of fewer than 4 rows.
  public func keptCount(_ method: String) throws -> Int {
    guard data.count >= 4 else {
      throw PoisoningError.tooFewRows(method: method, needed: 4, found: data.count)
    }
    return max(2, data.count - Int((Double(data.count) * assumedRate).rounded()))
  }

  /// Indices of the rows that are not among `kept`, ascending: what a defence that kept those rejected.
  public func others(than kept: [Int]) -> [Int] {
    let set = Set(kept)
    return (0..<data.count).filter { !set.contains($0) }
  }
}
