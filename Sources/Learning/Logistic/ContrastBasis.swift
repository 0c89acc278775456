/// Orthonormal coordinates for the vectors of `classes` numbers that sum to zero (Helmert contrasts).
///
/// The scores of a softmax model matter only up to a common number, so its weights live in these coordinates:
/// one fewer than classes, the same squared norm, and a Hessian that is not singular.
struct ContrastBasis: Sendable {
  let classes: Int
  /// One column per contrast: `classes * (classes − 1)` values, row-major.
  let values: [Double]

  var count: Int { classes - 1 }

  init(classes: Int) {
    self.classes = classes
    let count = classes - 1
    var values = [Double](repeating: 0, count: classes * count)
    for contrast in 0..<count {
      let size = Double(contrast + 1)
      let scale = 1 / (size * (size + 1)).squareRoot()
      for row in 0...contrast { values[row * count + contrast] = scale }
      values[(contrast + 1) * count + contrast] = -size * scale
    }
    self.values = values
  }

  /// Vectors of `length` numbers for every class from those for every contrast.
  func expand(_ contrasts: [Double], length: Int) -> [Double] {
    var result = [Double](repeating: 0, count: classes * length)
    for row in 0..<classes {
      for contrast in 0..<count {
        let factor = values[row * count + contrast]
        guard factor != 0 else { continue }
        for index in 0..<length {
          result[row * length + index] += factor * contrasts[contrast * length + index]
        }
      }
    }
    return result
  }

  /// The contrasts of vectors of `length` numbers for every class; the adjoint of ``expand(_:length:)``.
  func contract(_ vectors: [Double], length: Int) -> [Double] {
    var result = [Double](repeating: 0, count: count * length)
    for row in 0..<classes {
      for contrast in 0..<count {
        let factor = values[row * count + contrast]
        guard factor != 0 else { continue }
        for index in 0..<length {
          result[contrast * length + index] += factor * vectors[row * length + index]
        }
      }
    }
    return result
  }
}
