public import LinearAlgebra

/// How close a stolen layer comes to the true one after the invertible matrix between them is solved for.
///
/// - Source: Carlini et al., "Stealing Part of a Production Language Model", ICML 2024, section 4.2.
public struct LayerAlignment: Sendable, Hashable {
  /// Root mean square of what is left of the true layer.
  public let rootMeanSquare: Double

  /// Aligns a stolen layer, a row per class and a column per unit, with the true weights in the same form; of the
  /// latter the mean over the classes is taken out, which softmax does not show.
  ///
  /// - Throws: `LinearAlgebraError` for values that are not finite.
  public init(stolen: Matrix, truth: Matrix) throws {
    precondition(stolen.rows == truth.rows, "\(stolen.rows) classes and \(truth.rows)")
    let means = truth.columnMeans()
    var squares = 0.0
    for column in 0..<truth.columns {
      let wanted = truth.column(column).map { $0 - means[column] }
      let residual = try LeastSquares(stolen, wanted).residualNorm
      squares += residual * residual
    }
    rootMeanSquare = (squares / Double(max(truth.elements.count, 1))).squareRoot()
  }
}
