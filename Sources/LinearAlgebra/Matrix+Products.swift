internal import COpenBLAS

extension Matrix {
  /// The product `self * other`.
  ///
  /// - Complexity: O(`rows * columns * other.columns`), by BLAS `dgemm`.
  public func times(_ other: Matrix) -> Matrix {
    var result = Matrix(rows: rows, columns: other.columns)
    multiply(self, other, into: &result)
    return result
  }

  /// The product `selfᵀ * other`.
  public func transposedTimes(_ other: Matrix) -> Matrix {
    precondition(rows == other.rows, "\(rows) rows against \(other.rows)")
    var result = Matrix(rows: columns, columns: other.columns)
    guard result.rows > 0, result.columns > 0, rows > 0 else { return result }
    let (m, n, k) = (blasInt(columns), blasInt(other.columns), blasInt(rows))
    result.storage.withUnsafeMutableBufferPointer {
      cblas_dgemm(
        CblasRowMajor, CblasTrans, CblasNoTrans, m, n, k, 1, elements, m, other.elements, n, 0,
        $0.baseAddress, n)
    }
    return result
  }

  /// The product `self * otherᵀ`.
  public func timesTransposed(_ other: Matrix) -> Matrix {
    precondition(columns == other.columns, "\(columns) columns against \(other.columns)")
    var result = Matrix(rows: rows, columns: other.rows)
    guard rows > 0, other.rows > 0, columns > 0 else { return result }
    let (m, n, k) = (blasInt(rows), blasInt(other.rows), blasInt(columns))
    result.storage.withUnsafeMutableBufferPointer {
      cblas_dgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, 1, elements, k, other.elements, k, 0,
        $0.baseAddress, n)
    }
    return result
  }

  /// The matrix-vector product `self * vector`.
  public func times(_ vector: [Double]) -> [Double] {
    precondition(vector.count == columns, "\(vector.count) elements for \(columns) columns")
    var result = [Double](repeating: 0, count: rows)
    guard rows > 0, columns > 0 else { return result }
    let (m, n) = (blasInt(rows), blasInt(columns))
    result.withUnsafeMutableBufferPointer {
      cblas_dgemv(CblasRowMajor, CblasNoTrans, m, n, 1, elements, n, vector, 1, 0, $0.baseAddress, 1)
    }
    return result
  }

  /// The matrix-vector product `selfᵀ * vector`.
  public func transposedTimes(_ vector: [Double]) -> [Double] {
    precondition(vector.count == rows, "\(vector.count) elements for \(rows) rows")
    var result = [Double](repeating: 0, count: columns)
    guard rows > 0, columns > 0 else { return result }
    let (m, n) = (blasInt(rows), blasInt(columns))
    result.withUnsafeMutableBufferPointer {
      cblas_dgemv(CblasRowMajor, CblasTrans, m, n, 1, elements, n, vector, 1, 0, $0.baseAddress, 1)
    }
    return result
  }

  /// The Gram matrix `selfᵀ * self`, both triangles filled.
  ///
  /// - Complexity: O(`rows * columns²` / 2), by BLAS `dsyrk`.
  public func gram() -> Matrix {
    var result = Matrix(rows: columns, columns: columns)
    guard rows > 0, columns > 0 else { return result }
    let (n, k) = (blasInt(columns), blasInt(rows))
    result.storage.withUnsafeMutableBufferPointer {
      cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, n, k, 1, elements, n, 0, $0.baseAddress, n)
    }
    result.mirrorUpperTriangle()
    return result
  }

  /// The Gram matrix `x̃ᵀx̃` of the rows with a one appended, `x̃ = (x, 1)`, both triangles filled.
  ///
  /// - Complexity: O(`rows * columns²` / 2), by BLAS `dsyrk`.
  public func gramWithOnes() -> Matrix {
    var result = Matrix(rows: columns + 1, columns: columns + 1)
    let sums = transposedTimes([Double](repeating: 1, count: rows))
    let (n, k, order) = (blasInt(columns), blasInt(rows), blasInt(columns + 1))
    result.storage.withUnsafeMutableBufferPointer {
      if rows > 0, columns > 0 {
        cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, n, k, 1, elements, n, 0, $0.baseAddress, order)
      }
      for column in 0..<columns { $0[column * (columns + 1) + columns] = sums[column] }
      $0[(columns + 1) * (columns + 1) - 1] = Double(rows)
    }
    result.mirrorUpperTriangle()
    return result
  }

  /// Adds `factor * x * yᵀ` in place (BLAS `dger`).
  public mutating func addOuterProduct(_ factor: Double, _ x: [Double], _ y: [Double]) {
    precondition(x.count == rows && y.count == columns, "outer product of the wrong shape")
    guard rows > 0, columns > 0 else { return }
    let (m, n) = (blasInt(rows), blasInt(columns))
    storage.withUnsafeMutableBufferPointer {
      cblas_dger(CblasRowMajor, m, n, factor, x, 1, y, 1, $0.baseAddress, n)
    }
  }

  /// Adds `value` to every diagonal element.
  public mutating func addToDiagonal(_ value: Double) {
    for index in 0..<Swift.min(rows, columns) { storage[index * columns + index] += value }
  }

  /// Copies the upper triangle of a square matrix into the lower one.
  mutating func mirrorUpperTriangle() {
    let (order, tile) = (columns, 16)
    storage.withUnsafeMutableBufferPointer { values in
      // Tiles keep both access patterns in the cache.
      for top in stride(from: 0, to: order, by: tile) {
        for left in stride(from: top, to: order, by: tile) {
          for row in top..<Swift.min(top + tile, order) {
            for column in Swift.max(left, row)..<Swift.min(left + tile, order) {
              values[column * order + row] = values[row * order + column]
            }
          }
        }
      }
    }
  }
}

/// Writes `a * b` into `result`, which must have the right shape; no allocation.
public func multiply(_ a: Matrix, _ b: Matrix, into result: inout Matrix) {
  precondition(a.columns == b.rows, "\(a.columns) columns against \(b.rows) rows")
  precondition(result.rows == a.rows && result.columns == b.columns, "result of the wrong shape")
  guard a.rows > 0, b.columns > 0 else { return }
  let (m, n, k) = (blasInt(a.rows), blasInt(b.columns), blasInt(a.columns))
  guard k > 0 else { return result.withMutableElements { $0.update(repeating: 0) } }
  result.withMutableElements {
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a.elements, k, b.elements, n, 0,
      $0.baseAddress, n)
  }
}
