public import LinearAlgebra
public import Methods

/// What a penalty on weights measures.
public enum PenaltyNorm: String, Sendable, Hashable, Codable, CaseIterable {
  /// `½ ‖w‖²`: small weights.
  case squared
  /// `‖w‖₁`: few weights.
  case absolute
}

/// Logistic regression for two classes: the weights that minimise
///
/// ```
/// Σ u · log(1 + exp(−s (wᵀx + b))) + penalty · (½ ‖w‖² or ‖w‖₁)
/// ```
///
/// with `s = 1` for class 1 and `−1` for class 0, and row weights `u` (sample weight times class weight). The sum is
/// over rows, not their mean, so `penalty = 1 / C` gives the optimum of scikit-learn's `C`. The intercept `b` is not
/// penalised. A penalty of zero gives the maximum of the likelihood.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``penalty`` | 1 | `0...` | Strength of the penalty; the inverse of scikit-learn's `C` |
/// | ``norm`` | squared | | What is penalised |
/// | ``classWeights`` | none | `0...` | A factor for the rows of each class |
/// | ``isBalanced`` | false | | Weigh classes so that all have the same total |
/// | ``intercept`` | true | | Whether the model has an intercept |
/// | ``gradientTolerance`` | 1e-8 | `0<..<1` | Gradient norm that ends the search |
/// | ``maximumIterations`` | 200 | `1...` | Limit of steps |
///
/// The gradient is taken for features of unit deviation and divided by the sum of the row weights, so its norm is
/// below about 0.5 for a model without weights.
///
/// - Complexity: O(*n*·*d*² + *d*³) for each of a few Hessians, O(*n*·*d*) for each step.
/// - Source: McCullagh and Nelder, "Generalized Linear Models", 2nd ed. (1989), section 4.4.
public struct LogisticRegression: ClassificationLearner, Hashable, Codable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "logistic", family: .learner, title: "Logistic regression",
    summary: "The most likely logistic model of two classes, with a penalty on its weights.",
    citation: "McCullagh and Nelder, Generalized Linear Models, 2nd ed. (1989)",
    needs: "rows of two classes, with both of them present")

  public static let settings: [Setting<Self>] = [
    .init("penalty", \.penalty, "strength of the penalty on the sum of losses, 1/C", in: 0...),
    .init("norm", \.norm, "penalise squares or magnitudes"),
    .init("classWeights", \.classWeights, "factor for the rows of each class", each: .from(0)),
    .init("isBalanced", \.isBalanced, "give all classes the same total weight"),
    .init("intercept", \.intercept, "whether the model has an intercept"),
    .init(
      "gradientTolerance", \.gradientTolerance, "gradient norm that ends the search", in: .above(0, below: 1)),
    .init("maximumIterations", \.maximumIterations, "limit of steps", in: 1...),
  ]

  /// Strength of the penalty.
  public var penalty: Double
  /// What is penalised.
  public var norm: PenaltyNorm
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
    penalty: Double = 1, norm: PenaltyNorm = .squared, classWeights: [Double] = [], isBalanced: Bool = false,
    intercept: Bool = true, gradientTolerance: Double = 1e-8, maximumIterations: Int = 200
  ) {
    self.penalty = penalty
    self.norm = norm
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
  ///   - start: a model to begin with, of the same features; a good one saves steps.
  ///   - workers: threads to use, which change no bit of the result; BLAS must be on one thread if above 1.
  /// - Throws: ``LearningError`` for settings out of range, data that are not finite, weights that are not valid or
  ///   not exactly two classes of which both have rows.
  public func solve(
    _ data: ClassificationData, start: LinearClassifier? = nil, workers: Int = 1
  ) throws -> LogisticFit {
    guard data.classCount == 2 else {
      throw LearningError.notBinary(method: "logistic", found: data.classCount)
    }
    let settings = LogisticSettings(
      penalty: penalty, tolerance: gradientTolerance, maximumIterations: maximumIterations)
    let problem = try LogisticProblem(
      data, method: "logistic regression", classWeights: classWeights, isBalanced: isBalanced,
      settings: settings)
    return try solve(
      problem, ScaledFeatures(data.features, intercept: intercept), labels: data.labels, start, workers)
  }

  /// The fit of checked data with labels 0 and 1.
  func solve(
    _ problem: LogisticProblem, _ features: ScaledFeatures, labels: [Int], _ start: LinearClassifier?,
    _ workers: Int
  ) throws -> LogisticFit {
    if let start { try start.check(rows: 1, columns: features.columns, intercept: intercept) }
    let isSquared = norm == .squared
    let objective = LogisticObjective(
      features: features, labels: labels, weights: problem.weights, penalty: isSquared ? penalty : 0,
      basis: nil, workers: workers, hasIntercept: intercept)
    let point = start.map { objective.point(weights: $0.weights.elements, intercepts: $0.intercepts) }
    let solution =
      isSquared || penalty == 0
      ? try LogisticSolver(tolerance: gradientTolerance, maximumIterations: maximumIterations)
        .solve(objective, start: point)
      : try ProximalNewton(
        penalty: penalty, tolerance: gradientTolerance, maximumIterations: maximumIterations
      ).solve(objective, start: point)
    guard solution.value.isFinite, solution.gradientNorm.isFinite else { throw problem.fault() }
    let (weights, intercepts) = objective.rawParameters(solution.point)
    let model = LinearClassifier(weights: weights, intercept: intercepts[0])
    let warnings = problem.warnings(solution, penalty: penalty) {
      zip(model.scores(features.matrix).elements, labels).enumerated().allSatisfy { row, pair in
        problem.weights?[row] == 0 || (pair.1 == 1 ? pair.0 > 0 : pair.0 < 0)
      }
    }
    return LogisticFit(
      model: model, iterations: solution.iterations, gradientNorm: solution.gradientNorm,
      objective: solution.value, warnings: warnings)
  }
}

extension LinearClassifier {
  /// Checks that a starting model has the shape of the fit.
  func check(rows: Int, columns: Int, intercept: Bool) throws(LearningError) {
    if !intercept, let own = intercepts.first(where: { $0 != 0 && $0 != LogisticProblem.absentIntercept }) {
      throw .parameterOutOfRange(name: "intercept of the starting model", value: own, allowed: "0")
    }
    guard featureCount == columns else { throw .featureCountMismatch(expected: columns, found: featureCount) }
    guard weights.rows == rows else { throw .classCountMismatch(expected: rows, found: weights.rows) }
  }
}
