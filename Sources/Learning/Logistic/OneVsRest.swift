public import LinearAlgebra
public import Methods

/// One-versus-rest logistic regression: for every class the logistic model of its rows against all others
/// (``LogisticRegression``); probabilities are divided by their sum. Classes without rows get probability zero
/// and a warning.
///
/// | Parameter | Default | Meaning |
/// | --- | --- | --- |
/// | ``binary`` | see ``LogisticRegression`` | Settings of the models; class weights count for the original classes |
///
/// - Complexity: as many binary fits as classes.
/// - Source: Rifkin and Klautau, "In defense of one-vs-all classification", JMLR 5 (2004).
public struct OneVsRest: ClassificationLearner, Hashable, Codable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "ovr", family: .learner, title: "One-versus-rest logistic regression",
    summary: "A logistic model for each class against all others.",
    citation: "Rifkin and Klautau, In defense of one-vs-all classification, JMLR 5 (2004)",
    needs: "rows of at least two classes")

  /// Settings of the models.
  public var binary: LogisticRegression

  /// A learner with the given settings for its models.
  public init(binary: LogisticRegression = LogisticRegression()) { self.binary = binary }

  public func fit(_ data: ClassificationData, using random: inout RandomStream) throws -> LinearClassifier {
    try solve(data).model
  }

  /// The fit with its diagnostics; deterministic. The objective is the sum over all models, the gradient norm the
  /// largest of them.
  ///
  /// - Parameters:
  ///   - start: a one-versus-rest model of the same features and classes to begin with.
  ///   - workers: threads to use, which change no bit of the result; BLAS must be on one thread if above 1.
  /// - Throws: ``LearningError`` as ``LogisticRegression``.
  public func solve(
    _ data: ClassificationData, start: LinearClassifier? = nil, workers: Int = 1
  ) throws -> LogisticFit {
    let settings = LogisticSettings(
      penalty: binary.penalty, tolerance: binary.gradientTolerance,
      maximumIterations: binary.maximumIterations)
    let problem = try LogisticProblem(
      data, method: "one-versus-rest", classWeights: binary.classWeights, isBalanced: binary.isBalanced,
      settings: settings)
    if let start {
      try start.check(rows: data.classCount, columns: data.features.columns, intercept: binary.intercept)
    }
    let features = ScaledFeatures(data.features, intercept: binary.intercept)
    let present = problem.present
    let fits = try concurrentMap(present.count, workers: workers) { index in
      let label = present[index]
      let model = start.map {
        LinearClassifier(weights: $0.weights.row(label), intercept: $0.intercepts[label])
      }
      return try binary.solve(
        problem, features, labels: data.labels.map { $0 == label ? 1 : 0 }, model, 1)
    }
    return joined(fits, problem)
  }

  private func joined(_ fits: [LogisticFit], _ problem: LogisticProblem) -> LogisticFit {
    let data = problem.data
    var weights = Matrix(rows: data.classCount, columns: data.features.columns)
    var intercepts = [Double](repeating: LogisticProblem.absentIntercept, count: data.classCount)
    for (label, fit) in zip(problem.present, fits) {
      weights.setRow(label, fit.model.weights.elements)
      intercepts[label] = fit.model.intercepts[0]
    }
    var warnings: [ClassificationWarning] = []
    for warning in fits.flatMap(\.warnings) where !warnings.contains(warning) { warnings.append(warning) }
    let absent = problem.absent
    if !absent.isEmpty { warnings.append(.absentClasses(absent)) }
    return LogisticFit(
      model: LinearClassifier(weights: weights, intercepts: intercepts, link: .oneVsRest),
      iterations: fits.reduce(0) { $0 + $1.iterations },
      gradientNorm: fits.reduce(0) { max($0, $1.gradientNorm) },
      objective: fits.reduce(0) { $0 + $1.objective }, warnings: warnings)
  }
}
