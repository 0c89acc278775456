/// What can go wrong in a numerical routine because of the data it was given.
///
/// Wrong shapes between our own functions are programming errors and trap; everything that a user's
/// numbers can cause is one of these cases.
public enum LinearAlgebraError: Error, Equatable, CustomStringConvertible {
  /// A matrix that had to be positive definite is not: its leading minor of the given order is not positive.
  case notPositiveDefinite(minor: Int)
  /// An iterative routine stopped before it met its tolerance.
  case notConverged(routine: String, iterations: Int)
  /// A value is NaN or infinite.
  case notFinite(row: Int, column: Int)
  /// Two shapes that come from user data do not fit.
  case shapeMismatch(what: String, expected: Int, found: Int)

  public var description: String {
    switch self {
    case .notPositiveDefinite(let minor):
      "the matrix is not positive definite (leading minor \(minor)); "
        + "remove linearly dependent columns or add a penalty"
    case .notConverged(let routine, let iterations):
      "\(routine) did not converge in \(iterations) iterations; scale the columns or raise the limit"
    case .notFinite(let row, let column):
      "the value in row \(row + 1), column \(column + 1) is not a finite number; impute or drop it"
    case .shapeMismatch(let what, let expected, let found):
      "\(what): expected \(expected), found \(found)"
    }
  }
}
