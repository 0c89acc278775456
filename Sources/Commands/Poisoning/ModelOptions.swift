import ArgumentParser
import Learning
import LinearAlgebra

/// The options that say which linear model is trained.
struct ModelOptions: ParsableArguments {
  @Option(help: "Model: ols, ridge, lasso or elastic-net.")
  var model = "ridge"

  @Option(
    help: ArgumentHelp(
      "Strength of the penalty, on features and target scaled to 0...1 unless --scale none says raw columns; auto "
        + "chooses it by 5-fold cross-validation on the training rows.",
      valueName: "number|auto"))
  var penalty = "auto"

  @Option(help: "Share of the absolute penalty of elastic-net, above 0 and at most 1.")
  var mixing = 0.5

  @Flag(help: "Train without an intercept, on raw columns: the model is zero where all columns are.")
  var noIntercept = false

  func validate() throws {
    if penalty != "auto", Double(penalty) == nil {
      throw ValidationError("--penalty must be a number of at least 0 or auto, not '\(penalty)'")
    }
    guard mixing > 0, mixing <= 1 else {
      throw ValidationError("--mixing must be above 0 and at most 1, not \(mixing)")
    }
    try usage { _ = try LearnerCatalogue.linear(id: model, penalty: Double(penalty) ?? 1, mixing: mixing) }
  }

  /// The learner in the units of `training`, its penalty chosen there if that is wanted.
  func learner(for training: RegressionData, workers: Int) throws -> LinearLearner {
    if let penalty = Double(penalty) {
      return try LearnerCatalogue.linear(
        id: model, penalty: penalty, mixing: mixing, intercept: !noIntercept)
    }
    let learner = try LearnerCatalogue.linear(id: model, mixing: mixing, intercept: !noIntercept)
    var path: PenaltyPath
    switch learner.base {
    case .leastSquares, .throughOrigin: return learner
    case .ridge: path = .ridge
    case .lasso: path = .lasso
    case .elasticNet(_, let mixing): path = PenaltyPath(.elasticNet(mixing: mixing))
    }
    path.intercept = !noIntercept
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
    throw ValidationError(
      "--rate must be above 0 and at most 0.99, not \(rate); it is the share of poison in the training set, "
        + "such as 0.08")
  }
}
