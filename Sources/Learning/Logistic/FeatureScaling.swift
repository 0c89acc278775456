import LinearAlgebra

/// The shift and scale of every feature in which a solver works: about zero mean and unit deviation. The optimum
/// does not depend on them, so they are estimated from a sample of the rows. Features that are constant over all
/// rows get the scale zero, which takes them out of the fit.
struct FeatureScaling: Sendable {
  let shift: [Double]
  /// Factors of the features, their inverse deviations.
  let inverse: [Double]

  /// Rows that are looked at.
  private static let sampleRows = 4096

  init(_ features: Matrix) {
    let step = Self.step(features.rows)
    let columns = features.columns
    var (sums, squares) = ([Double](repeating: 0, count: columns), [Double](repeating: 0, count: columns))
    let base = features.rows > 0 ? features.row(0) : sums
    for row in stride(from: 0, to: features.rows, by: step) {
      features.withRow(row) { values in
        for column in 0..<columns {
          let value = values[column] - base[column]
          sums[column] += value
          squares[column] += value * value
        }
      }
    }
    self.init(features, base: base, sums: sums, squares: squares)
  }

  /// The scaling of features whose rows are known without their zeros.
  init(_ features: Matrix, _ rows: SparseRows) {
    let (sums, squares) = rows.columnSums(every: Self.step(features.rows))
    self.init(features, base: [Double](repeating: 0, count: features.columns), sums: sums, squares: squares)
  }

  /// From the sums of `x − base` and its square over the rows that are looked at.
  private init(_ features: Matrix, base: [Double], sums: [Double], squares: [Double]) {
    let step = Self.step(features.rows)
    let count = Double((features.rows + step - 1) / step)
    var (shift, inverse) = (base, [Double](repeating: 1, count: base.count))
    for column in base.indices where count > 0 {
      let mean = sums[column] / count
      shift[column] += mean
      let variance = squares[column] / count - mean * mean
      if variance > 1e-12 * (squares[column] / count), variance.isFinite {
        inverse[column] = 1 / variance.squareRoot()
      } else if Self.isConstant(features, column) {
        inverse[column] = 0
        shift[column] = features[0, column]
      }
    }
    (self.shift, self.inverse) = (shift, inverse)
  }

  private init(shift: [Double], inverse: [Double]) { (self.shift, self.inverse) = (shift, inverse) }

  /// Scales without a shift for models without an intercept: the root mean squares, so that a constant feature stays.
  var throughOrigin: FeatureScaling {
    let inverse = zip(shift, inverse).map { shift, inverse in
      let deviation = inverse > 0 ? 1 / inverse : 0
      let size = (deviation * deviation + shift * shift).squareRoot()
      return size > 0 ? 1 / size : 0
    }
    return FeatureScaling(shift: [Double](repeating: 0, count: shift.count), inverse: inverse)
  }

  /// The same scales without a shift.
  var uncentred: FeatureScaling {
    FeatureScaling(shift: [Double](repeating: 0, count: shift.count), inverse: inverse)
  }

  /// Distance of the rows that are looked at.
  private static func step(_ rows: Int) -> Int { max(1, rows / sampleRows) }

  private static func isConstant(_ features: Matrix, _ column: Int) -> Bool {
    let (rows, columns) = (features.rows, features.columns)
    return features.withElements { values in
      var row = 1
      while row < rows, values[row * columns + column] == values[column] { row += 1 }
      return row >= rows
    }
  }

  var columns: Int { shift.count }

  /// Weights and intercepts of the raw features from those of the scaled ones, all outputs at once: rows of
  /// `columns` weights and an intercept.
  func raw(_ scaled: [Double], outputs: Int) -> (weights: [Double], intercepts: [Double]) {
    var weights = [Double](repeating: 0, count: outputs * columns)
    var intercepts = [Double](repeating: 0, count: outputs)
    for output in 0..<outputs {
      let from = output * (columns + 1)
      var intercept = scaled[from + columns]
      for column in 0..<columns {
        let weight = scaled[from + column] * inverse[column]
        weights[output * columns + column] = weight
        intercept -= weight * shift[column]
      }
      intercepts[output] = intercept
    }
    return (weights, intercepts)
  }

  /// The inverse of ``raw(_:outputs:)``.
  func scaled(weights: [Double], intercepts: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: intercepts.count * (columns + 1))
    for output in intercepts.indices {
      let to = output * (columns + 1)
      var intercept = intercepts[output]
      for column in 0..<columns {
        let weight = weights[output * columns + column]
        result[to + column] = inverse[column] > 0 ? weight / inverse[column] : 0
        intercept += weight * shift[column]
      }
      result[to + columns] = intercept
    }
    return result
  }

  /// The gradient for scaled weights from sums `Σ r x` and `Σ r` over the raw features, laid out as the weights.
  func gradient(sums: [Double], totals: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: totals.count * (columns + 1))
    for output in totals.indices {
      let to = output * (columns + 1)
      for column in 0..<columns {
        let sum = sums[output * columns + column] - shift[column] * totals[output]
        result[to + column] = sum * inverse[column]
      }
      result[to + columns] = totals[output]
    }
    return result
  }
}
