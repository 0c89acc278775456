import ArgumentParser
import Workbench

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
    try usage { try choice.check() }
  }

  /// The model that is meant.
  var choice: LinearModelChoice {
    var choice = LinearModelChoice()
    choice.id = model
    choice.penalty = Double(penalty)
    choice.mixing = mixing
    choice.hasIntercept = !noIntercept
    return choice
  }
}
