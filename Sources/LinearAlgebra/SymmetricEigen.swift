internal import COpenBLAS

/// The eigendecomposition `A = V·diag(λ)·Vᵀ` of a symmetric matrix.
///
/// - Complexity: O(*n*³), by LAPACK `dsyevd` (divide and conquer).
/// - Source: Cuppen, "A divide and conquer method for the symmetric tridiagonal eigenproblem",
///   Numerische Mathematik 36 (1981).
public struct SymmetricEigen: Sendable {
  /// The eigenvalues, ascending.
  public let values: [Double]
  /// Column `j` is the eigenvector of unit length to `values[j]`; its sign is arbitrary.
  public let vectors: Matrix

  /// Decomposes a symmetric matrix, of which only the lower triangle is used.
  ///
  /// - Throws: ``LinearAlgebraError/notFinite(row:column:)``,
  ///   ``LinearAlgebraError/factorizationFailed(routine:info:)``.
  public init(_ matrix: Matrix) throws(LinearAlgebraError) {
    precondition(matrix.rows == matrix.columns, "a symmetric matrix is square")
    try matrix.checkFinite()
    let order = matrix.rows
    guard order > 0 else {
      (values, vectors) = ([], matrix)
      return
    }
    var elements = matrix.elements
    var (n, info) = (blasInt(order), Int32(0))
    var eigenvalues = [Double](repeating: 0, count: order)
    var (query, size, integerSize) = (Int32(-1), 0.0, Int32(0))
    // Column-major "U" is row-major "L".
    dsyevd_("V", "U", &n, &elements, &n, &eigenvalues, &size, &query, &integerSize, &query, &info)
    var work = [Double](repeating: 0, count: Int(size))
    var integers = [Int32](repeating: 0, count: Int(integerSize))
    var (length, integerLength) = (blasInt(work.count), integerSize)
    dsyevd_("V", "U", &n, &elements, &n, &eigenvalues, &work, &length, &integers, &integerLength, &info)
    if info != 0 { throw .factorizationFailed(routine: "dsyevd", info: Int(info)) }
    values = eigenvalues
    vectors = Matrix(rows: order, columns: order, elements: elements).transposed()
  }
}
