internal import COpenBLAS

/// The inner product `Σ xᵢ yᵢ` of two vectors of equal length.
public func dot(_ x: [Double], _ y: [Double]) -> Double {
  x.withUnsafeBufferPointer { x in y.withUnsafeBufferPointer { dot(x, $0) } }
}

/// The inner product of two lent vectors of equal length.
public func dot(_ x: UnsafeBufferPointer<Double>, _ y: UnsafeBufferPointer<Double>) -> Double {
  precondition(x.count == y.count, "inner product of \(x.count) and \(y.count) elements")
  return cblas_ddot(blasInt(x.count), x.baseAddress, 1, y.baseAddress, 1)
}

/// The inner product of a lent vector and an array of equal length.
public func dot(_ x: UnsafeBufferPointer<Double>, _ y: [Double]) -> Double {
  y.withUnsafeBufferPointer { dot(x, $0) }
}

/// Adds `factor * x` to `y` in place.
public func axpy(_ factor: Double, _ x: UnsafeBufferPointer<Double>, into y: inout [Double]) {
  precondition(x.count == y.count, "axpy of \(x.count) into \(y.count) elements")
  let count = blasInt(x.count)
  y.withUnsafeMutableBufferPointer { cblas_daxpy(count, factor, x.baseAddress, 1, $0.baseAddress, 1) }
}

/// Adds `factor * x` to `y` in place.
public func axpy(_ factor: Double, _ x: [Double], into y: inout [Double]) {
  x.withUnsafeBufferPointer { axpy(factor, $0, into: &y) }
}

/// The Euclidean norm, safe against overflow.
public func norm2(_ x: [Double]) -> Double {
  x.withUnsafeBufferPointer { cblas_dnrm2(blasInt($0.count), $0.baseAddress, 1) }
}

/// Whether no value is NaN or infinite. One pass without branches, which the compiler vectorises.
func allFinite(_ values: UnsafeBufferPointer<Double>) -> Bool {
  // The exponent of NaN and infinity is all ones, so adding its lowest bit carries into the sign bit.
  var carry: UInt64 = 0
  for value in values {
    carry |= (value.bitPattern & 0x7ff0_0000_0000_0000) &+ 0x0010_0000_0000_0000
  }
  return carry >> 63 == 0
}

/// Throws for the first NaN or infinity of a vector, which counts as one column.
func checkFinite(_ values: [Double]) throws(LinearAlgebraError) {
  if values.withUnsafeBufferPointer(allFinite) { return }
  guard let row = values.firstIndex(where: { !$0.isFinite }) else { return }
  throw .notFinite(row: row, column: 0)
}

/// A dimension as BLAS wants it.
func blasInt(_ value: Int) -> Int32 {
  guard let result = Int32(exactly: value) else {
    preconditionFailure("a dimension of \(value) is beyond the 32-bit BLAS interface")
  }
  return result
}
