internal import COpenBLAS

/// The Cholesky factorisation with pivoting of a symmetric positive semidefinite matrix, which reveals its rank and
/// the columns that depend on others.
///
/// The matrix is scaled to unit diagonal first, so that the tolerance has one meaning for all columns.
///
/// - Complexity: O(*n*·*r*²) for rank *r*, by LAPACK `dpstrf`.
/// - Source: Higham, "Analysis of the Cholesky decomposition of a semi-definite matrix", in Reliable Numerical
///   Computation (1990).
public struct PivotedCholesky: Sendable {
  /// The numerical rank.
  public let rank: Int
  /// Pivot `j` is column `permutation[j]` of the matrix.
  public let permutation: [Int]
  /// Rows of `L` in the order of the pivots, of which the first ``rank`` columns count.
  private var factor: Matrix
  /// The roots of the diagonal.
  private let scales: [Double]

  /// Factorises `matrix`, whose diagonal must be positive.
  ///
  /// - Parameter tolerance: squared share of a column outside the span of the others at which it still counts.
  /// - Throws: ``LinearAlgebraError/notFinite(row:column:)``.
  public init(_ matrix: Matrix, tolerance: Double) throws(LinearAlgebraError) {
    precondition(matrix.rows == matrix.columns, "a Cholesky factor needs a square matrix")
    try matrix.checkFinite()
    let count = matrix.rows
    let scales = (0..<count).map { matrix[$0, $0].squareRoot() }
    var factor = matrix
    factor.withMutableElements { values in
      for row in 0..<count {
        for column in 0..<count { values[row * count + column] /= scales[row] * scales[column] }
      }
    }
    var (n, found, info, limit) = (blasInt(count), Int32(0), Int32(0), tolerance)
    var pivots = [Int32](repeating: 0, count: count)
    var work = [Double](repeating: 0, count: 2 * count)
    if count > 0 {
      factor.withMutableElements {
        dpstrf_("U", &n, $0.baseAddress, &n, &pivots, &found, &limit, &work, &info)
      }
    }
    rank = Int(found)
    permutation = pivots.map { Int($0) - 1 }
    self.factor = factor
    self.scales = scales
  }

  /// A basis of the vectors that the matrix maps to zero: for every column beyond the first `rank` pivots one vector,
  /// 1 there and minus the combination of the pivots that gives the column.
  public func nullVectors(rank: Int) -> [[Double]] {
    let count = permutation.count
    precondition(rank <= self.rank && rank >= 0, "rank \(rank) of a matrix of rank \(self.rank)")
    return (rank..<count).map { place in
      var combination = Array(factor.row(place)[..<rank])
      var (n, one, stride, info) = (blasInt(rank), Int32(1), blasInt(count), Int32(0))
      if rank > 0 {
        // Column-major "U" is row-major "L", here transposed.
        dtrtrs_("U", "N", "N", &n, &one, factor.elements, &stride, &combination, &n, &info)
      }
      var result = [Double](repeating: 0, count: count)
      result[permutation[place]] = 1 / scales[permutation[place]]
      for (pivot, value) in combination.enumerated() {
        result[permutation[pivot]] = -value / scales[permutation[pivot]]
      }
      let unit = scales[permutation[place]]
      return result.map { $0 * unit }
    }
  }
}
