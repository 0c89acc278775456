public import Learning

/// Which linear model of a number is trained.
public struct LinearModelChoice: Sendable, Hashable {
  /// Id of the learner: `ols`, `ridge`, `lasso` or `elastic-net`.
  public var id = "ridge"
  /// Strength of the penalty, in the units in front of the model; nil to choose it by 5-fold cross-validation on the
  /// training rows.
  public var penalty: Double?
  /// Share of the absolute penalty of the elastic net, above 0 and at most 1.
  public var mixing = 0.5
  /// Whether the model has an intercept; without one it is trained on raw columns.
  public var hasIntercept = true

  /// Ridge regression with a penalty of its choice.
  public init() {}

  /// Checks the choice.
  ///
  /// - Throws: ``WorkbenchError/usage(_:)``, and `LearningError` for a learner or a penalty that is not known.
  public func check() throws {
    guard mixing > 0, mixing <= 1 else {
      throw WorkbenchError.usage("--mixing must be above 0 and at most 1, not \(mixing)")
    }
    _ = try LearnerCatalogue.linear(id: id, penalty: penalty ?? 1, mixing: mixing)
  }

  /// The learner in the units of `training`, its penalty chosen there if that is wanted.
  ///
  /// - Throws: `LearningError`.
  public func learner(for training: RegressionData, workers: Int) throws -> LinearLearner {
    if let penalty {
      return try LearnerCatalogue.linear(id: id, penalty: penalty, mixing: mixing, intercept: hasIntercept)
    }
    let learner = try LearnerCatalogue.linear(id: id, mixing: mixing, intercept: hasIntercept)
    var path: PenaltyPath
    switch learner.base {
    case .leastSquares, .throughOrigin: return learner
    case .ridge: path = .ridge
    case .lasso: path = .lasso
    case .elasticNet(_, let mixing): path = PenaltyPath(.elasticNet(mixing: mixing))
    }
    path.intercept = hasIntercept
    return try path.fit(training, workers: workers).learner
  }
}

extension LinearLearner {
  /// Strength of the penalty; nil for least squares.
  var penalty: Double? {
    switch base {
    case .leastSquares, .throughOrigin: nil
    case .ridge(let penalty), .lasso(let penalty), .elasticNet(let penalty, _): penalty
    }
  }
}

/// Checks a share of poison; the number of poison rows grows without bound as it nears 1.
func checkRate(_ rate: Double) throws {
  guard rate > 0, rate <= 0.99 else {
    throw WorkbenchError.usage(
      "--rate must be above 0 and at most 0.99, not \(rate); it is the share of poison in the training set, "
        + "such as 0.08")
  }
}
