public import LinearAlgebra
public import Methods

/// Ordinary least squares: the weights that minimise `Σ u (wᵀx + b − y)²`, of smallest norm when many do.
///
/// Solved by Cholesky factorisation of the centred scatter matrix, which reads the rows once; refined with
/// the rows when the condition asks for it; by eigenvalues or singular values when features are linearly
/// dependent, which the fit reports as a warning.
///
/// - Complexity: O(*n*·*d*² + *d*³) for *n* rows and *d* features; O(*n*²·*d*) where there are hundreds of features and
///   fewer rows.
/// - Source: Björck, "Stability analysis of the method of seminormal equations for linear least squares
///   problems", Linear Algebra and its Applications 88/89 (1987).
public struct OrdinaryLeastSquares: MomentLearner, Hashable, Codable {
  /// Identity, source and parameters.
  public static let card = MethodCard(
    id: "ols", family: .learner, title: "Ordinary least squares",
    summary: "Minimises the sum of squared errors; smallest weights when features are dependent.",
    citation: "Gauss, Theoria motus corporum coelestium (1809); Björck, Linear Algebra and its Applications "
      + "88/89 (1987) for the refinement", needs: "at least two rows")

  /// Whether the model has an intercept; without one it is zero where all features are.
  public var intercept: Bool

  /// A learner of models with or without an intercept.
  public init(intercept: Bool = true) { self.intercept = intercept }

  public func solve(moments: Moments, start: LinearModel? = nil) throws -> LinearFit {
    try moments.check()
    return try NormalEquations(moments: moments.about(intercept), diagonal: [], data: nil).solve()
  }

  public func solve(
    _ data: RegressionData, start: LinearModel? = nil, workers: Int = 1
  ) throws -> LinearFit {
    if data.isWide { return try WideProblem(data, intercept: intercept).leastSquares() }
    let moments = try data.moments(workers: workers)
    return try NormalEquations(moments: moments.about(intercept), diagonal: [], data: data).solve()
  }
}
