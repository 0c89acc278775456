public import Learning
import LinearAlgebra

/// The derivative of the attacker's objective with respect to poison rows, through the victim's training.
///
/// The victim's parameters satisfy `Σ x̃(x̃ᵀθ − y) + n·∇Ω(w) = 0` on its active set `A` (all features for least
/// squares and ridge; those with non-zero weight for LASSO and elastic net). Differentiating this condition
/// gives, with `a = H_A⁻¹ ∇_θW`, `H_A = Σ x̃_A x̃_Aᵀ + n·∇²Ω` and residual `r = y − x̃ᵀθ`,
///
/// `∂W/∂x = r·a_w − (x̃ᵀa)·w`, `∂W/∂y = x̃ᵀa`.
///
/// One factorisation serves all poison rows.
///
/// - Source: Jagielski et al., IEEE S&P 2018, section IV-B; Xiao et al., ICML 2015, equations 2 to 4 (the
///   joint form for all rows is ours).
public struct PoisonGradient: Sendable {
  private let adjoint: [Double]
  private let model: LinearModel

  /// Prepares the gradient at a model.
  ///
  /// - Parameters:
  ///   - learner: what the victim minimises.
  ///   - moments: products of the rows that the Hessian is taken over, normally clean and poison.
  ///   - model: what the victim learned.
  ///   - objectiveGradient: `∇_θW` at the model, `d + 1` numbers.
  /// - Throws: `LinearAlgebraError` for a Hessian that is not finite; a trace of a penalty keeps every finite one
  ///   positive definite.
  public init(
    learner: LinearLearner, moments: RawMoments, model: LinearModel, objectiveGradient: [Double]
  ) throws {
    let penalties = learner.penalties(rows: moments.count)
    let rows = Double(moments.count)
    let columns = model.weights.count
    let active =
      (0..<columns).filter { penalties.absolute == 0 || model.weights[$0] != 0 }
      + (learner.hasIntercept ? [columns] : [])
    var hessian = moments.gram.rows(at: active).columns(at: active)
    let trace = 1e-12 * (0..<active.count).reduce(0) { $0 + hessian[$1, $1] }
    for index in active.indices {
      hessian[index, index] += trace + (active[index] < columns ? penalties.square * rows : 0)
    }
    let solution = try Cholesky(hessian).solve(active.map { objectiveGradient[$0] })
    var adjoint = [Double](repeating: 0, count: columns + 1)
    for (index, column) in active.enumerated() { adjoint[column] = solution[index] }
    self.adjoint = adjoint
    self.model = model
  }

  /// Prepares the gradient at a model from an inverse of the Hessian, of order `d + 1`.
  init(inverseHessian: Matrix, model: LinearModel, objectiveGradient: [Double]) {
    adjoint = inverseHessian.times(objectiveGradient)
    self.model = model
  }

  /// The gradient with respect to one row, `(∂W/∂x, ∂W/∂y)`.
  public func at(_ features: [Double], target: Double) -> (features: [Double], target: Double) {
    let residual = target - model.intercept - dot(model.weights, features)
    let pull = extendedDot(adjoint, features)
    var result = [Double](repeating: 0, count: features.count)
    for column in features.indices {
      result[column] = residual * adjoint[column] - pull * model.weights[column]
    }
    return (result, pull)
  }
}
