/// Why a model could not be learned from the data or with the settings it was given.
public enum LearningError: Error, Equatable, CustomStringConvertible {
  /// The method needs more rows.
  case tooFewRows(method: String, needed: Int, found: Int)
  /// A feature is NaN or infinite; indices from zero.
  case featureNotFinite(row: Int, column: Int)
  /// A target is NaN or infinite; index from zero.
  case targetNotFinite(row: Int)
  /// All values are finite but their squares are not.
  case valuesTooLarge
  /// Values are not zero but so small that their squares are.
  case valuesTooSmall
  /// A sample weight is negative or not finite; index from zero.
  case invalidWeight(row: Int, value: Double)
  /// All sample weights are zero.
  case allWeightsZero
  /// The method has no meaning for sample weights.
  case weightsUnsupported(method: String)
  /// A hyper-parameter is outside its range.
  case parameterOutOfRange(name: String, value: Double, allowed: String)
  /// A starting model has another number of features than the data.
  case featureCountMismatch(expected: Int, found: Int)
  /// The method is made for few features.
  case tooManyFeatures(method: String, limit: Int, found: Int, remedy: String)
  /// No random subset gave a model that other rows agree with.
  case noConsensus(trials: Int, threshold: Double)
  /// All rows with weight have the same class.
  case singleClass(method: String, label: Int)
  /// The method is made for two classes.
  case notBinary(method: String, found: Int)
  /// A starting model has another link or number of classes than the fit.
  case classCountMismatch(expected: Int, found: Int)
  /// The loss of an iterative training is no longer a finite number.
  case diverged(epoch: Int)
  /// What a model says of a row is NaN or infinite; index from zero.
  case answerNotFinite(row: Int)
  /// No learner has this id.
  case unknownLearner(id: String, known: [String])
  /// No feature has this name.
  case unknownFeature(String, known: [String])

  public var description: String {
    switch self {
    case .tooFewRows(let method, let needed, let found):
      "\(method) needs at least \(needed) rows and was given \(found); use more data"
    case .featureNotFinite(let row, let column):
      "the feature in row \(row + 1), column \(column + 1) is not a finite number; impute or drop it"
    case .targetNotFinite(let row):
      "the target in row \(row + 1) is not a finite number; drop the row"
    case .valuesTooLarge:
      "the squares of the values overflow; scale features and target, to [0, 1] for example"
    case .valuesTooSmall:
      "squared values underflow; scale features and target, to [0, 1] for example"
    case .invalidWeight(let row, let value):
      "the sample weight \(value) in row \(row + 1) is not a finite number of at least 0; correct it"
    case .allWeightsZero:
      "all sample weights are zero; give at least one row a positive weight"
    case .weightsUnsupported(let method):
      "\(method) does not take sample weights; leave them out or use another learner"
    case .parameterOutOfRange(let name, let value, let allowed):
      "\(name) = \(value) is outside \(allowed); choose a value inside"
    case .featureCountMismatch(let expected, let found):
      "the data has \(expected) features and the starting model \(found); start from a model of the same data"
    case .tooManyFeatures(let method, let limit, let found, let remedy):
      "\(method) handles at most \(limit) features and was given \(found); \(remedy)"
    case .noConsensus(let trials, let threshold):
      "no random subset in \(trials) trials gave a model within \(threshold) of other rows; "
        + "raise the residual threshold or the number of trials"
    case .singleClass(let method, let label):
      "\(method) needs rows of at least two classes and was given class \(label) only; add rows of another"
    case .notBinary(let method, let found):
      "\(method) tells two classes apart and was given \(found); use softmax or one-versus-rest"
    case .classCountMismatch(let expected, let found):
      "the fit has \(expected) rows of weights and the starting model \(found); start from a model of its kind"
    case .diverged(let epoch):
      "the training loss is not finite after \(epoch) epochs; scale the features or lower the learning rate"
    case .answerNotFinite(let row):
      "the model's answer to row \(row + 1) is not a finite number, because the values of the row are too large "
        + "for it; correct the row or leave it out"
    case .unknownLearner(let id, let known):
      "no learner is called '\(id)'; known are \(known.joined(separator: ", "))"
    case .unknownFeature(let name, let known):
      "no encoded column is called '\(name)'; there are \(known.prefix(20).joined(separator: ", "))"
        + (known.count > 20 ? " and \(known.count - 20) others" : "")
    }
  }
}
