public import LinearAlgebra
public import Methods

/// Softmax (multinomial logistic) regression: the weights that minimise
///
/// ```
/// Σ u · (log Σₖ exp(zₖ) − z_y) + penalty / 2 · ‖W‖²,   z = Wx + b
/// ```
///
/// over the rows with their weights `u` and classes `y`. The sum is over rows, not their mean, so
/// `penalty = 1 / C` gives the optimum of scikit-learn's `C`. Intercepts are not penalised. The weights of all
/// classes sum to zero, and so do the intercepts. Classes without rows get probability zero and a warning.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``penalty`` | 1 | `0...` | Strength of the penalty; the inverse of scikit-learn's `C` |
/// | ``classWeights`` | none | `0...` | A factor for the rows of each class |
/// | ``isBalanced`` | false | | Weigh classes so that all have the same total |
/// | ``intercept`` | true | | Whether the model has an intercept |
/// | ``gradientTolerance`` | 1e-8 | `0<..<1` | Gradient norm that ends the search, as for ``LogisticRegression`` |
/// | ``maximumIterations`` | 200 | `1...` | Limit of steps |
///
/// - Complexity: O(*n*·*d*²·*K*² + *d*³·*K*³) for each of a few Hessians of a sample of rows, O(*n*·*d*·*K*) for
///   each step; L-BFGS without Hessians beyond 2,000 parameters.
/// - Source: Böhning, "Multinomial logistic regression algorithm", Ann. Inst. Statist. Math. 44 (1992).
public struct SoftmaxRegression: ClassificationLearner, Hashable, Codable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "softmax", family: .learner, title: "Softmax regression",
    summary: "The most likely multinomial logistic model, with a penalty on its squared weights.",
    citation: "Böhning, Multinomial logistic regression algorithm, Ann. Inst. Statist. Math. 44 (1992)",
    needs: "rows of at least two classes")

  public static let settings: [Setting<Self>] = [
    .init("penalty", \.penalty, "strength of the penalty on the sum of losses, 1/C", in: 0...),
    .init("classWeights", \.classWeights, "factor for the rows of each class", each: .from(0)),
    .init("isBalanced", \.isBalanced, "give all classes the same total weight"),
    .init("intercept", \.intercept, "whether the model has an intercept"),
    .init(
      "gradientTolerance", \.gradientTolerance, "gradient norm that ends the search", in: .above(0, below: 1)),
    .init("maximumIterations", \.maximumIterations, "limit of steps", in: 1...),
  ]

  /// Strength of the penalty.
  public var penalty: Double
  /// A factor for the rows of each class; empty for none.
  public var classWeights: [Double]
  /// Whether classes are weighed so that all have the same total, besides ``classWeights``.
  public var isBalanced: Bool
  /// Whether the model has an intercept; without one all scores are zero where all features are.
  public var intercept: Bool
  /// Gradient norm, for each unit of row weight, that ends the search.
  public var gradientTolerance: Double
  /// Limit of steps.
  public var maximumIterations: Int

  /// A learner with the given settings.
  public init(
    penalty: Double = 1, classWeights: [Double] = [], isBalanced: Bool = false, intercept: Bool = true,
    gradientTolerance: Double = 1e-8, maximumIterations: Int = 200
  ) {
    self.penalty = penalty
    self.classWeights = classWeights
    self.isBalanced = isBalanced
    self.intercept = intercept
    self.gradientTolerance = gradientTolerance
    self.maximumIterations = maximumIterations
  }

  public func fit(_ data: ClassificationData, using random: inout RandomStream) throws -> LinearClassifier {
    try solve(data).model
  }

  /// The fit with its diagnostics; deterministic.
  ///
  /// - Parameters:
  ///   - start: a softmax model of the same features and classes to begin with; a good one saves steps.
  ///   - workers: threads to use, which change no bit of the result; BLAS must be on one thread if above 1.
  /// - Throws: ``LearningError`` for settings out of range, data that are not finite, weights that are not valid or
  ///   rows of one class only.
  public func solve(
    _ data: ClassificationData, start: LinearClassifier? = nil, workers: Int = 1
  ) throws -> LogisticFit {
    let settings = LogisticSettings(
      penalty: penalty, tolerance: gradientTolerance, maximumIterations: maximumIterations)
    let problem = try LogisticProblem(
      data, method: "softmax regression", classWeights: classWeights, isBalanced: isBalanced,
      settings: settings)
    if let start {
      try start.check(rows: data.classCount, columns: data.features.columns, intercept: intercept)
    }
    let objective = objective(problem, workers)
    let point = start.map { start in
      objective.point(
        weights: start.weights.rows(at: problem.present).elements,
        intercepts: problem.present.map { start.intercepts[$0] })
    }
    let solution = try LogisticSolver(tolerance: gradientTolerance, maximumIterations: maximumIterations)
      .solve(objective, start: point)
    guard solution.value.isFinite, solution.gradientNorm.isFinite else { throw problem.fault() }
    let model = model(objective.rawParameters(solution.point), problem)
    var warnings = problem.warnings(solution, penalty: penalty) {
      zip(model.predict(data.features), data.labels).enumerated().allSatisfy { row, pair in
        problem.weights?[row] == 0 || pair.0 == pair.1
      }
    }
    let absent = problem.absent
    if !absent.isEmpty { warnings.append(.absentClasses(absent)) }
    return LogisticFit(
      model: model, iterations: solution.iterations, gradientNorm: solution.gradientNorm,
      objective: solution.value, warnings: warnings)
  }

  private func objective(_ problem: LogisticProblem, _ workers: Int) -> LogisticObjective {
    let data = problem.data
    var place = [Int](repeating: 0, count: data.classCount)
    for (position, label) in problem.present.enumerated() { place[label] = position }
    let labels = problem.absent.isEmpty ? data.labels : data.labels.map { place[$0] }
    return LogisticObjective(
      features: ScaledFeatures(data.features, intercept: intercept), labels: labels,
      weights: problem.weights, penalty: penalty,
      basis: ContrastBasis(classes: problem.present.count), workers: workers, hasIntercept: intercept)
  }

  /// The model of all classes, from the parameters of those that have rows.
  private func model(
    _ parameters: (weights: [Double], intercepts: [Double]), _ problem: LogisticProblem
  ) -> LinearClassifier {
    let columns = problem.data.features.columns
    var weights = Matrix(rows: problem.data.classCount, columns: columns)
    var intercepts = [Double](repeating: LogisticProblem.absentIntercept, count: weights.rows)
    // Rounding leaves a little of the common intercept.
    let mean = parameters.intercepts.reduce(0, +) / Double(parameters.intercepts.count)
    for (position, label) in problem.present.enumerated() {
      weights.setRow(label, Array(parameters.weights[position * columns..<(position + 1) * columns]))
      intercepts[label] = parameters.intercepts[position] - mean
    }
    return LinearClassifier(weights: weights, intercepts: intercepts, link: .softmax)
  }
}
