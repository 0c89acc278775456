internal import RealModule

/// The discrete Fourier transform of a sequence whose length is a power of two.
///
/// - Complexity: O(*n* log *n*), by iterated halving in place.
/// - Source: Cooley and Tukey, "An algorithm for the machine calculation of complex Fourier series", Mathematics of
///   Computation 19 (1965).
struct FourierTransform {
  private let size: Int
  private let cosines: [Double]
  private let sines: [Double]

  /// A transform of sequences of `size` numbers, a power of two.
  init(size: Int) {
    precondition(size > 0 && size & (size - 1) == 0, "a size of \(size)")
    self.size = size
    let angles = (0..<max(size / 2, 1)).map { -2 * Double.pi * Double($0) / Double(size) }
    cosines = angles.map { Double.cos($0) }
    sines = angles.map { Double.sin($0) }
  }

  /// Transforms real and imaginary parts in place; the inverse is not divided by the size.
  func transform(_ real: inout [Double], _ imaginary: inout [Double], isInverse: Bool = false) {
    precondition(real.count == size && imaginary.count == size, "a sequence of another size")
    real.withUnsafeMutableBufferPointer { real in
      imaginary.withUnsafeMutableBufferPointer { imaginary in
        permute(real, imaginary)
        var width = 2
        while width <= size {
          butterflies(real, imaginary, width: width, sign: isInverse ? -1 : 1)
          width *= 2
        }
      }
    }
  }

  /// Puts every element where its index with reversed bits is.
  private func permute(
    _ real: UnsafeMutableBufferPointer<Double>, _ imaginary: UnsafeMutableBufferPointer<Double>
  ) {
    var reversed = 0
    for index in 1..<max(size, 1) {
      var bit = size >> 1
      while reversed & bit != 0 {
        reversed ^= bit
        bit >>= 1
      }
      reversed |= bit
      if index < reversed {
        real.swapAt(index, reversed)
        imaginary.swapAt(index, reversed)
      }
    }
  }

  private func butterflies(
    _ real: UnsafeMutableBufferPointer<Double>, _ imaginary: UnsafeMutableBufferPointer<Double>, width: Int,
    sign: Double
  ) {
    let (half, step) = (width / 2, size / width)
    for start in stride(from: 0, to: size, by: width) {
      for offset in 0..<half {
        let (one, other) = (start + offset, start + offset + half)
        let (cosine, sine) = (cosines[offset * step], sign * sines[offset * step])
        let r = real[other] * cosine - imaginary[other] * sine
        let i = real[other] * sine + imaginary[other] * cosine
        (real[other], imaginary[other]) = (real[one] - r, imaginary[one] - i)
        (real[one], imaginary[one]) = (real[one] + r, imaginary[one] + i)
      }
    }
  }
}

/// The `power`-fold convolution of `values` with themselves, on a circle of `size` places (a power of two).
///
/// Errors are about 1e-16 times the sum of the values, in every place.
public func circularConvolutionPower(_ values: [Double], power: Int, size: Int) -> [Double] {
  precondition(values.count <= size && power >= 1, "\(values.count) values on a circle of \(size)")
  let transform = FourierTransform(size: size)
  var real = values + [Double](repeating: 0, count: size - values.count)
  var imaginary = [Double](repeating: 0, count: size)
  transform.transform(&real, &imaginary)
  for index in 0..<size {
    (real[index], imaginary[index]) = complexPower(real[index], imaginary[index], power)
  }
  transform.transform(&real, &imaginary, isInverse: true)
  return real.map { $0 / Double(size) }
}

/// The circular convolution of two sequences on `size` places (a power of two).
public func circularConvolution(_ left: [Double], _ right: [Double], size: Int) -> [Double] {
  precondition(max(left.count, right.count) <= size, "sequences longer than a circle of \(size)")
  let transform = FourierTransform(size: size)
  // Two real sequences as one complex one; its square has twice their product as imaginary part.
  var real = left + [Double](repeating: 0, count: size - left.count)
  var imaginary = right + [Double](repeating: 0, count: size - right.count)
  transform.transform(&real, &imaginary)
  for index in 0..<size {
    (real[index], imaginary[index]) = complexPower(real[index], imaginary[index], 2)
  }
  transform.transform(&real, &imaginary, isInverse: true)
  return imaginary.map { $0 / (2 * Double(size)) }
}

/// A whole power of a complex number, by repeated squaring.
private func complexPower(_ real: Double, _ imaginary: Double, _ power: Int) -> (Double, Double) {
  var (result, base, left) = ((1.0, 0.0), (real, imaginary), power)
  while left > 0 {
    if left & 1 == 1 {
      result = (result.0 * base.0 - result.1 * base.1, result.0 * base.1 + result.1 * base.0)
    }
    base = (base.0 * base.0 - base.1 * base.1, 2 * base.0 * base.1)
    left >>= 1
  }
  return result
}
