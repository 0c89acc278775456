internal import COpenBLAS
internal import RealModule

extension Cholesky {
  /// The natural logarithm of the determinant of `A` (0 for order 0).
  public var logDeterminant: Double {
    (0..<order).reduce(0) { $0 + 2 * Double.log(factor[$1, $1]) }
  }

  /// An estimate of `1 / (‖A‖₁ ‖A⁻¹‖₁)`, in 0...1: near 1 is well conditioned, below about 1e-15 is
  /// singular to working precision. It is 1 for order 0.
  ///
  /// - Complexity: O(*n*²); O(*n*³) once the factor was updated or downdated, because the norm of `A` is
  ///   then computed from `LLᵀ`.
  /// - Source: Higham, "FORTRAN codes for estimating the one-norm", ACM TOMS 14 (1988), LAPACK `dpocon`.
  public func reciprocalCondition() -> Double {
    guard order > 0 else { return 1 }
    var norm = knownNorm ?? Self.oneNorm(ofLowerTriangle: factor.timesTransposed(factor))
    var (n, info, result) = (blasInt(order), Int32(0), 0.0)
    var work = [Double](repeating: 0, count: 3 * order)
    var integers = [Int32](repeating: 0, count: order)
    // Column-major "U" is row-major "L".
    dpocon_("U", &n, factor.elements, &n, &norm, &result, &work, &integers, &info)
    return result
  }

  /// The solution `z` of `Lz = b` (forward substitution).
  ///
  /// - Complexity: O(*n*²).
  public func solveLower(_ right: [Double]) -> [Double] { triangularSolve(right, CblasNoTrans) }

  /// The solution `x` of `Lᵀx = b` (back substitution).
  ///
  /// - Complexity: O(*n*²).
  public func solveUpper(_ right: [Double]) -> [Double] { triangularSolve(right, CblasTrans) }

  private func triangularSolve(_ right: [Double], _ side: CBLAS_TRANSPOSE) -> [Double] {
    precondition(right.count == order, "\(right.count) elements for order \(order)")
    var result = right
    guard order > 0 else { return result }
    let n = blasInt(order)
    result.withUnsafeMutableBufferPointer {
      cblas_dtrsv(
        CblasRowMajor, CblasLower, side, CblasNonUnit, n, factor.elements, n, $0.baseAddress, 1)
    }
    return result
  }

  /// The 1-norm of the symmetric matrix whose lower triangle is given.
  static func oneNorm(ofLowerTriangle matrix: Matrix) -> Double {
    let order = matrix.rows
    var sums = [Double](repeating: 0, count: order)
    sums.withUnsafeMutableBufferPointer { sums in
      matrix.withElements { values in
        for row in 0..<order {
          let start = row * order
          for column in 0..<row { sums[column] += values[start + column].magnitude }
          guard let first = values.baseAddress else { return }
          sums[row] += cblas_dasum(blasInt(row + 1), first + start, 1)
        }
      }
    }
    return sums.max() ?? 0
  }
}
