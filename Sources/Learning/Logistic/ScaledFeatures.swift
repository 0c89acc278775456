import LinearAlgebra

/// Features with the scaling in which a solver works, and without their zeros where most are zero.
struct ScaledFeatures: Sendable {
  let matrix: Matrix
  let scaling: FeatureScaling
  private let sparse: SparseRows?

  /// Means beyond so many deviations would cost digits if they were not taken out.
  private static let largestMean = 1000.0

  var columns: Int { matrix.columns }

  /// Features for a model with or without an intercept.
  init(_ matrix: Matrix, intercept: Bool = true) {
    if let sparse = SparseRows(matrix) {
      let scaling = FeatureScaling(matrix, sparse)
      guard intercept else {
        self.init(matrix, scaling.throughOrigin, sparse)
        return
      }
      if zip(scaling.shift, scaling.inverse).allSatisfy({ abs($0 * $1) <= Self.largestMean }) {
        self.init(matrix, scaling.uncentred, sparse)
        return
      }
    }
    let scaling = FeatureScaling(matrix)
    self.init(matrix, intercept ? scaling : scaling.throughOrigin, nil)
  }

  private init(_ matrix: Matrix, _ scaling: FeatureScaling, _ sparse: SparseRows?) {
    (self.matrix, self.scaling, self.sparse) = (matrix, scaling, sparse)
  }

  /// Some of the rows in the same scaling.
  func rows(at indices: [Int]) -> ScaledFeatures {
    ScaledFeatures(matrix.rows(at: indices), scaling, sparse?.rows(at: indices))
  }

  /// See ``Matrix/multiplyRows(_:by:count:into:)``.
  func multiplyRows(
    _ range: Range<Int>, by weights: UnsafeBufferPointer<Double>, count: Int,
    into result: UnsafeMutableBufferPointer<Double>
  ) {
    if let sparse {
      sparse.multiplyRows(range, by: weights, count: count, into: result)
    } else {
      matrix.multiplyRows(range, by: weights, count: count, into: result)
    }
  }

  /// See ``Matrix/addRows(_:times:count:to:)``.
  func addRows(
    _ range: Range<Int>, times factors: UnsafeBufferPointer<Double>, count: Int,
    to sums: UnsafeMutableBufferPointer<Double>
  ) {
    if let sparse {
      sparse.addRows(range, times: factors, count: count, to: sums)
    } else {
      matrix.addRows(range, times: factors, count: count, to: sums)
    }
  }

  /// Adds weighted products of at most ``WeightedGram/tileRows`` rows.
  func add(_ range: Range<Int>, weights: UnsafeBufferPointer<Double>, to gram: inout WeightedGram) {
    if let sparse {
      gram.add(sparse, range, weights: weights)
    } else {
      gram.add(matrix, range, weights: weights)
    }
  }

  /// Mean number of elements of a row that a product touches.
  var width: Double { sparse.map { Double($0.entryCount) / Double(max($0.rows, 1)) } ?? Double(columns) }

  var isSparse: Bool { sparse != nil }
}
