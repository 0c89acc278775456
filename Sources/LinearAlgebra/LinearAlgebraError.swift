/// What can go wrong in a numerical routine because of the data it was given.
///
/// Wrong shapes between our own functions are programming errors and trap; everything that a user's
/// numbers can cause is one of these cases.
public enum LinearAlgebraError: Error, Equatable, CustomStringConvertible {
  /// A matrix that had to be positive definite is not: its leading minor of the given order is not positive.
  case notPositiveDefinite(minor: Int)
  /// A value is NaN or infinite.
  case notFinite(row: Int, column: Int)
  /// A LAPACK routine gave up; `info` is the code it returned.
  case factorizationFailed(routine: String, info: Int)
  /// A sample weight is negative, NaN or infinite.
  case invalidWeight(row: Int)
  /// The input is finite, but sums of its squares are not.
  case overflow(what: String)

  public var description: String {
    switch self {
    case .notPositiveDefinite(let minor):
      "the matrix is not positive definite (leading minor \(minor)); "
        + "remove linearly dependent columns or add a penalty"
    case .notFinite(let row, let column):
      "the value in row \(row + 1), column \(column + 1) is not a finite number; impute or drop it"
    case .factorizationFailed(let routine, let info):
      "LAPACK \(routine) did not converge (info \(info)); scale the columns to similar size"
    case .invalidWeight(let row):
      "the weight of row \(row + 1) is not a finite number of at least zero; correct it or drop the row"
    case .overflow(let what):
      "the \(what) overflow the range of doubles; divide the columns by their largest values"
    }
  }
}
