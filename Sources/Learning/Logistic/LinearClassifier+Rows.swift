import LinearAlgebra
import RealModule

extension LinearClassifier {
  /// Rows whose scores stay in the cache until they are probabilities.
  private static let blockRows = 1024
  /// Blocks that one task takes.
  private static let taskBlocks = 16

  /// The scores of all rows, each row changed by `change`, which also gets the number of the row.
  func map(
    _ features: Matrix, columns: Int, workers: Int = 1,
    _ change: @Sendable (UnsafeMutableBufferPointer<Double>, Int) -> Void
  ) -> Matrix {
    precondition(features.columns == featureCount, "\(features.columns) features for \(featureCount)")
    var result = Matrix(rows: features.rows, columns: columns)
    result.withMutableElements { values in
      nonisolated(unsafe) let values = values
      forEachBlock(features.rows, workers) { rows in
        let block = UnsafeMutableBufferPointer(
          rebasing: values[rows.lowerBound * columns..<rows.upperBound * columns])
        score(features, rows, into: block)
        for row in 0..<rows.count {
          let place = row * columns..<(row + 1) * columns
          change(UnsafeMutableBufferPointer(rebasing: block[place]), rows.lowerBound + row)
        }
      }
    }
    return result
  }

  /// Both columns of a binary model, the smaller probability computed directly.
  func binaryProbabilities(_ features: Matrix, workers: Int) -> Matrix {
    precondition(features.columns == featureCount, "\(features.columns) features for \(featureCount)")
    var result = Matrix(rows: features.rows, columns: 2)
    result.withMutableElements { values in
      nonisolated(unsafe) let values = values
      forEachBlock(features.rows, workers) { rows in
        withUnsafeTemporaryAllocation(of: Double.self, capacity: rows.count) { scores in
          scores.initialize(repeating: 0)
          score(features, rows, into: scores)
          for row in 0..<rows.count {
            let tail = Double.exp(-abs(scores[row]))
            let (small, large) = (tail / (1 + tail), 1 / (1 + tail))
            let place = 2 * (rows.lowerBound + row)
            values[place] = scores[row] > 0 ? small : large
            values[place + 1] = scores[row] > 0 ? large : small
          }
        }
      }
    }
    return result
  }

  /// Probability 1 for the class that the scores decide for.
  func certainties(_ features: Matrix, workers: Int) -> Matrix {
    guard weights.rows == 1 else {
      return map(features, columns: classCount, workers: workers) { row, _ in Self.decide(row) }
    }
    let scores = map(features, columns: 1, workers: workers) { _, _ in }
    return Matrix(
      rows: features.rows, columns: 2,
      elements: scores.elements.flatMap { score -> [Double] in score > 0 ? [0, 1] : [1, 0] })
  }

  /// Replaces scores by 1 for the largest, the first of equal ones, and 0 for the others.
  static func decide(_ row: UnsafeMutableBufferPointer<Double>) {
    var best = 0
    for index in row.indices where row[index] > row[best] { best = index }
    for index in row.indices { row[index] = index == best ? 1 : 0 }
  }

  /// Writes the scores of some rows.
  private func score(
    _ features: Matrix, _ rows: Range<Int>, into target: UnsafeMutableBufferPointer<Double>
  ) {
    weights.withElements { features.multiplyRows(rows, by: $0, count: intercepts.count, into: target) }
    let count = intercepts.count
    intercepts.withUnsafeBufferPointer { intercepts in
      for row in 0..<rows.count {
        for output in 0..<count { target[row * count + output] += intercepts[output] }
      }
    }
  }

  private func forEachBlock(_ rows: Int, _ workers: Int, _ body: @Sendable (Range<Int>) -> Void) {
    let size = Self.blockRows * (workers > 1 ? Self.taskBlocks : rows)
    let tasks = rows == 0 ? 0 : (rows + size - 1) / size
    // The tasks cannot fail.
    _ = try? concurrentMap(tasks, workers: workers) { task in
      let end = min(rows, (task + 1) * size)
      for top in stride(from: task * size, to: end, by: Self.blockRows) {
        body(top..<min(top + Self.blockRows, end))
      }
    }
  }

  /// Replaces scores by probabilities in proportion to their exponentials.
  static func softmax(_ row: UnsafeMutableBufferPointer<Double>) {
    if let scores = row.baseAddress { Learning.softmax(scores, count: row.count) }
  }

  /// Replaces scores by their logistic probabilities, divided by their sum. Sums that underflow leave the
  /// proportions of the exponentials.
  static func normalise(_ row: UnsafeMutableBufferPointer<Double>) {
    var largest = -Double.infinity
    for score in row { largest = max(largest, score) }
    if largest < -30 { return softmax(row) }
    var sum = 0.0
    for index in row.indices {
      let tail = Double.exp(-abs(row[index]))
      row[index] = row[index] >= 0 ? 1 / (1 + tail) : tail / (1 + tail)
      sum += row[index]
    }
    for index in row.indices { row[index] /= sum }
  }
}
