extension Cholesky {
  /// Replaces the factor of `A` by that of `A + xxᵀ`, by one Givens rotation per column.
  ///
  /// - Complexity: O(*n*²).
  /// - Source: Dongarra, Bunch, Moler, Stewart, "LINPACK Users' Guide" (1979), chapter 10 (`dchud`).
  public mutating func update(_ x: [Double]) {
    precondition(x.count == order, "\(x.count) elements for order \(order)")
    let order = order
    var cosines = [Double](repeating: 1, count: order)
    var sines = [Double](repeating: 0, count: order)
    knownNorm = nil
    factor.withMutableElements { values in
      for row in 0..<order {
        var carried = x[row]
        let start = row * order
        for column in 0..<row {
          let old = values[start + column]
          values[start + column] = cosines[column] * old + sines[column] * carried
          carried = cosines[column] * carried - sines[column] * old
        }
        let diagonal = values[start + row]
        let length = hypotenuse(diagonal, carried)
        (cosines[row], sines[row]) = (diagonal / length, carried / length)
        values[start + row] = length
      }
    }
  }

  /// Replaces the factor of `A` by that of `A − xxᵀ`. On failure the factor stays as it was.
  ///
  /// Downdating loses digits when `A − xxᵀ` is nearly singular: the relative error grows with
  /// `1 / (1 − xᵀA⁻¹x)`.
  ///
  /// - Throws: ``LinearAlgebraError/notPositiveDefinite(minor:)`` when `A − xxᵀ` is not positive definite,
  ///   ``LinearAlgebraError/notFinite(row:column:)`` when `x` is not finite.
  /// - Complexity: O(*n*²).
  /// - Source: Dongarra, Bunch, Moler, Stewart, "LINPACK Users' Guide" (1979), chapter 10 (`dchdd`).
  public mutating func downdate(_ x: [Double]) throws(LinearAlgebraError) {
    precondition(x.count == order, "\(x.count) elements for order \(order)")
    try checkFinite(x)
    var sines = solveLower(x)
    var remainder = 1.0
    for index in sines.indices {
      remainder -= sines[index] * sines[index]
      guard remainder > 0 else { throw .notPositiveDefinite(minor: index + 1) }
    }
    var cosines = [Double](repeating: 0, count: order)
    var length = remainder.squareRoot()
    for index in sines.indices.reversed() {
      let next = hypotenuse(length, sines[index])
      cosines[index] = length / next
      sines[index] /= next
      length = next
    }
    knownNorm = nil
    rotateRows(cosines, sines)
  }

  /// Applies the rotations of a downdate to every row, from the diagonal to the left.
  private mutating func rotateRows(_ cosines: [Double], _ sines: [Double]) {
    let order = order
    factor.withMutableElements { values in
      for row in 0..<order {
        var carried = 0.0
        for column in stride(from: row, through: 0, by: -1) {
          let old = values[row * order + column]
          values[row * order + column] = cosines[column] * old - sines[column] * carried
          carried = cosines[column] * carried + sines[column] * old
        }
      }
    }
  }
}

/// `√(a² + b²)` without overflow, from correctly rounded operations only.
func hypotenuse(_ a: Double, _ b: Double) -> Double {
  let (large, small) = (Swift.max(a.magnitude, b.magnitude), Swift.min(a.magnitude, b.magnitude))
  guard large > 0, large.isFinite else { return large }
  let ratio = small / large
  return large * (1 + ratio * ratio).squareRoot()
}
