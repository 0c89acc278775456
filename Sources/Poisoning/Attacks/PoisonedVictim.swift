import Learning
import LinearAlgebra
import Tabular

/// The victim of an attack in progress: the products of its training set with the poison of the moment, and
/// the model that it learns from them.
struct PoisonedVictim {
  /// `ε` in ``problem(_:objective:)``, in units of a weight on features in [0, 1].
  private static let smoothing = 0.1

  let learner: LinearLearner
  private(set) var moments: RawMoments
  private var last: LinearModel?

  init(_ scenario: PoisoningScenario, clean: RawMoments, poison: RegressionData) {
    learner = scenario.victim
    moments = clean
    moments.add(poison)
  }

  /// Replaces rows of the poison in the products.
  mutating func replace(_ old: RegressionData, with new: RegressionData, rows: [Int]) {
    for row in rows {
      old.features.withRow(row) { moments.add($0, target: old.target[row], multiplicity: -1) }
      new.features.withRow(row) { moments.add($0, target: new.target[row]) }
    }
  }

  /// The model that the victim learns now.
  mutating func fit() throws -> LinearModel {
    let model = try learner.fit(moments, start: last)
    last = model
    return model
  }

  /// The quadratic problem that stands for the victim's training near `model`.
  ///
  /// The absolute penalty becomes the quadratic that touches it, `|w| ≈ w² / 2(|w| + ε) + …`, so that features
  /// with weight zero keep a curvature and can be brought into the model.
  func problem(_ model: LinearModel, objective: AttackerObjective) -> RowAscent.Problem {
    let penalties = learner.penalties(rows: moments.count)
    let rows = Double(moments.count)
    var hessian = moments.gram
    for (index, weight) in model.weights.enumerated() {
      hessian[index, index] +=
        rows * max(penalties.square + penalties.absolute / (abs(weight) + Self.smoothing), 1e-8)
    }
    hessian[model.weights.count, model.weights.count] += 1e-12 * rows
    return RowAscent.Problem(
      hessian: hessian, parameters: model.weights + [model.intercept], gradient: objective.gradient(model))
  }
}

extension LinearLearner {
  /// Learns from uncentred products.
  public func fit(_ moments: RawMoments, start: LinearModel?) throws -> LinearModel {
    let columns = moments.cross.count - 1
    let penalties = penalties(rows: moments.count)
    let rows = Double(moments.count)
    var hessian = moments.gram
    if penalties.absolute == 0 {
      for index in 0..<columns { hessian[index, index] += max(penalties.square * rows, 1e-8 * rows) }
      hessian[columns, columns] += 1e-12 * rows
      let solution = try Cholesky(hessian).solve(moments.cross)
      return LinearModel(weights: Array(solution.dropLast()), intercept: solution[columns])
    }
    var w = (start?.weights ?? [Double](repeating: 0, count: columns))
    var b = start?.intercept ?? 0
    var full = w + [b]
    for _ in 0..<10_000 {
      var change = 0.0
      for j in 0..<columns {
        let curvature = hessian[j, j]
        guard curvature > 0 else { continue }
        let residual = moments.cross[j] - hessian.withRow(j) { dot($0, full) } + curvature * full[j]
        let shrunk = max(abs(residual) - penalties.absolute * rows, 0) * (residual < 0 ? -1 : 1)
        let updated = shrunk / (curvature + penalties.square * rows)
        change = max(change, abs(updated - full[j]))
        full[j] = updated
      }
      let residual =
        moments.cross[columns] - hessian.withRow(columns) { dot($0, full) } + rows * full[columns]
      full[columns] = residual / rows
      if change < 1e-7 { break }
    }
    b = full[columns]
    w = Array(full.dropLast())
    return LinearModel(weights: w, intercept: b)
  }
}
