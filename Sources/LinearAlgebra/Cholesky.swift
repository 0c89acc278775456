internal import COpenBLAS

/// The Cholesky factorisation `A = LLᵀ` of a symmetric positive definite matrix.
///
/// ```swift
/// var cholesky = try Cholesky(gram)
/// let weights = cholesky.solve(moments)
/// try cholesky.downdate(row)          // the factor of gram − row·rowᵀ, in O(n²)
/// ```
public struct Cholesky: Sendable {
  /// The lower triangular factor `L`, row-major; the part above the diagonal is zero.
  public internal(set) var factor: Matrix
  /// The 1-norm of `A`, or nil after a change of the factor (it is then computed from `LLᵀ` when needed).
  var knownNorm: Double?

  /// Order of the factorised matrix.
  public var order: Int { factor.rows }

  /// Factorises `matrix`, of which only the lower triangle is read.
  ///
  /// - Throws: ``LinearAlgebraError/notPositiveDefinite(minor:)``,
  ///   ``LinearAlgebraError/notFinite(row:column:)`` (checked on all elements).
  /// - Complexity: O(*n*³ / 3), by LAPACK `dpotrf`.
  public init(_ matrix: Matrix) throws(LinearAlgebraError) {
    precondition(matrix.rows == matrix.columns, "a Cholesky factor needs a square matrix")
    try matrix.checkFinite()
    factor = matrix
    knownNorm = Self.oneNorm(ofLowerTriangle: matrix)
    // Column-major "U" is row-major "L".
    var (order, info) = (blasInt(matrix.rows), Int32(0))
    guard order > 0 else { return }
    factor.withMutableElements { dpotrf_("U", &order, $0.baseAddress, &order, &info) }
    if info > 0 { throw .notPositiveDefinite(minor: Int(info)) }
    let count = matrix.rows
    factor.withMutableElements { values in
      for row in 0..<count {
        for column in (row + 1)..<Swift.max(count, row + 1) { values[row * count + column] = 0 }
      }
    }
  }

  /// The solution `x` of `Ax = b`.
  ///
  /// - Complexity: O(*n*²).
  public func solve(_ right: [Double]) -> [Double] {
    precondition(right.count == order, "\(right.count) elements for order \(order)")
    var result = right
    var (n, one, info) = (blasInt(order), Int32(1), Int32(0))
    guard n > 0 else { return result }
    result.withUnsafeMutableBufferPointer {
      dpotrs_("U", &n, &one, factor.elements, &n, $0.baseAddress, &n, &info)
    }
    return result
  }

  /// The solutions of `Ax = b` for every **row** `b` of `right`, as rows.
  public func solve(rowsOf right: Matrix) -> Matrix {
    precondition(right.columns == order, "\(right.columns) columns for order \(order)")
    var result = right
    var (n, count, info) = (blasInt(order), blasInt(right.rows), Int32(0))
    guard n > 0, count > 0 else { return result }
    result.withMutableElements { dpotrs_("U", &n, &count, factor.elements, &n, $0.baseAddress, &n, &info) }
    return result
  }

  /// The inverse of the factorised matrix.
  public func inverse() -> Matrix {
    var result = factor
    var (n, info) = (blasInt(order), Int32(0))
    guard n > 0 else { return result }
    result.withMutableElements { dpotri_("U", &n, $0.baseAddress, &n, &info) }
    let count = order
    result.withMutableElements { values in
      for row in 0..<count {
        for column in 0..<row { values[column * count + row] = values[row * count + column] }
      }
    }
    return result
  }
}

extension Matrix {
  /// The solution `x` of `Ax = b` for this symmetric positive definite matrix, of which only the lower triangle
  /// is read. The matrix is used up: its factor takes its place.
  ///
  /// - Throws: ``LinearAlgebraError/notPositiveDefinite(minor:)``.
  /// - Complexity: O(*n*³ / 3), by LAPACK `dposv`.
  public mutating func solveInPlace(_ right: [Double]) throws(LinearAlgebraError) -> [Double] {
    precondition(rows == columns && right.count == rows, "\(right.count) elements for \(rows) x \(columns)")
    var result = right
    var (n, one, info) = (blasInt(rows), Int32(1), Int32(0))
    guard n > 0 else { return result }
    // Column-major "U" is row-major "L".
    withMutableElements { dposv_("U", &n, &one, $0.baseAddress, &n, &result, &n, &info) }
    if info > 0 { throw .notPositiveDefinite(minor: Int(info)) }
    return result
  }
}
