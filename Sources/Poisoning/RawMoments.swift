public import Learning
public import LinearAlgebra

/// The uncentred products of a training set with a column of ones: `Σ x̃x̃ᵀ`, `Σ x̃y` and `Σ y²` with `x̃ = (x, 1)`.
///
/// Uncentred sums change by plain addition when a row enters or leaves, which is what attacks and trimming
/// defences do all the time; features are scaled to [0, 1] there, so that nothing cancels.
public struct RawMoments: Sendable {
  /// `Σ x̃x̃ᵀ`, of order `d + 1`.
  public private(set) var gram: Matrix
  /// `Σ x̃y`, with `d + 1` elements.
  public private(set) var cross: [Double]
  /// `Σ y²`.
  public private(set) var targetSquares: Double
  /// Number of rows.
  public private(set) var count: Int

  /// The products of all rows of `data`, each counted once.
  public init(_ data: RegressionData) {
    gram = data.features.gramWithOnes()
    cross = data.features.transposedTimes(data.target) + [data.target.reduce(0, +)]
    targetSquares = dot(data.target, data.target)
    count = data.count
  }

  /// Adds `multiplicity` copies of one row; a negative number removes them.
  ///
  /// - Complexity: O(*k*²) for *k* non-zero features.
  public mutating func add(_ row: UnsafeBufferPointer<Double>, target: Double, multiplicity: Int = 1) {
    let factor = Double(multiplicity)
    let order = gram.columns
    precondition(row.count + 1 == order, "\(row.count) features for moments of order \(order)")
    var support = row.indices.filter { row[$0] != 0 }
    support.append(order - 1)
    let values = support.map { $0 == order - 1 ? 1 : row[$0] }
    gram.withMutableElements { gram in
      for (i, a) in zip(support, values) {
        let scaled = factor * a
        for (j, b) in zip(support, values) { gram[i * order + j] += scaled * b }
      }
    }
    for (i, a) in zip(support, values) { cross[i] += factor * a * target }
    targetSquares += factor * target * target
    count += multiplicity
  }

  /// Adds all rows of `data`.
  public mutating func add(_ data: RegressionData) {
    for row in 0..<data.count { data.features.withRow(row) { add($0, target: data.target[row]) } }
  }

  /// The same moments about their means, for learners.
  public var centred: Moments {
    Moments(gram: gram, products: cross, targetSquares: targetSquares, rowCount: count)
  }
}
