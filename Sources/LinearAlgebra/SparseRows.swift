/// The rows of a matrix without their zeros, for the products of matrices that are mostly zero, such as one-hot
/// designs.
public struct SparseRows: Sendable {
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// Row `i` has the entries `starts[i] ..< starts[i + 1]`.
  let starts: [Int]
  /// Column of every entry, ascending in a row.
  let indices: [Int32]
  /// Value of every entry.
  let values: [Double]

  /// The rows of `matrix`; nil if more than `density` of the elements are not zero in some rows spread over it.
  public init?(_ matrix: Matrix, density: Double = 0.2) {
    guard matrix.rows > 0, matrix.columns > 0 else { return nil }
    (rows, columns) = (matrix.rows, matrix.columns)
    var counts = (found: 0, seen: 0)
    for row in stride(from: 0, to: rows, by: Swift.max(1, rows / 64)) {
      counts.found += matrix.withRow(row) { $0.count { $0 != 0 } }
      counts.seen += matrix.columns
    }
    guard Double(counts.found) <= density * Double(counts.seen) else { return nil }
    var starts = [0]
    var (indices, values) = ([Int32](), [Double]())
    starts.reserveCapacity(rows + 1)
    let expected = (counts.found + 64) * (rows / Swift.max(1, counts.seen / columns) + 1)
    indices.reserveCapacity(expected)
    values.reserveCapacity(expected)
    matrix.withElements { elements in
      for row in 0..<matrix.rows {
        for column in 0..<matrix.columns {
          let value = elements[row * matrix.columns + column]
          guard value != 0 else { continue }
          indices.append(Int32(truncatingIfNeeded: column))
          values.append(value)
        }
        starts.append(indices.count)
      }
    }
    (self.starts, self.indices, self.values) = (starts, indices, values)
  }

  /// Number of elements that are not zero.
  public var entryCount: Int { indices.count }

  /// Writes the products of some rows with several weight vectors, as ``Matrix/multiplyRows(_:by:count:into:)``.
  public func multiplyRows(
    _ range: Range<Int>, by weights: UnsafeBufferPointer<Double>, count: Int,
    into result: UnsafeMutableBufferPointer<Double>
  ) {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
    precondition(weights.count >= count * columns, "\(weights.count) weights for \(count) x \(columns)")
    precondition(result.count >= range.count * count, "\(result.count) places for \(range.count) x \(count)")
    withEntries { indices, values in
      for (position, row) in range.enumerated() {
        for output in 0..<count {
          let start = output * columns
          var sum = 0.0
          for entry in starts[row]..<starts[row + 1] {
            sum += values[entry] * weights[start + Int(indices[entry])]
          }
          result[position * count + output] = sum
        }
      }
    }
  }

  /// Adds the sums of some rows, weighted in several ways, as ``Matrix/addRows(_:times:count:to:)``.
  public func addRows(
    _ range: Range<Int>, times factors: UnsafeBufferPointer<Double>, count: Int,
    to sums: UnsafeMutableBufferPointer<Double>
  ) {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
    precondition(factors.count >= range.count * count, "\(factors.count) factors for \(range.count) rows")
    precondition(sums.count >= count * columns, "\(sums.count) sums for \(count) x \(columns)")
    withEntries { indices, values in
      for (position, row) in range.enumerated() {
        for output in 0..<count {
          let (start, factor) = (output * columns, factors[position * count + output])
          for entry in starts[row]..<starts[row + 1] {
            sums[start + Int(indices[entry])] += factor * values[entry]
          }
        }
      }
    }
  }

  func withEntries(_ body: (UnsafeBufferPointer<Int32>, UnsafeBufferPointer<Double>) -> Void) {
    indices.withUnsafeBufferPointer { indices in values.withUnsafeBufferPointer { body(indices, $0) } }
  }
}
