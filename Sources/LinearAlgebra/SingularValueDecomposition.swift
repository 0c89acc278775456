internal import COpenBLAS

/// The thin singular value decomposition `A = U·diag(s)·Vᵀ` of an *m* x *n* matrix, *k* = min(*m*, *n*).
///
/// LAPACK reads our row-major `A` as the column-major `Aᵀ = V·diag(s)·Uᵀ`, so its left vectors are our
/// right ones and neither input nor output needs a transposition.
///
/// - Complexity: O(*m*·*n*·*k*), by LAPACK `dgesdd`.
/// - Source: Gu and Eisenstat, "A divide-and-conquer algorithm for the bidiagonal SVD",
///   SIAM J. Matrix Anal. Appl. 16 (1995).
public struct SingularValueDecomposition: Sendable {
  /// `U`, *m* x *k*, with orthonormal columns.
  public let left: Matrix
  /// The singular values, descending, all at least zero.
  public let singularValues: [Double]
  /// `Vᵀ`, *k* x *n*, with orthonormal rows.
  public let rightTransposed: Matrix

  /// Decomposes `matrix`.
  ///
  /// - Throws: ``LinearAlgebraError/notFinite(row:column:)``,
  ///   ``LinearAlgebraError/factorizationFailed(routine:info:)``.
  public init(_ matrix: Matrix) throws(LinearAlgebraError) {
    try matrix.checkFinite()
    let count = Swift.min(matrix.rows, matrix.columns)
    guard count > 0 else {
      left = Matrix(rows: matrix.rows, columns: 0)
      singularValues = []
      rightTransposed = Matrix(rows: 0, columns: matrix.columns)
      return
    }
    var values = matrix.elements
    var (m, n, k, info) = (blasInt(matrix.columns), blasInt(matrix.rows), blasInt(count), Int32(0))
    var s = [Double](repeating: 0, count: count)
    var u = [Double](repeating: 0, count: matrix.columns * count)
    var vt = [Double](repeating: 0, count: count * matrix.rows)
    var integers = [Int32](repeating: 0, count: 8 * count)
    var (query, size) = (Int32(-1), 0.0)
    dgesdd_("S", &m, &n, &values, &m, &s, &u, &m, &vt, &k, &size, &query, &integers, &info)
    var work = [Double](repeating: 0, count: Int(size))
    var length = blasInt(work.count)
    dgesdd_("S", &m, &n, &values, &m, &s, &u, &m, &vt, &k, &work, &length, &integers, &info)
    if info != 0 { throw .factorizationFailed(routine: "dgesdd", info: Int(info)) }
    left = Matrix(rows: matrix.rows, columns: count, elements: vt)
    singularValues = s
    rightTransposed = Matrix(rows: count, columns: matrix.columns, elements: u)
  }

  /// How many singular values exceed `tolerance` times the largest
  /// (default: the rounding unit 2⁻⁵² times the larger dimension).
  public func rank(tolerance: Double? = nil) -> Int {
    guard let largest = singularValues.first, largest > 0 else { return 0 }
    let size = Swift.max(left.rows, rightTransposed.columns)
    let limit = (tolerance ?? Double.ulpOfOne * Double(size)) * largest
    return singularValues.prefix { $0 > limit }.count
  }

  /// The ratio of the largest to the smallest singular value; infinite for a singular matrix and 1 for an
  /// empty one.
  public var condition: Double { LinearAlgebra.condition(singularValues) }
}

/// The ratio of the first to the last of descending singular values.
func condition(_ singularValues: [Double]) -> Double {
  guard let first = singularValues.first, let last = singularValues.last else { return 1 }
  return last > 0 ? first / last : .infinity
}
