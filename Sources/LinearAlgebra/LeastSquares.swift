internal import COpenBLAS

/// The least-squares solution of smallest norm, and what its singular values say of the problem.
public struct LeastSquares: Sendable {
  /// The vector of smallest norm among those that minimise `‖Ax − b‖`.
  public let solution: [Double]
  /// Number of singular values above the cut.
  public let rank: Int
  /// Singular values of the matrix, largest first.
  public let singularValues: [Double]

  /// Solves `min ‖Ax − b‖` by singular value decomposition (LAPACK `dgelsd`); singular values at or below
  /// `tolerance` times the largest count as zero.
  ///
  /// - Parameter tolerance: relative cut; nil means machine precision times the larger dimension.
  /// - Throws: ``LinearAlgebraError/notConverged(routine:iterations:)`` when the decomposition fails, which
  ///   happens for values that are not finite.
  /// - Complexity: O(*m*·*n*²).
  public init(_ matrix: Matrix, _ right: [Double], tolerance: Double? = nil) throws(LinearAlgebraError) {
    precondition(right.count == matrix.rows, "\(right.count) elements for \(matrix.rows) rows")
    var (m, n, one) = (blasInt(matrix.rows), blasInt(matrix.columns), Int32(1))
    let small = Swift.min(matrix.rows, matrix.columns)
    guard small > 0 else {
      (solution, rank, singularValues) = ([Double](repeating: 0, count: matrix.columns), 0, [])
      return
    }
    var columnMajor = matrix.transposed()
    var values = right + [Double](repeating: 0, count: Swift.max(matrix.columns - matrix.rows, 0))
    var leading = blasInt(values.count)
    var singular = [Double](repeating: 0, count: small)
    var cut = tolerance ?? Double(Swift.max(matrix.rows, matrix.columns)) * 0x1p-52
    var (found, info, query) = (Int32(0), Int32(0), Int32(-1))
    var (size, integers) = (0.0, Int32(0))
    columnMajor.withMutableElements {
      dgelsd_(
        &m, &n, &one, $0.baseAddress, &m, &values, &leading, &singular, &cut, &found, &size, &query,
        &integers, &info)
      var work = [Double](repeating: 0, count: Swift.max(Int(size), 1))
      var integerWork = [Int32](repeating: 0, count: Swift.max(Int(integers), 1))
      var workSize = blasInt(work.count)
      dgelsd_(
        &m, &n, &one, $0.baseAddress, &m, &values, &leading, &singular, &cut, &found, &work, &workSize,
        &integerWork, &info)
    }
    guard info == 0 else { throw .notConverged(routine: "singular value decomposition", iterations: 0) }
    solution = Array(values.prefix(matrix.columns))
    rank = Int(found)
    singularValues = singular
  }
}
