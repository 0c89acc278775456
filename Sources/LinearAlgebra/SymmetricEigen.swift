internal import COpenBLAS

/// The eigenvalues and eigenvectors of a symmetric matrix.
public struct SymmetricEigen: Sendable {
  /// Eigenvalues, smallest first.
  public let values: [Double]
  /// Eigenvectors of length one as **rows**, in the order of ``values``.
  public let vectors: Matrix

  /// Decomposes `matrix`, of which only the lower triangle is read (LAPACK `dsyevd`).
  ///
  /// - Throws: ``LinearAlgebraError/notConverged(routine:iterations:)``.
  /// - Complexity: O(*n*³).
  public init(_ matrix: Matrix) throws(LinearAlgebraError) {
    precondition(matrix.rows == matrix.columns, "eigenvalues need a square matrix")
    var vectors = matrix
    var values = [Double](repeating: 0, count: matrix.rows)
    var (n, info, query) = (blasInt(matrix.rows), Int32(0), Int32(-1))
    if n > 0 {
      var (size, integers) = (0.0, Int32(0))
      vectors.withMutableElements {
        dsyevd_("V", "U", &n, $0.baseAddress, &n, &values, &size, &query, &integers, &query, &info)
        var work = [Double](repeating: 0, count: Int(size))
        var integerWork = [Int32](repeating: 0, count: Int(integers))
        var (workSize, integerSize) = (blasInt(work.count), blasInt(integerWork.count))
        dsyevd_(
          "V", "U", &n, $0.baseAddress, &n, &values, &work, &workSize, &integerWork, &integerSize, &info)
      }
    }
    guard info == 0 else { throw .notConverged(routine: "symmetric eigenvalues", iterations: 0) }
    self.values = values
    self.vectors = vectors
  }
}
