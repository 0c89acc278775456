internal import COpenBLAS

extension Matrix {
  /// Writes the products of some rows with several weight vectors: `result[i, k] = row(i) · weights[k]` for the
  /// rows of `range`, one vector of `columns` weights after the other. No allocation.
  ///
  /// - Parameters:
  ///   - range: the rows, which lie in the matrix.
  ///   - weights: `count * columns` values.
  ///   - count: how many vectors there are.
  ///   - result: `range.count * count` values, the products of a row next to each other.
  public func multiplyRows(
    _ range: Range<Int>, by weights: UnsafeBufferPointer<Double>, count: Int,
    into result: UnsafeMutableBufferPointer<Double>
  ) {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
    precondition(weights.count >= count * columns, "\(weights.count) weights for \(count) x \(columns)")
    precondition(result.count >= range.count * count, "\(result.count) places for \(range.count) x \(count)")
    guard !range.isEmpty, count > 0 else { return }
    guard columns > 0 else { return result[0..<range.count * count].update(repeating: 0) }
    let (m, n, k) = (blasInt(range.count), blasInt(count), blasInt(columns))
    withElements { elements in
      guard let source = elements.baseAddress else { return }
      let first = source + range.lowerBound * columns
      if count == 1, !WeightedGram.isSmallFast {
        cblas_dgemv(
          CblasRowMajor, CblasNoTrans, m, k, 1, first, k, weights.baseAddress, 1, 0, result.baseAddress, 1)
        return
      }
      cblas_dgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, 1, first, k, weights.baseAddress, k, 0,
        result.baseAddress, n)
    }
  }

  /// Adds the sums of some rows, weighted in several ways: `sums[k] += Σ factors[i, k] · row(i)`, one vector of
  /// `columns` sums after the other. No allocation.
  ///
  /// - Parameters:
  ///   - range: the rows, which lie in the matrix.
  ///   - factors: `range.count * count` values, the factors of a row next to each other.
  ///   - count: how many sums there are.
  ///   - sums: `count * columns` values, changed in place.
  public func addRows(
    _ range: Range<Int>, times factors: UnsafeBufferPointer<Double>, count: Int,
    to sums: UnsafeMutableBufferPointer<Double>
  ) {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
    precondition(factors.count >= range.count * count, "\(factors.count) factors for \(range.count) rows")
    precondition(sums.count >= count * columns, "\(sums.count) sums for \(count) x \(columns)")
    guard !range.isEmpty, count > 0, columns > 0 else { return }
    let (m, n, k) = (blasInt(range.count), blasInt(count), blasInt(columns))
    withElements { elements in
      guard let source = elements.baseAddress else { return }
      let first = source + range.lowerBound * columns
      if count == 1, !WeightedGram.isSmallFast {
        cblas_dgemv(
          CblasRowMajor, CblasTrans, m, k, 1, first, k, factors.baseAddress, 1, 1, sums.baseAddress, 1)
        return
      }
      cblas_dgemm(
        CblasRowMajor, CblasTrans, CblasNoTrans, n, k, m, 1, factors.baseAddress, n, first, k, 1,
        sums.baseAddress, k)
    }
  }
}
