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

/// A dimension as BLAS wants it.
func blasInt(_ value: Int) -> Int32 {
  guard let result = Int32(exactly: value) else {
    preconditionFailure("a dimension of \(value) is beyond the 32-bit BLAS interface")
  }
  return result
}
