/// The weighted first and second moments of features and target: all that a linear fit needs to know of
/// its data, in O(*d*²) memory whatever the number of rows.
///
/// With weights `w`, weighted means `μ` and `ν`:
///
/// ```
/// scatter        = Σ wᵢ (xᵢ − μ)(xᵢ − μ)ᵀ        crossProducts = Σ wᵢ (xᵢ − μ)(yᵢ − ν)
/// targetScatter  = Σ wᵢ (yᵢ − ν)²
/// ```
///
/// Moments of disjoint sets of rows can be added and removed, so a fold or a group of suspicious rows is
/// taken out of a fit without touching the other rows.
///
/// - Source: Chan, Golub, LeVeque, "Algorithms for computing the sample variance", The American
///   Statistician 37 (1983), formulas 2.1.
public struct Moments: Sendable, Hashable {
  /// The number of rows, whatever their weights.
  public internal(set) var rowCount: Int
  /// The sum of the weights; the number of rows if there are none.
  public internal(set) var weight: Double
  /// The weighted mean of every feature (0 without weight).
  public internal(set) var means: [Double]
  /// The weighted mean of the target (0 without weight).
  public internal(set) var targetMean: Double
  /// The centred scatter matrix of the features, *d* x *d*, symmetric, its diagonal at least zero.
  public internal(set) var scatter: Matrix
  /// The centred products of every feature with the target.
  public internal(set) var crossProducts: [Double]
  /// The centred sum of squares of the target.
  public internal(set) var targetScatter: Double

  /// Number of features.
  public var columns: Int { means.count }

  /// The moments of no rows.
  public init(columns: Int) {
    (rowCount, weight, targetMean, targetScatter) = (0, 0, 0, 0)
    means = [Double](repeating: 0, count: columns)
    crossProducts = means
    scatter = Matrix(rows: columns, columns: columns)
  }

  /// The moments of the rows of `features`. The result has the same bits for any number of workers, and
  /// the same as a ``MomentAccumulator`` gives for the same rows in any blocks.
  ///
  /// - Parameters:
  ///   - weights: finite and at least zero, one per row; nil means that all are 1.
  ///   - workers: threads to use; BLAS must be on one thread if it is above 1.
  /// - Throws: ``LinearAlgebraError/notFinite(row:column:)`` (the target counts as the column after the
  ///   last), ``LinearAlgebraError/invalidWeight(row:)``, ``LinearAlgebraError/overflow(what:)``.
  /// - Complexity: O(*n*·*d*²), at the speed of BLAS `dgemm`; O(*d*²) memory.
  public init(
    features: Matrix, target: [Double], weights: [Double]? = nil, workers: Int = 1
  ) throws(LinearAlgebraError) {
    var accumulator = MomentAccumulator(columns: features.columns, workers: workers)
    try accumulator.add(features: features, target: target, weights: weights)
    self = try accumulator.moments()
  }

  /// The moments of rows whose uncentred products are known: `gram` is `Σ x̃x̃ᵀ` and `products` is `Σ x̃y` with
  /// `x̃ = (x, 1)`, so both end with the sums over the constant feature.
  ///
  /// Digits are lost where a mean is much larger than its spread; use it for features near [0, 1].
  public init(gram: Matrix, products: [Double], targetSquares: Double, rowCount: Int) {
    let columns = products.count - 1
    precondition(gram.rows == products.count && gram.columns == products.count, "products of another order")
    self.init(columns: columns)
    self.rowCount = rowCount
    weight = gram[columns, columns]
    let scale = weight > 0 ? 1 / weight : 0
    let (sums, targetSum) = (gram.row(columns), products[columns])
    for column in 0..<columns {
      means[column] = sums[column] * scale
      crossProducts[column] = products[column] - means[column] * targetSum
    }
    targetMean = targetSum * scale
    targetScatter = Swift.max(targetSquares - targetMean * targetSum, 0)
    scatter.withMutableElements { scatter in
      gram.withElements { gram in
        for row in 0..<columns {
          let factor = sums[row] * scale
          for column in 0..<columns {
            scatter[row * columns + column] = gram[row * (columns + 1) + column] - factor * sums[column]
          }
          scatter[row * columns + row] = Swift.max(scatter[row * columns + row], 0)
        }
      }
    }
  }

  /// Adds the moments of other rows.
  ///
  /// - Complexity: O(*d*²).
  public mutating func add(_ other: Moments) {
    mergeUpperTriangle(other)
    scatter.mirrorUpperTriangle()
  }

  /// Takes out the moments of rows that are part of this set.
  ///
  /// Cancellation loses digits when the rows that remain are few or of much smaller spread than those
  /// taken out; compute the moments of the remaining rows afresh then.
  ///
  /// - Complexity: O(*d*²).
  public mutating func remove(_ other: Moments) {
    precondition(other.columns == columns, "\(other.columns) columns taken out of \(columns)")
    precondition(other.rowCount <= rowCount, "\(other.rowCount) rows taken out of \(rowCount)")
    let (rest, rows) = (weight - other.weight, rowCount - other.rowCount)
    guard rows > 0, rest > 0 else {
      self = Moments(columns: columns)
      rowCount = rows
      return
    }
    if other.weight > 0 {
      let ratio = other.weight / rest
      for index in means.indices { means[index] -= ratio * (other.means[index] - means[index]) }
      targetMean -= ratio * (other.targetMean - targetMean)
      combineScatter(other, sign: -1, spread: rest * other.weight / weight)
      scatter.mirrorUpperTriangle()
    }
    (weight, rowCount) = (rest, rows)
  }

  /// Adds other moments, leaving the lower triangle of `scatter` undefined.
  mutating func mergeUpperTriangle(_ other: Moments) {
    precondition(other.columns == columns, "\(other.columns) columns added to \(columns)")
    let rows = rowCount + other.rowCount
    defer { rowCount = rows }
    guard other.weight > 0 else { return }
    guard weight > 0 else {
      self = other
      return
    }
    let total = weight + other.weight
    combineScatter(other, sign: 1, spread: weight * (other.weight / total))
    let share = other.weight / total
    for index in means.indices { means[index] += share * (other.means[index] - means[index]) }
    targetMean += share * (other.targetMean - targetMean)
    weight = total
  }

  /// Adds `sign · (S + spread · δδᵀ)` to the upper triangle, where `S` are the second moments of `other`
  /// and `δ` the difference of the means of the two disjoint sets.
  private mutating func combineScatter(_ other: Moments, sign: Double, spread: Double) {
    let count = columns
    let shift = (0..<count).map { other.means[$0] - means[$0] }
    let targetShift = other.targetMean - targetMean
    shift.withUnsafeBufferPointer { shift in
      other.scatter.withElements { source in
        scatter.withMutableElements { target in
          for row in 0..<count {
            let factor = spread * shift[row]
            let start = row * count
            for column in row..<count {
              target[start + column] += sign * (source[start + column] + factor * shift[column])
            }
            target[start + row] = Swift.max(target[start + row], 0)
          }
        }
      }
    }
    for index in 0..<count {
      crossProducts[index] += sign * (other.crossProducts[index] + spread * shift[index] * targetShift)
    }
    targetScatter += sign * (other.targetScatter + spread * targetShift * targetShift)
    targetScatter = Swift.max(targetScatter, 0)
  }
}
