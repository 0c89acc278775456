import ArgumentParser
import Learning
import LinearAlgebra

/// The options that say which linear model is trained.
struct ModelOptions: ParsableArguments {
  @Option(help: "Model: ols, ridge, lasso or elastic-net.")
  var model = "ridge"

  @Option(
    help: ArgumentHelp(
      "Strength of the penalty, or auto to choose it by 5-fold cross-validation on the training rows.",
      valueName: "number|auto"))
  var penalty = "auto"

  @Option(help: "Share of the absolute penalty of elastic-net, above 0 and at most 1.")
  var mixing = 0.5

  func validate() throws {
    if penalty != "auto", Double(penalty) == nil {
      throw ValidationError("--penalty must be a number of at least 0 or auto, not '\(penalty)'")
    }
    guard mixing > 0, mixing <= 1 else {
      throw ValidationError("--mixing must be above 0 and at most 1, not \(mixing)")
    }
    try usage { _ = try LearnerCatalogue.linear(id: model, penalty: Double(penalty) ?? 1, mixing: mixing) }
  }

  /// The learner, its penalty chosen on `training` if that is wanted.
  func learner(for training: RegressionData, workers: Int) throws -> LinearLearner {
    if let penalty = Double(penalty) {
      return try LearnerCatalogue.linear(id: model, penalty: penalty, mixing: mixing)
    }
    switch try LearnerCatalogue.linear(id: model, mixing: mixing) {
    case .leastSquares: return .leastSquares
    case .ridge: return try PenaltyPath.ridge.fit(training, workers: workers).learner
    case .lasso: return try PenaltyPath.lasso.fit(training, workers: workers).learner
    case .elasticNet(_, let mixing):
      return try PenaltyPath(.elasticNet(mixing: mixing)).fit(training, workers: workers).learner
    }
  }
}

extension LinearLearner {
  /// Strength of the penalty; nil for least squares.
  var penalty: Double? {
    switch self {
    case .leastSquares: nil
    case .ridge(let penalty), .lasso(let penalty), .elasticNet(let penalty, _): penalty
    }
  }
}

/// Runs a check of what stands on the command line, whose errors are then errors of usage.
func usage(_ check: () throws -> Void) throws {
  do {
    try check()
  } catch let error as ValidationError {
    throw error
  } catch {
    throw ValidationError(ProgramExit.sentence(for: error))
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
