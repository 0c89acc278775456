import LinearAlgebra

/// Ridge regression for many penalties from one eigenvalue decomposition of the centred scatter.
///
/// - Complexity: O(*d*³) once, then O(*d*²) for each penalty.
struct RidgePath {
  private let moments: Moments
  private let eigen: SymmetricEigen
  /// The cross products in the basis of the eigenvectors.
  private let rotated: [Double]

  init(_ moments: Moments) throws {
    self.moments = moments
    eigen = try SymmetricEigen(moments.scatter)
    rotated = eigen.vectors.transposedTimes(moments.crossProducts)
  }

  /// The model of every penalty, each above zero.
  func models(_ penalties: [Double]) -> [LinearModel] {
    penalties.map { penalty in
      let shrunk = zip(rotated, eigen.values).map { $0 / (Swift.max($1, 0) + penalty) }
      let weights = eigen.vectors.times(shrunk)
      return LinearModel(weights: weights, intercept: moments.intercept(weights))
    }
  }
}
