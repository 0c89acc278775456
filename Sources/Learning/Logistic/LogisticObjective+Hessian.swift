import LinearAlgebra
import RealModule

extension LogisticObjective {
  /// Pairs of contrasts, each with a block of the Hessian.
  private var pairs: Int { contrasts * (contrasts + 1) / 2 }

  /// From rough times for a row: the passes over the features and exponentials of a gradient against the weighted
  /// products and the share of the factorisation of a Hessian, in nanoseconds.
  var hessianCost: Double {
    let (columns, rows) = (features.width + 1, Double(max(labels.count, 1)))
    let isInMemory = columns * rows > 2e5
    let element = features.isSparse ? 2.0 : 0.08
    let pass = columns * (isInMemory ? 0.6 : 0.2) + Double(outputs) * (10 + element * columns)
    let product = features.isSparse ? columns * columns / 2 : columns * columns / 60 + 0.2 * columns
    let products = Double(pairs) * product
    let order = Double(order)
    return (products + order * order * order / 60 / rows) / pass + 0.5
  }

  func hessian(at point: [Double]) -> Matrix {
    let (weights, intercepts) = rawParameters(point)
    // At most eight partial sums, whatever their size.
    let share = (labels.count + 7) / 8
    let tiles = (share + WeightedGram.tileRows - 1) / WeightedGram.tileRows
    let size = max(11, tiles) * WeightedGram.tileRows
    let partials = chunks(of: size) { rows in gram(rows, weights, intercepts) }
    var result = Matrix(rows: order, columns: order)
    guard var total = partials.first else { return result }
    for partial in partials.dropFirst() { total.add(partial) }
    assemble(total, into: &result)
    return result
  }

  /// The weighted products of a block of rows, one set for each pair of contrasts.
  private func gram(_ rows: Range<Int>, _ weights: [Double], _ intercepts: [Double]) -> WeightedGram {
    var result = WeightedGram(shift: scaling.shift, scale: scaling.inverse, sets: pairs)
    let capacity = WeightedGram.tileRows * (outputs + pairs)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: capacity) { memory in
      memory.initialize(repeating: 0)
      let half = WeightedGram.tileRows * outputs
      let scores = UnsafeMutableBufferPointer(rebasing: memory[0..<half])
      let curvatures = UnsafeMutableBufferPointer(rebasing: memory[half..<capacity])
      forEachTile(rows, WeightedGram.tileRows, weights, scores) { tile in
        if outputs == 1 {
          binaryCurvatures(scores, tile, intercepts[0], curvatures)
        } else {
          softmaxCurvatures(scores, tile, intercepts, curvatures)
        }
        features.add(tile, weights: UnsafeBufferPointer(curvatures), to: &result)
      }
    }
    return result
  }

  /// `u p (1 − p)` of every row.
  private func binaryCurvatures(
    _ scores: UnsafeMutableBufferPointer<Double>, _ rows: Range<Int>, _ intercept: Double,
    _ curvatures: UnsafeMutableBufferPointer<Double>
  ) {
    for (index, row) in rows.enumerated() {
      let tail = Double.exp(-abs(scores[index] + intercept))
      curvatures[index] = (weights?[row] ?? 1) * tail / ((1 + tail) * (1 + tail))
    }
  }

  /// `u Cᵀ(diag(p) − ppᵀ)C` of every row, pair after pair, with the contrasts `C`.
  private func softmaxCurvatures(
    _ scores: UnsafeMutableBufferPointer<Double>, _ rows: Range<Int>, _ intercepts: [Double],
    _ curvatures: UnsafeMutableBufferPointer<Double>
  ) {
    guard let basis else { return }
    let (classes, count) = (basis.classes, basis.count)
    var means = [Double](repeating: 0, count: count)
    basis.values.withUnsafeBufferPointer { basis in
      for (index, row) in rows.enumerated() {
        let values = UnsafeMutableBufferPointer(rebasing: scores[index * classes..<(index + 1) * classes])
        let scale = 1 / Self.exponentiate(values, intercepts, 0).sum
        for contrast in 0..<count {
          var mean = 0.0
          for output in 0...contrast + 1 { mean += values[output] * basis[output * count + contrast] }
          means[contrast] = mean * scale
        }
        var pair = 0
        for left in 0..<count {
          for right in left..<count {
            var sum = 0.0
            // A contrast is zero beyond its own class.
            for output in 0...left + 1 {
              sum += values[output] * basis[output * count + left] * basis[output * count + right]
            }
            let curvature = sum * scale - means[left] * means[right]
            curvatures[pair * rows.count + index] = (weights?[row] ?? 1) * curvature
            pair += 1
          }
        }
      }
    }
  }

  /// Puts the blocks of all pairs into the lower triangle and adds the penalty.
  private func assemble(_ gram: WeightedGram, into result: inout Matrix) {
    let (width, order) = (features.columns + 1, order)
    var pair = 0
    result.withMutableElements { target in
      for left in 0..<contrasts {
        for right in left..<contrasts {
          let start = right * width * order + left * width
          gram.withUpperTriangle(ofSet: pair) { block, stride in
            for row in 0..<width {
              for column in row..<width {
                target[start + row * order + column] = block[row * stride + column]
                target[start + column * order + row] = block[row * stride + column]
              }
            }
          }
          pair += 1
        }
      }
      for contrast in 0..<contrasts {
        for column in 0..<features.columns {
          let inverse = scaling.inverse[column]
          target[(contrast * width + column) * (order + 1)] += penalty * inverse * inverse
        }
      }
      guard !hasIntercept else { return }
      for contrast in 0..<contrasts {
        let place = contrast * width + features.columns
        for other in 0..<order {
          target[place * order + other] = 0
          target[other * order + place] = 0
        }
        target[place * (order + 1)] = 1
      }
    }
  }
}
