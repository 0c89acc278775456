internal import COpenBLAS

/// The QR factorisation with column pivoting `AP = QR` of an *m* x *n* matrix.
///
/// The diagonal of `R` falls in magnitude, so the number of its entries above a tolerance is the numerical
/// rank. Cheaper than the singular value decomposition and nearly as safe in revealing rank.
///
/// - Complexity: O(*m*·*n*·min(*m*, *n*)), by LAPACK `dgeqp3`.
/// - Source: Quintana-Ortí, Sun, Bischof, "A BLAS-3 version of the QR factorization with column pivoting",
///   SIAM J. Sci. Comput. 19 (1998).
public struct PivotedQR: Sendable {
  /// Number of rows of `A`.
  public let rows: Int
  /// Number of columns of `A`.
  public let columns: Int
  /// Column `j` of `AP` is column `permutation[j]` of `A`.
  public let permutation: [Int]
  /// `R` above and the Householder vectors below the diagonal, column-major as LAPACK left them.
  private let packed: [Double]
  private let reflectors: [Double]

  /// Factorises `matrix`.
  ///
  /// - Throws: ``LinearAlgebraError/notFinite(row:column:)``.
  public init(_ matrix: Matrix) throws(LinearAlgebraError) {
    try matrix.checkFinite()
    (rows, columns) = (matrix.rows, matrix.columns)
    guard rows > 0, columns > 0 else {
      (permutation, packed, reflectors) = (Array(0..<columns), [], [])
      return
    }
    var values = matrix.transposed().elements
    var (m, n, info, query) = (blasInt(rows), blasInt(columns), Int32(0), Int32(-1))
    var pivots = [Int32](repeating: 0, count: columns)
    var scales = [Double](repeating: 0, count: Swift.min(rows, columns))
    var size = 0.0
    dgeqp3_(&m, &n, &values, &m, &pivots, &scales, &size, &query, &info)
    var work = [Double](repeating: 0, count: Int(size))
    var length = blasInt(work.count)
    dgeqp3_(&m, &n, &values, &m, &pivots, &scales, &work, &length, &info)
    (permutation, packed, reflectors) = (pivots.map { Int($0) - 1 }, values, scales)
  }

  /// The upper trapezoidal factor `R`, min(*m*, *n*) x *n*.
  public var upper: Matrix {
    var result = Matrix(rows: reflectors.count, columns: columns)
    for row in 0..<reflectors.count {
      for column in row..<columns { result[row, column] = packed[column * rows + row] }
    }
    return result
  }

  /// The thin orthogonal factor `Q`, *m* x min(*m*, *n*).
  public func orthogonal() -> Matrix {
    let count = reflectors.count
    guard count > 0 else { return Matrix(rows: rows, columns: 0) }
    var values = Array(packed[0..<rows * count])
    var (m, k, info, query, size) = (blasInt(rows), blasInt(count), Int32(0), Int32(-1), 0.0)
    dorgqr_(&m, &k, &k, &values, &m, reflectors, &size, &query, &info)
    var work = [Double](repeating: 0, count: Int(size))
    var length = blasInt(work.count)
    dorgqr_(&m, &k, &k, &values, &m, reflectors, &work, &length, &info)
    return Matrix(rows: count, columns: rows, elements: values).transposed()
  }

  /// `Qx` for the full *m* x *m* factor.
  public func applyQ(_ vector: [Double]) -> [Double] { apply(vector, "N") }

  /// `Qᵀx` for the full *m* x *m* factor.
  public func applyTransposedQ(_ vector: [Double]) -> [Double] { apply(vector, "T") }

  /// How many diagonal entries of `R` exceed `tolerance` times the largest
  /// (default: the rounding unit 2⁻⁵² times the larger dimension).
  public func rank(tolerance: Double? = nil) -> Int {
    guard let largest = packed.first?.magnitude, largest > 0 else { return 0 }
    let limit = (tolerance ?? Double.ulpOfOne * Double(Swift.max(rows, columns))) * largest
    return reflectors.indices.prefix { packed[$0 * rows + $0].magnitude > limit }.count
  }

  /// A least squares solution of `Ax ≈ b`: the basic one, with zeros for the columns beyond the rank.
  ///
  /// - SeeAlso: ``LeastSquares`` for the solution of smallest norm.
  public func solve(_ right: [Double], tolerance: Double? = nil) -> [Double] {
    precondition(right.count == rows, "\(right.count) elements for \(rows) rows")
    var result = [Double](repeating: 0, count: columns)
    let rank = rank(tolerance: tolerance)
    guard rank > 0 else { return result }
    var rotated = applyTransposedQ(right)
    cblas_dtrsv(
      CblasColMajor, CblasUpper, CblasNoTrans, CblasNonUnit, blasInt(rank), packed, blasInt(rows),
      &rotated, 1)
    for index in 0..<rank { result[permutation[index]] = rotated[index] }
    return result
  }

  private func apply(_ vector: [Double], _ transposition: String) -> [Double] {
    precondition(vector.count == rows, "\(vector.count) elements for \(rows) rows")
    var result = vector
    guard !reflectors.isEmpty else { return result }
    var (m, one, k, info) = (blasInt(rows), Int32(1), blasInt(reflectors.count), Int32(0))
    var (query, size) = (Int32(-1), 0.0)
    dormqr_("L", transposition, &m, &one, &k, packed, &m, reflectors, &result, &m, &size, &query, &info)
    var work = [Double](repeating: 0, count: Int(size))
    var length = blasInt(work.count)
    dormqr_("L", transposition, &m, &one, &k, packed, &m, reflectors, &result, &m, &work, &length, &info)
    return result
  }
}
