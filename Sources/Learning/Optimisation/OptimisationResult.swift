/// Where a minimisation ended.
public struct OptimisationResult: Sendable, Hashable, Codable {
  /// The best point found.
  public let point: [Double]
  /// The objective there.
  public let value: Double
  /// The Euclidean norm of the gradient there.
  public let gradientNorm: Double
  /// Steps taken.
  public let iterations: Int
  /// Calls of the objective.
  public let evaluations: Int
  /// Whether the gradient norm met its tolerance.
  public let isConverged: Bool
  /// The last step relative to the point (at least 1), by largest coordinate; 0 where no step was taken or measured.
  public let lastStep: Double

  /// A result with all its facts.
  public init(
    point: [Double], value: Double, gradientNorm: Double, iterations: Int, evaluations: Int,
    isConverged: Bool, lastStep: Double = 0
  ) {
    self.point = point
    self.value = value
    self.gradientNorm = gradientNorm
    self.iterations = iterations
    self.evaluations = evaluations
    self.isConverged = isConverged
    self.lastStep = lastStep
  }
}
