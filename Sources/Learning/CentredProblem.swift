import LinearAlgebra

/// Penalised least squares on some of the features, after subtraction of the means.
struct CentredProblem {
  /// Scatter plus penalty, both triangles.
  let matrix: Matrix
  /// Centred cross products.
  let right: [Double]
  /// The rows, when they are at hand.
  let data: RegressionData?
  private let diagonal: [Double]
  private let means: [Double]
  private let targetMean: Double
  private let features: [Int]

  /// Number of features.
  var order: Int { right.count }

  init(_ moments: Moments, diagonal: [Double], features: [Int], data: RegressionData?) {
    var matrix = moments.scatter
    if features.count < moments.columns { matrix = matrix.principal(features) }
    self.diagonal = diagonal.isEmpty ? [] : features.map { diagonal[$0] }
    for (index, value) in self.diagonal.enumerated() { matrix[index, index] += value }
    self.matrix = matrix
    right = features.map { moments.crossProducts[$0] }
    means = features.map { moments.means[$0] }
    targetMean = moments.targetMean
    self.features = features
    self.data = data
  }

  /// The matrix with row and column `i` multiplied by `scales[i]`.
  func scaledMatrix(_ scales: [Double]) -> Matrix {
    var result = matrix
    let order = order
    result.withMutableElements { values in
      for row in 0..<order {
        for column in 0..<order { values[row * order + column] *= scales[row] * scales[column] }
      }
    }
    return result
  }

  /// Adds corrections `solve(gradient)` until they no longer change the weights, with the gradient computed
  /// from the rows; returns the number of steps. Without rows nothing is done.
  func refine(_ weights: inout [Double], limit: Int, by solve: ([Double]) -> [Double]) -> Int {
    guard let data else { return 0 }
    var last = Double.infinity
    for step in 0..<limit {
      let correction = solve(gradient(weights, data))
      let size = norm2(correction)
      guard size < last / 2 else { return step }
      for index in weights.indices { weights[index] += correction[index] }
      if size <= 1e-12 * norm2(weights) { return step + 1 }
      last = size
    }
    return limit
  }

  /// `Σ u (x − x̄) r − D w` with the residual `r` of every row.
  private func gradient(_ weights: [Double], _ data: RegressionData) -> [Double] {
    var result = [Double](repeating: 0, count: order)
    var centred = result
    for row in 0..<data.count {
      fillCentred(&centred, row: row, data)
      let residual = data.target[row] - targetMean - dot(centred, weights)
      axpy((data.weights?[row] ?? 1) * residual, centred, into: &result)
    }
    for (index, value) in diagonal.enumerated() { result[index] -= value * weights[index] }
    return result
  }

  private func fillCentred(_ centred: inout [Double], row: Int, _ data: RegressionData) {
    data.features.withRow(row) { values in
      for (position, feature) in features.enumerated() {
        centred[position] = values[feature] - means[position]
      }
    }
  }

  /// The centred rows, times the root of their weight, above the root of the penalty as a diagonal block.
  func rows() -> (matrix: Matrix, right: [Double]) {
    guard let data else { preconditionFailure("there are no rows") }
    let penalties = diagonal.isEmpty ? 0 : order
    var matrix = Matrix(rows: data.count + penalties, columns: order)
    var right = [Double](repeating: 0, count: matrix.rows)
    var centred = [Double](repeating: 0, count: order)
    for row in 0..<data.count {
      let root = (data.weights?[row] ?? 1).squareRoot()
      fillCentred(&centred, row: row, data)
      matrix.setRow(row, centred.map { $0 * root })
      right[row] = (data.target[row] - targetMean) * root
    }
    for index in 0..<penalties { matrix[data.count + index, index] = diagonal[index].squareRoot() }
    return (matrix, right)
  }
}

extension Matrix {
  /// The rows and columns with the given indices.
  func principal(_ indices: [Int]) -> Matrix {
    var result = Matrix(rows: indices.count, columns: indices.count)
    let (order, from) = (indices.count, columns)
    precondition(indices.allSatisfy { $0 >= 0 && $0 < Swift.min(rows, from) }, "an index outside the matrix")
    withElements { source in
      result.withMutableElements { target in
        indices.withUnsafeBufferPointer { indices in
          for row in 0..<order {
            let base = indices[row] * from
            for column in 0..<order { target[row * order + column] = source[base + indices[column]] }
          }
        }
      }
    }
    return result
  }
}
