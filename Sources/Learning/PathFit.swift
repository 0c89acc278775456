public import LinearAlgebra

/// A model whose penalty was chosen by cross-validation, with the errors behind the choice.
public struct PathFit: Sendable, Hashable, Codable {
  /// Validation errors along a path of penalties.
  public struct Curve: Sendable, Hashable, Codable {
    /// Penalties, largest first.
    public let penalties: [Double]
    /// Mean squared validation error, one list per fold with one value per penalty.
    public let foldErrors: [[Double]]

    /// Mean over the folds, one value per penalty.
    public var errors: [Double] {
      penalties.indices.map { index in
        foldErrors.reduce(0) { $0 + $1[index] } / Double(foldErrors.count)
      }
    }

    /// Standard error of the mean over the folds, one value per penalty.
    public var standardErrors: [Double] {
      let folds = Double(foldErrors.count)
      return zip(penalties.indices, errors).map { index, mean in
        let squares = foldErrors.reduce(0) { $0 + ($1[index] - mean) * ($1[index] - mean) }
        return (squares / (folds - 1) / folds).squareRoot()
      }
    }

    /// The position of the penalty that `rule` chooses.
    func index(by rule: PenaltyPath.Rule) -> Int {
      let errors = errors
      var lowest = 0
      for index in errors.indices where errors[index] < errors[lowest] { lowest = index }
      guard rule == .oneStandardError else { return lowest }
      let bound = errors[lowest] + standardErrors[lowest]
      return errors.firstIndex { $0 <= bound } ?? lowest
    }
  }

  /// The learner with the chosen penalty.
  public let learner: LinearLearner
  /// The model fitted to all rows.
  public let model: LinearModel
  /// The errors behind the choice.
  public let curve: Curve
  /// Position of the chosen penalty in the curve.
  public let chosen: Int

  /// The chosen penalty.
  public var penalty: Double { curve.penalties[chosen] }
}

extension Moments {
  /// The weighted mean squared error of `model` on the rows behind these moments, without the rows.
  ///
  /// - Complexity: O(*a*·*d*) for *a* non-zero weights of *d*.
  public func meanSquaredError(_ model: LinearModel) -> Double {
    precondition(model.featureCount == columns, "a model of other features")
    guard weight > 0 else { return 0 }
    let weights = model.weights
    var square = 0.0
    for index in weights.indices where weights[index] != 0 {
      square += weights[index] * scatter.withRow(index) { dot($0, weights) }
    }
    let offset = targetMean - dot(means, weights) - model.intercept
    let spread = Swift.max(targetScatter - 2 * dot(crossProducts, weights) + square, 0)
    return spread / weight + offset * offset
  }
}
