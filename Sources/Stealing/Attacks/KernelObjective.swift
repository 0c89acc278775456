import Learning
import LinearAlgebra
import RealModule
import Tabular

/// The mean cross entropy between probabilities and a kernel model, as a function of its weights, its representers
/// and, if it is not known, the logarithm of its `gamma`.
///
/// A point holds the weights of the classes row by row, the intercepts, the representers row by row, and `ln gamma`.
struct KernelObjective {
  let design: Matrix
  let probabilities: Matrix
  let representers: Int
  let gamma: Double?
  private let squares: [Double]

  init(design: Matrix, probabilities: Matrix, representers: Int, gamma: Double?) {
    (self.design, self.probabilities) = (design, probabilities)
    (self.representers, self.gamma) = (representers, gamma)
    squares = (0..<design.rows).map { row in design.withRow(row) { dot($0, $0) } }
  }

  private var classes: Int { probabilities.columns }
  private var columns: Int { design.columns }
  private var weightCount: Int { classes * representers }

  /// Small weights, representers uniform in the space, and a width at which a typical row still matters.
  func start(_ space: FeatureSpace, using random: inout RandomStream) -> [Double] {
    var point = (0..<weightCount).map { _ in random.normal(mean: 0, standardDeviation: 0.1) }
    point += [Double](repeating: 0, count: classes)
    for _ in 0..<representers {
      point += zip(space.lower, space.upper).map { random.uniform($0, $1) }
    }
    if gamma == nil {
      let spread = squares.reduce(0, +) / Double(max(squares.count, 1))
      point.append(-Double.log(max(spread, 1e-6)))
    }
    return point
  }

  /// The parts of a point.
  private func parts(_ point: [Double]) -> (
    weights: Matrix, intercepts: [Double], rows: Matrix, gamma: Double
  ) {
    let rowStart = weightCount + classes
    return (
      Matrix(rows: classes, columns: representers, elements: Array(point[..<weightCount])),
      Array(point[weightCount..<rowStart]),
      Matrix(
        rows: representers, columns: columns,
        elements: Array(point[rowStart..<rowStart + representers * columns])),
      gamma ?? Double.exp(point[point.count - 1])
    )
  }

  /// The model at a point.
  func model(_ point: [Double]) -> KernelClassifier {
    let parts = parts(point)
    return KernelClassifier(
      representers: parts.rows, gamma: parts.gamma,
      linear: LinearClassifier(weights: parts.weights, intercepts: parts.intercepts, link: .softmax))
  }

  func evaluate(_ point: [Double], gradient: inout [Double]) -> Double {
    let (weights, intercepts, rows, gamma) = parts(point)
    var distances = design.timesTransposed(rows)
    let rowSquares = (0..<representers).map { row in rows.withRow(row) { dot($0, $0) } }
    let (count, width) = (design.rows, representers)
    distances.withMutableElements { values in
      for row in 0..<count {
        for place in 0..<width {
          let index = row * width + place
          values[index] = max(squares[row] + rowSquares[place] - 2 * values[index], 0)
        }
      }
    }
    var kernel = distances
    kernel.withMutableElements { for index in $0.indices { $0[index] = Double.exp(-gamma * $0[index]) } }
    var deltas = kernel.timesTransposed(weights)
    let loss = replaceByDeltas(&deltas, intercepts)
    // The derivative of the loss by every similarity, times the similarity.
    var pull = deltas.times(weights)
    pull.withMutableElements { values in
      kernel.withElements { kernel in for index in values.indices { values[index] *= kernel[index] } }
    }
    write(
      &gradient, deltas: deltas, kernel: kernel, pull: pull, distances: distances, rows: rows, gamma: gamma)
    return loss
  }

  /// Turns scores without intercepts into derivatives of the mean loss; returns the loss.
  private func replaceByDeltas(_ scores: inout Matrix, _ intercepts: [Double]) -> Double {
    let (rows, classes, scale) = (scores.rows, classes, 1 / Double(scores.rows))
    var loss = 0.0
    scores.withMutableElements { scores in
      probabilities.withElements { targets in
        for row in 0..<rows {
          let first = row * classes
          var (largest, sum, total) = (-Double.infinity, 0.0, 0.0)
          for index in 0..<classes {
            scores[first + index] += intercepts[index]
            largest = max(largest, scores[first + index])
          }
          for index in 0..<classes { sum += Double.exp(scores[first + index] - largest) }
          let all = largest + Double.log(sum)
          for index in 0..<classes {
            loss -= targets[first + index] * (scores[first + index] - all)
            total += targets[first + index]
          }
          for index in 0..<classes {
            let probability = Double.exp(scores[first + index] - all)
            scores[first + index] = (total * probability - targets[first + index]) * scale
          }
        }
      }
    }
    return loss * scale
  }

  private func write(
    _ gradient: inout [Double], deltas: Matrix, kernel: Matrix, pull: Matrix, distances: Matrix, rows: Matrix,
    gamma: Double
  ) {
    let ones = [Double](repeating: 1, count: design.rows)
    gradient.replaceSubrange(..<weightCount, with: deltas.transposedTimes(kernel).elements)
    gradient.replaceSubrange(weightCount..<weightCount + classes, with: deltas.transposedTimes(ones))
    let totals = pull.transposedTimes(ones)
    var moved = pull.transposedTimes(design)
    for row in 0..<representers {
      moved.setRow(row, zip(moved.row(row), rows.row(row)).map { 2 * gamma * ($0 - totals[row] * $1) })
    }
    let rowStart = weightCount + classes
    gradient.replaceSubrange(rowStart..<rowStart + moved.elements.count, with: moved.elements)
    if self.gamma == nil {
      gradient[gradient.count - 1] = -gamma * dot(pull.elements, distances.elements)
    }
  }
}
