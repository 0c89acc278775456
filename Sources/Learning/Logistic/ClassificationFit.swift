/// What a reader should know of a classifier that was fitted but is not what the formula promises.
public enum ClassificationWarning: Sendable, Hashable, Codable, CustomStringConvertible {
  /// Without a penalty the classes can be told apart without error, so the likelihood has no maximum and the
  /// weights say only where the iteration stopped. `isComplete` is false when some rows lie on the border.
  case separable(isComplete: Bool)
  /// The iteration stopped before the gradient met its tolerance.
  case notConverged(iterations: Int, gradientNorm: Double)
  /// Classes without an example; the model gives them probability zero.
  case absentClasses([Int])

  public var description: String { sentence(labels: []) }

  /// The warning in words, with classes by their labels if these are given.
  public func sentence(labels: [String]) -> String {
    switch self {
    case .separable(let isComplete):
      "the features tell the classes apart \(isComplete ? "completely" : "almost completely"), so without a "
        + "penalty the best weights are infinite and these are where the iteration stopped; add a penalty"
    case .notConverged(let iterations, let norm):
      "no convergence in \(iterations) iterations (gradient norm \(norm)); scale the features, add a penalty "
        + "or raise the limit"
    case .absentClasses(let classes):
      "no row has class \(classes.map { labels.isEmpty ? "\($0)" : labels[$0] }.joined(separator: ", ")), which gets "
        + "probability zero"
    }
  }
}

/// A fitted classifier with the facts that say how far to trust it.
public struct ClassificationFit<Model: Classifier & Hashable & Codable>: Sendable, Hashable, Codable {
  /// The model.
  public let model: Model
  /// Steps of the solver; the sum over all classes for one-versus-rest.
  public let iterations: Int
  /// Euclidean norm of the gradient of the objective, divided by the sum of the sample weights, in features
  /// scaled to unit deviation; for an absolute penalty that of the smallest subgradient.
  public let gradientNorm: Double
  /// The objective: the weighted sum of losses plus the penalty.
  public let objective: Double
  /// Everything a reader should be told.
  public let warnings: [ClassificationWarning]

  /// A fit with its diagnostics.
  public init(
    model: Model, iterations: Int, gradientNorm: Double, objective: Double,
    warnings: [ClassificationWarning] = []
  ) {
    self.model = model
    self.iterations = iterations
    self.gradientNorm = gradientNorm
    self.objective = objective
    self.warnings = warnings
  }
}

/// A logistic or softmax fit.
public typealias LogisticFit = ClassificationFit<LinearClassifier>
