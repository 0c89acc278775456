public import LinearAlgebra
import RealModule

extension Matrix {
  /// `exp(−gamma · ‖x − y‖²)` for every row `x` of this matrix and `y` of another.
  ///
  /// - Complexity: O(`rows * other.rows * columns`), by BLAS `dgemm`; squared distances are taken from inner
  ///   products of rows moved to the mean of `other`, and never below zero.
  public func radialKernel(_ other: Matrix, gamma: Double) -> Matrix {
    precondition(columns == other.columns, "\(columns) columns against \(other.columns)")
    let means = other.columnMeans()
    let (left, right) = (movedBy(means), other.movedBy(means))
    let (leftSquares, rightSquares) = (left.rowSquares(), right.rowSquares())
    var result = left.timesTransposed(right)
    let (rows, count) = (result.rows, result.columns)
    result.withMutableElements { values in
      for row in 0..<rows {
        for column in 0..<count {
          let product = values[row * count + column]
          let square = max(leftSquares[row] + rightSquares[column] - 2 * product, 0)
          values[row * count + column] = Double.exp(-gamma * square)
        }
      }
    }
    return result
  }

  private func movedBy(_ offsets: [Double]) -> Matrix {
    var result = self
    let (rows, columns) = (rows, columns)
    result.withMutableElements { values in
      for row in 0..<rows {
        for column in 0..<columns { values[row * columns + column] -= offsets[column] }
      }
    }
    return result
  }

  private func rowSquares() -> [Double] { (0..<rows).map { withRow($0) { dot($0, $0) } } }
}
