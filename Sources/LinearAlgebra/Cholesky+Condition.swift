internal import COpenBLAS

extension Cholesky {
  /// An estimate of `1 / (‖A‖₁ ‖A⁻¹‖₁)`, from zero (singular) to one, for the factorised matrix with the given
  /// 1-norm (LAPACK `dpocon`).
  ///
  /// - Complexity: O(*n*²).
  public func reciprocalCondition(oneNorm: Double) -> Double {
    var (n, info, norm, result) = (blasInt(order), Int32(0), oneNorm, 0.0)
    guard n > 0 else { return 1 }
    var work = [Double](repeating: 0, count: 3 * order)
    var integerWork = [Int32](repeating: 0, count: order)
    factor.withElements {
      dpocon_("U", &n, $0.baseAddress, &n, &norm, &result, &work, &integerWork, &info)
    }
    return result
  }
}
