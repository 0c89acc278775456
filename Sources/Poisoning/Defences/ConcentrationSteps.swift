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
  private(set) var objectives: [Double] = []
  /// The last model.
  private(set) var model: LinearModel?
  private var moments: RawMoments

  /// Starts from all rows or from the given ones.
  init(_ data: RegressionData, keep: Int, start: [Int]? = nil) {
    self.data = data
    self.keep = keep
    kept = start?.sorted() ?? Array(0..<data.count)
    moments = RawMoments(start == nil ? data : data.rows(at: kept))
  }

  /// Moments of the kept rows, for a last fit.
  var keptMoments: Moments { moments.centred }

  /// Repeats until the subset no longer changes, or `limit` times.
  mutating func run(_ learner: LinearLearner, limit: Int = 40) throws {
    objectives = []
    for _ in 0..<limit {
      let fitted = try learner.fit(moments: moments.centred, start: model, tolerance: 1e-6)
      model = fitted
      let best = bestRows(squaredResiduals(fitted))
      objectives.append(best.mean)
      guard best.rows != kept else { return }
      replaceSubset(best.rows)
    }
  }

  /// Replaces the kept rows.
  mutating func replaceSubset(_ rows: [Int]) {
    let (old, new) = (Set(kept), Set(rows))
    let leaving = kept.filter { !new.contains($0) }
    let entering = rows.filter { !old.contains($0) }
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

  func squaredResiduals(_ model: LinearModel) -> [Double] {
    zip(model.predict(data.features), data.target).map { ($0 - $1) * ($0 - $1) }
  }

  /// The rows of smallest residual, ascending, and the mean of their squares. Equal residuals are told apart by
  /// the target, never by the place in the file.
  private func bestRows(_ residuals: [Double]) -> (rows: [Int], mean: Double) {
    let order = residuals.indices.sorted {
      (residuals[$0], data.target[$0], $0) < (residuals[$1], data.target[$1], $1)
    }
    let rows = order.prefix(keep)
    let sum = rows.reduce(0.0) { $0 + residuals[$1] }
    return (rows.sorted(), sum / Double(max(keep, 1)))
  }
}

extension DefenceTask {
  /// How many rows remain when the assumed share of poison is taken out, and a check that it is enough.
  ///
  /// - Throws: ``PoisoningError/tooFewRows(method:needed:found:)``.
  func keptCount(_ method: String) throws -> Int {
    guard data.count >= 4 else {
      throw PoisoningError.tooFewRows(method: method, needed: 4, found: data.count)
    }
    return max(2, data.count - Int((Double(data.count) * assumedRate).rounded()))
  }

  /// Row indices that are not in `kept`.
  func others(than kept: [Int]) -> [Int] {
    let set = Set(kept)
    return (0..<data.count).filter { !set.contains($0) }
  }
}
