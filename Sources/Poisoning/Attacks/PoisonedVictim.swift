import Learning
import LinearAlgebra
import Tabular

extension LinearLearner {
  /// Curvature that a search adds for the intercept: a trace where it is free, and where there is none so much that no
  /// row moves it.
  var interceptCurvature: Double { hasIntercept ? 1e-12 : 1e12 }
}

/// The victim of an attack in progress: the products of its training set with the poison of the moment, and
/// the model that it learns from them.
struct PoisonedVictim {
  /// `ε` in ``problem(_:objective:)``, in units of a weight on features in [0, 1].
  private static let smoothing = 0.1

  let learner: LinearLearner
  private let widths: [Double]
  private(set) var moments: RawMoments
  private var last: LinearModel?

  init(_ scenario: PoisoningScenario, clean: RawMoments, poison: RegressionData) {
    learner = scenario.victim
    widths = scenario.space.widths
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
    let model = try learner.fit(moments: moments.centred, start: last, tolerance: 1e-5)
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
        rows
        * max(
          penalties.square + penalties.absolute / (abs(weight) + Self.smoothing / widths[index]),
          1e-8 * widths[index] * widths[index])
    }
    hessian[model.weights.count, model.weights.count] += rows * learner.interceptCurvature
    return RowAscent.Problem(
      hessian: hessian, parameters: model.weights + [model.intercept], gradient: objective.gradient(model))
  }
}
