public import Experiments
public import Learning
import Reporting
import Tabular

/// The learner of a table of the user, with its penalty in the units in which it was asked for and on raw columns.
public struct UserLearner: Sendable {
  /// The learner on the rows of the design.
  public let learner: LinearLearner
  /// The same in the units asked for.
  private let asked: LinearLearner
  private let isScaled: Bool
  /// The natural size of 1 of every column of the design that a model reads.
  private let scales: [(name: String, scale: Double)]
  private let targetScale: Double

  /// Chooses the learner on training rows of the user's design.
  ///
  /// - Throws: `LearningError`.
  public init(
    _ model: LinearModelChoice, _ user: UserTable, training: RegressionData, workers: Int
  ) throws {
    isScaled = user.encoder.options.numeric != .none
    targetScale = user.design.targetScaling.scale
    scales = user.encoder.features.columnScales
    if isScaled {
      asked = try model.learner(for: training, workers: workers)
      learner = asked
    } else {
      var natural = training
      natural.target = training.target.map { user.design.targetScaling.natural($0) }
      asked = try model.learner(for: natural, workers: workers)
      learner = asked.dividingTarget(by: targetScale)
    }
  }

  /// The penalty in the units asked for.
  public var penalty: ParameterValue { asked.penalty.map { .number($0) } ?? .missing }

  /// The units of the penalty.
  public var unit: ParameterValue {
    guard asked.penalty != nil else { return .missing }
    return .text(isScaled ? "features and target scaled to 0...1" : "raw columns")
  }

  /// The penalty in words, with a blank before them; empty without one.
  public var description: String {
    guard let penalty = asked.penalty else { return "" }
    let start = " with penalty \(penalty.significant(3))"
    guard isScaled else { return start + " on raw columns" }
    let shown = scales.prefix(6).map { "\($0.name) \(words($0.scale))" }.joined(separator: ", ")
    return start + " on features and target scaled to 0...1 (on raw columns: \(shown)"
      + (scales.count > 6 ? ", …)" : ")")
  }

  /// The penalty on the weight of every raw column: of its square for ridge, of its magnitude for LASSO, and of both
  /// for the elastic net.
  public var rawPenalty: ParameterValue {
    guard asked.penalty != nil else { return .missing }
    return .group(
      Dictionary(scales.map { ($0.name, value($0.scale)) }, uniquingKeysWith: { first, _ in first }))
  }

  /// With features divided by `scale` and the target by `targetScale`, `Σ r² + p · w²` is, in the units of the target
  /// squared, `Σ r² + p · scale² · w²`, and `p · |w|` of the mean form is `p · scale · targetScale · |w|`.
  private func raw(_ scale: Double) -> (absolute: Double, square: Double) {
    guard isScaled else { return parts(asked) }
    let (absolute, square) = parts(asked)
    return (absolute * scale * targetScale, square * scale * scale)
  }

  private func parts(_ learner: LinearLearner) -> (absolute: Double, square: Double) {
    // For one row the common form has the ridge's own number.
    learner.penalties(rows: 1)
  }

  private func value(_ scale: Double) -> ParameterValue {
    let (absolute, square) = raw(scale)
    if case .elasticNet = asked.base {
      return .group(["absolute": .number(absolute), "square": .number(square)])
    }
    return .number(absolute + square)
  }

  private func words(_ scale: Double) -> String {
    let (absolute, square) = raw(scale)
    if case .elasticNet = asked.base { return "\(absolute.significant(3)) and \(square.significant(3))" }
    return (absolute + square).significant(3)
  }
}

extension LinearLearner {
  /// The learner that gives the same model of `y / scale`, divided by `scale`, as this one of `y`.
  func dividingTarget(by scale: Double) -> LinearLearner {
    switch self {
    case .throughOrigin(let learner): return .throughOrigin(learner.dividingTarget(by: scale))
    case .leastSquares, .ridge: return self
    case .lasso(let penalty): return .lasso(penalty: penalty / scale)
    case .elasticNet(let penalty, let mixing):
      let (absolute, square) = (penalty * mixing / scale, penalty * (1 - mixing))
      guard absolute + square > 0 else { return self }
      return .elasticNet(penalty: absolute + square, mixing: absolute / (absolute + square))
    }
  }
}
