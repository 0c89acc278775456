internal import COpenBLAS

/// The solution `x` of smallest Euclidean norm among those that minimise `‖Ax − b‖`.
///
/// Singular values below `tolerance` times the largest count as zero, so that dependent columns share
/// their weight instead of blowing up. The same convention as `numpy.linalg.lstsq`.
///
/// - Complexity: O(*m*·*n*·min(*m*, *n*)), by LAPACK `dgelsd`.
/// - Source: Golub and Van Loan, "Matrix Computations", 4th edition (2013), section 5.5.
public struct LeastSquares: Sendable {
  /// One value per column of `A`.
  public let solution: [Double]
  /// The number of singular values above the tolerance.
  public let rank: Int
  /// The singular values of `A`, descending.
  public let singularValues: [Double]
  /// `‖Ax − b‖`.
  public let residualNorm: Double

  /// The ratio of the largest to the smallest singular value; infinite for a singular matrix and 1 for an
  /// empty one.
  public var condition: Double { LinearAlgebra.condition(singularValues) }

  /// Whether the columns of `A` are linearly dependent to within the tolerance.
  public var isRankDeficient: Bool { rank < solution.count }

  /// Solves `matrix · x ≈ right`.
  ///
  /// - Parameter tolerance: relative to the largest singular value; default 2⁻⁵² times the larger dimension.
  /// - Throws: ``LinearAlgebraError/notFinite(row:column:)`` (the right side counts as the column after the
  ///   last), ``LinearAlgebraError/factorizationFailed(routine:info:)``.
  public init(_ matrix: Matrix, _ right: [Double], tolerance: Double? = nil) throws(LinearAlgebraError) {
    precondition(right.count == matrix.rows, "\(right.count) elements for \(matrix.rows) rows")
    try matrix.checkFinite()
    if let row = right.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(row: row, column: matrix.columns)
    }
    let (rows, columns) = (matrix.rows, matrix.columns)
    guard rows > 0, columns > 0 else {
      solution = [Double](repeating: 0, count: columns)
      (rank, singularValues, residualNorm) = (0, [], norm2(right))
      return
    }
    let limit = tolerance ?? Double.ulpOfOne * Double(Swift.max(rows, columns))
    (solution, rank, singularValues) = try Self.solve(matrix, right, limit)
    var residuals = right
    axpy(-1, matrix.times(solution), into: &residuals)
    residualNorm = norm2(residuals)
  }

  private static func solve(
    _ matrix: Matrix, _ right: [Double], _ tolerance: Double
  ) throws(LinearAlgebraError) -> ([Double], Int, [Double]) {
    let (rows, columns) = (matrix.rows, matrix.columns)
    var values = matrix.transposed().elements
    var solution = right + [Double](repeating: 0, count: Swift.max(columns - rows, 0))
    var singularValues = [Double](repeating: 0, count: Swift.min(rows, columns))
    var (m, n, one, ldb) = (blasInt(rows), blasInt(columns), Int32(1), blasInt(solution.count))
    var (limit, rank, info) = (tolerance, Int32(0), Int32(0))
    var (query, size, integerSize) = (Int32(-1), 0.0, Int32(0))
    dgelsd_(
      &m, &n, &one, &values, &m, &solution, &ldb, &singularValues, &limit, &rank, &size, &query,
      &integerSize, &info)
    var work = [Double](repeating: 0, count: Int(size))
    var integers = [Int32](repeating: 0, count: Swift.max(Int(integerSize), 1))
    var length = blasInt(work.count)
    dgelsd_(
      &m, &n, &one, &values, &m, &solution, &ldb, &singularValues, &limit, &rank, &work, &length,
      &integers, &info)
    if info != 0 { throw .factorizationFailed(routine: "dgelsd", info: Int(info)) }
    return (Array(solution[0..<columns]), Int(rank), singularValues)
  }
}
