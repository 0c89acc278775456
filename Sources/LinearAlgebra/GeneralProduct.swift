internal import COpenBLAS

/// `C = A·B + beta·C` on lent memory, for loops that must not allocate. All matrices are row-major and dense; `A` is
/// `rows` x `inner` and `B` `inner` x `columns` after the transpositions that are asked for.
///
/// - Complexity: O(`rows · inner · columns`), by BLAS `dgemm`.
public func generalProduct(
  _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, transposedA transposeA: Bool = false,
  transposedB transposeB: Bool = false, rows: Int, inner: Int, columns: Int, beta: Double = 0,
  into result: UnsafeMutablePointer<Double>
) {
  guard rows > 0, columns > 0, inner > 0 else { return }
  let (m, n, k) = (blasInt(rows), blasInt(columns), blasInt(inner))
  cblas_dgemm(
    CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans, m, n, k, 1,
    a, transposeA ? m : k, b, transposeB ? k : n, beta, result, n)
}
