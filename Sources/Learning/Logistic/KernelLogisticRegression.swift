public import LinearAlgebra
public import Methods

/// Kernel logistic regression with a Gaussian (RBF) kernel and a chosen number of representers: softmax regression
/// on the similarities of a row to representers, which are rows of the training data.
///
/// ```
/// Σ u · (log Σₖ exp(zₖ) − z_y) + penalty / 2 · ‖A‖²,   z = A k(x) + b
/// ```
///
/// Two classes are fitted as a softmax model too, so that the parameters are those of the attack in the source.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | ``representerCount`` | 20 | `1...` | Rows drawn at random as representers; at most all |
/// | ``gamma`` | 0 | `0...` | Inverse squared width; 0 means 1 / (features × variance of all values) |
/// | ``penalty`` | 1 | `0...` | Strength of the penalty on the weights of the representers |
/// | ``gradientTolerance`` | 1e-8 | `0<..<1` | As for ``SoftmaxRegression`` |
/// | ``maximumIterations`` | 200 | `1...` | Limit of steps |
///
/// - Source: Zhu and Hastie, "Kernel logistic regression and the import vector machine", JCGS 14 (2005); Tramèr,
///   Zhang, Juels, Reiter, Ristenpart, "Stealing Machine Learning Models via Prediction APIs", USENIX Security
///   2016, section 4.1.3.
public struct KernelLogisticRegression: ClassificationLearner, Hashable, Codable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "kernel-logistic", family: .learner, title: "Kernel logistic regression",
    summary: "Softmax regression on similarities to some training rows, which the model stores.",
    citation: "Tramèr et al., Stealing Machine Learning Models via Prediction APIs, USENIX Security 2016",
    needs: "rows of at least two classes, features of similar scale")

  public static let settings: [Setting<Self>] = [
    .init("representerCount", \.representerCount, "training rows that the model stores", in: 1...),
    .init("gamma", \.gamma, "inverse squared width of the kernel; 0 chooses it", in: 0...),
    .init("penalty", \.penalty, "strength of the penalty on the sum of losses, 1/C", in: 0...),
    .init(
      "gradientTolerance", \.gradientTolerance, "gradient norm that ends the search", in: .above(0, below: 1)),
    .init("maximumIterations", \.maximumIterations, "limit of steps", in: 1...),
  ]

  /// How many rows are drawn as representers.
  public var representerCount: Int
  /// Inverse squared width of the kernel; zero chooses it from the data.
  public var gamma: Double
  /// Strength of the penalty.
  public var penalty: Double
  /// Gradient norm, for each unit of row weight, that ends the search.
  public var gradientTolerance: Double
  /// Limit of steps.
  public var maximumIterations: Int

  /// A learner with the given settings.
  public init(
    representerCount: Int = 20, gamma: Double = 0, penalty: Double = 1, gradientTolerance: Double = 1e-8,
    maximumIterations: Int = 200
  ) {
    self.representerCount = representerCount
    self.gamma = gamma
    self.penalty = penalty
    self.gradientTolerance = gradientTolerance
    self.maximumIterations = maximumIterations
  }

  /// Draws the representers, without replacement, and fits.
  public func fit(_ data: ClassificationData, using random: inout RandomStream) throws -> KernelClassifier {
    guard representerCount >= 1 else {
      throw LearningError.parameterOutOfRange(
        name: "representerCount", value: Double(representerCount), allowed: "1...")
    }
    let rows = random.subset(of: data.count, size: min(representerCount, data.count))
    return try solve(data, representers: data.features.rows(at: rows)).model
  }

  /// The fit for given representers, with its diagnostics; deterministic.
  ///
  /// - Parameters:
  ///   - representers: at least one row of as many features as the data.
  ///   - workers: threads to use, which change no bit of the result; BLAS must be on one thread if above 1.
  /// - Throws: ``LearningError`` as ``SoftmaxRegression``.
  public func solve(
    _ data: ClassificationData, representers: Matrix, workers: Int = 1
  ) throws -> ClassificationFit<KernelClassifier> {
    guard gamma >= 0, gamma.isFinite else {
      throw LearningError.parameterOutOfRange(name: "gamma", value: gamma, allowed: "0...")
    }
    guard representers.columns == data.features.columns else {
      throw LearningError.featureCountMismatch(expected: data.features.columns, found: representers.columns)
    }
    do {
      try data.features.checkFinite()
    } catch LinearAlgebraError.notFinite(let row, let column) {
      throw LearningError.featureNotFinite(row: row, column: column)
    }
    try data.features.checkMagnitudes()
    let width = gamma > 0 ? gamma : Self.chosenGamma(data.features)
    var similar = data
    similar.features = data.features.radialKernel(representers, gamma: width)
    let learner = SoftmaxRegression(
      penalty: penalty, gradientTolerance: gradientTolerance, maximumIterations: maximumIterations)
    let fit = try learner.solve(similar, workers: workers)
    return ClassificationFit(
      model: KernelClassifier(representers: representers, gamma: width, linear: fit.model),
      iterations: fit.iterations, gradientNorm: fit.gradientNorm, objective: fit.objective,
      warnings: fit.warnings)
  }

  /// 1 / (features × variance of all values), as scikit-learn's `gamma="scale"`; 1 for constant data.
  private static func chosenGamma(_ features: Matrix) -> Double {
    let values = features.elements
    guard !values.isEmpty else { return 1 }
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return variance > 0 && variance.isFinite ? 1 / (Double(features.columns) * variance) : 1
  }
}
