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
  ///
  /// - Parameter scales: units of the weights, in which changes are compared.
  func refine(
    _ weights: inout [Double], scales: [Double], limit: Int, by solve: ([Double]) throws -> [Double]
  ) rethrows -> Int {
    guard let data else { return 0 }
    func size(_ vector: [Double]) -> Double { norm2(zip(vector, scales).map { $0 / $1 }) }
    // A first correction longer than the weights says that `solve` does not fit the rows.
    var last = 2 * size(weights)
    for step in 0..<limit {
      let correction = try solve(gradient(weights, data))
      let change = size(correction)
      guard change < last / 2 else { return step }
      for index in weights.indices { weights[index] += correction[index] }
      if change <= 1e-16 * size(weights) { return step + 1 }
      last = change
    }
    return limit
  }

  /// `Σ u (x − x̄) r − D w` with the residual `r` of every row, in twice the working precision, so that the
  /// corrections do not lose what the weights have lost.
  ///
  /// - Source: Ogita, Rump, Oishi, "Accurate sum and dot product", SIAM J. Sci. Comput. 26 (2005); Björck,
  ///   "Iterative refinement of linear least squares solutions", BIT 7 (1967).
  private func gradient(_ weights: [Double], _ data: RegressionData) -> [Double] {
    let intercept = targetMean - dot(means, weights)
    var sums = [ExtendedSum](repeating: ExtendedSum(), count: order)
    var total = ExtendedSum()
    for row in 0..<data.count {
      data.features.withRow(row) { values in
        var residual = ExtendedSum(data.target[row])
        residual.add(-intercept)
        for (position, feature) in features.enumerated() {
          residual.add(-weights[position], times: values[feature])
        }
        let share = data.weights?[row] ?? 1
        let (high, low) = (residual.value, residual.remainder)
        total.add(share, times: high)
        total.add(share * low)
        let weighted = share * high
        // What rounding takes from the product of weight and residual, and the residual's own second half.
        let rest = (-weighted).addingProduct(share, high) + share * low
        for (position, feature) in features.enumerated() {
          sums[position].add(values[feature], times: weighted)
          sums[position].add(values[feature] * rest)
        }
      }
    }
    var result = [Double](repeating: 0, count: order)
    for index in result.indices {
      sums[index].add(-means[index], times: total.value)
      if !diagonal.isEmpty { sums[index].add(-diagonal[index], times: weights[index]) }
      result[index] = sums[index].value
    }
    return result
  }

  /// The largest norm of the products of all centred rows, times the root of their weight, with one of the vectors,
  /// penalties included.
  func largestProduct(with vectors: [[Double]]) -> Double {
    guard let data, !vectors.isEmpty else { return 0 }
    var squares = vectors.map { vector in
      diagonal.isEmpty ? 0 : zip(vector, diagonal).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
    }
    var centred = [Double](repeating: 0, count: order)
    let means = exactMeans(data)
    for row in 0..<data.count {
      fillCentred(&centred, row: row, data, means)
      for (index, vector) in vectors.enumerated() {
        let product = dot(centred, vector)
        squares[index] += (data.weights?[row] ?? 1) * product * product
      }
    }
    return squares.reduce(0) { Swift.max($0, $1) }.squareRoot()
  }

  /// What rounding of the values of the columns, times `scales`, leaves open in the product with a vector of length 1.
  ///
  /// A column far from zero is known to the spacing of numbers at its mean, not at its spread.
  func rounding(scaledBy scales: [Double]) -> Double {
    guard let data else { return 0 }
    let weight = data.weights?.reduce(0, +) ?? Double(data.count)
    return Double.ulpOfOne * norm2(zip(means, scales).map { $0 * $1 }) * weight.squareRoot()
  }

  /// The means in two parts: as known, and the mean of what is left after their subtraction, which rounding of a mean
  /// far above the spread leaves in every row. A mean of zero stays, for models without an intercept.
  private func exactMeans(_ data: RegressionData) -> [(known: Double, rest: Double)] {
    var (sums, total) = ([Double](repeating: 0, count: order), 0.0)
    for row in 0..<data.count {
      let share = data.weights?[row] ?? 1
      total += share
      data.features.withRow(row) { values in
        for (position, feature) in features.enumerated() where means[position] != 0 {
          sums[position] += share * (values[feature] - means[position])
        }
      }
    }
    return zip(means, sums).map { ($0, total > 0 ? $1 / total : 0) }
  }

  private func fillCentred(
    _ centred: inout [Double], row: Int, _ data: RegressionData, _ means: [(known: Double, rest: Double)]
  ) {
    data.features.withRow(row) { values in
      for (position, feature) in features.enumerated() {
        centred[position] = values[feature] - means[position].known - means[position].rest
      }
    }
  }

  /// The centred rows, times the root of their weight, above the root of the penalty as a diagonal block; column `i`
  /// times `scales[i]`.
  func rows(scaledBy scales: [Double]) -> (matrix: Matrix, right: [Double]) {
    guard let data else { preconditionFailure("there are no rows") }
    let penalties = diagonal.isEmpty ? 0 : order
    // At least as many rows as features, so that a decomposition has all directions of the features.
    var matrix = Matrix(rows: Swift.max(data.count + penalties, order), columns: order)
    var right = [Double](repeating: 0, count: matrix.rows)
    var centred = [Double](repeating: 0, count: order)
    let means = exactMeans(data)
    for row in 0..<data.count {
      let root = (data.weights?[row] ?? 1).squareRoot()
      fillCentred(&centred, row: row, data, means)
      matrix.setRow(row, zip(centred, scales).map { $0 * root * $1 })
      right[row] = (data.target[row] - targetMean) * root
    }
    for index in 0..<penalties {
      matrix[data.count + index, index] = diagonal[index].squareRoot() * scales[index]
    }
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
