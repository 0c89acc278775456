import LinearAlgebra
import RealModule

extension LogisticObjective {
  /// Loss and gradient sums of a block of rows.
  func sums(_ rows: Range<Int>, _ weights: [Double], _ intercepts: [Double]) -> RowSums {
    var result = RowSums(outputs: outputs, columns: features.columns)
    let outputs = outputs
    withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.tileRows * outputs) { scores in
      scores.initialize(repeating: 0)
      forEachTile(rows, Self.tileRows, weights, scores) { tile in
        if outputs == 1 {
          result.loss += binaryResiduals(scores, tile, intercepts[0], &result.totals[0])
        } else {
          result.loss += softmaxResiduals(scores, tile, intercepts, &result.totals)
        }
        result.sums.withUnsafeMutableBufferPointer {
          features.addRows(tile, times: UnsafeBufferPointer(scores), count: outputs, to: $0)
        }
      }
    }
    return result
  }

  /// Writes the products of rows and weights into `scores`, tile by tile, and hands each tile to `body`.
  func forEachTile(
    _ rows: Range<Int>, _ size: Int, _ weights: [Double], _ scores: UnsafeMutableBufferPointer<Double>,
    _ body: (Range<Int>) -> Void
  ) {
    weights.withUnsafeBufferPointer { weights in
      for top in stride(from: rows.lowerBound, to: rows.upperBound, by: size) {
        let tile = top..<min(top + size, rows.upperBound)
        features.multiplyRows(tile, by: weights, count: outputs, into: scores)
        body(tile)
      }
    }
  }

  /// Replaces scores by residuals `u (p − y)`; adds them to `total` and returns the loss. The logarithms of rows
  /// without weights are taken of one product.
  private func binaryResiduals(
    _ scores: UnsafeMutableBufferPointer<Double>, _ rows: Range<Int>, _ intercept: Double,
    _ total: inout Double
  ) -> Double {
    var (loss, product, sum) = (0.0, 1.0, 0.0)
    labels.withUnsafeBufferPointer { labels in
      for (index, row) in rows.enumerated() {
        let sign = labels[row] == 1 ? 1.0 : -1.0
        let margin = sign * (scores[index] + intercept)
        let tail = Double.exp(-abs(margin))
        let wrong = (margin < 0 ? 1 : tail) / (1 + tail)
        var residual = -sign * wrong
        if let weights {
          residual *= weights[row]
          loss += weights[row] * ((margin < 0 ? -margin : 0) + Double.log(1 + tail))
        } else {
          loss += margin < 0 ? -margin : 0
          product *= 1 + tail
        }
        scores[index] = residual
        sum += residual
      }
    }
    total += sum
    return loss + Double.log(product)
  }

  /// The same for softmax scores, one per class and row.
  private func softmaxResiduals(
    _ scores: UnsafeMutableBufferPointer<Double>, _ rows: Range<Int>, _ intercepts: [Double],
    _ totals: inout [Double]
  ) -> Double {
    var (loss, product) = (0.0, 1.0)
    let count = outputs
    for (index, row) in rows.enumerated() {
      let values = UnsafeMutableBufferPointer(rebasing: scores[index * count..<(index + 1) * count])
      let (label, weight) = (labels[row], weights?[row] ?? 1)
      let (gap, sum) = Self.exponentiate(values, intercepts, label)
      loss -= weight * gap
      if weights == nil {
        product *= sum
        if product > 1e280 {
          loss += Double.log(product)
          product = 1
        }
      } else {
        loss += weight * Double.log(sum)
      }
      let scale = weight / sum
      var others = 0.0
      for output in 0..<count where output != label {
        values[output] *= scale
        others += values[output]
        totals[output] += values[output]
      }
      values[label] = -others
      totals[label] -= others
    }
    return loss + Double.log(product)
  }

  /// Replaces the scores of a row without their intercepts by exponentials relative to the largest; returns their
  /// sum and how far the score of the class `label` is from the largest.
  static func exponentiate(
    _ values: UnsafeMutableBufferPointer<Double>, _ intercepts: [Double], _ label: Int
  ) -> (gap: Double, sum: Double) {
    var largest = -Double.infinity
    for output in values.indices {
      values[output] += intercepts[output]
      largest = values[output] > largest ? values[output] : largest
    }
    let gap = values[label] - largest
    var sum = 0.0
    for output in values.indices {
      values[output] = Double.exp(values[output] - largest)
      sum += values[output]
    }
    return (gap, sum)
  }
}
