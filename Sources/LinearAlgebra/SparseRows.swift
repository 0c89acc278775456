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
    let elements = counts.found * rows * columns / counts.seen
    (starts, indices, values) = Self.entries(matrix, expected: elements + elements / 8 + columns)
  }

  /// Rows of given entries.
  private init(rows: Int, columns: Int, starts: [Int], indices: [Int32], values: [Double]) {
    (self.rows, self.columns) = (rows, columns)
    (self.starts, self.indices, self.values) = (starts, indices, values)
  }

  /// The rows with the given indices, in that order (an index may repeat).
  public func rows(at places: [Int]) -> SparseRows {
    var (own, ownIndices, ownValues) = ([0], [Int32](), [Double]())
    own.reserveCapacity(places.count + 1)
    let expected = places.count * (indices.count / Swift.max(rows, 1) + 2)
    ownIndices.reserveCapacity(expected)
    ownValues.reserveCapacity(expected)
    for row in places {
      precondition(row >= 0 && row < rows, "row \(row) of \(rows)")
      ownIndices.append(contentsOf: indices[starts[row]..<starts[row + 1]])
      ownValues.append(contentsOf: values[starts[row]..<starts[row + 1]])
      own.append(ownIndices.count)
    }
    return SparseRows(
      rows: places.count, columns: columns, starts: own, indices: ownIndices, values: ownValues)
  }

  /// All entries, gathered without a branch for each element: every element is written, and the place moves on
  /// behind those that are not zero.
  private static func entries(
    _ matrix: Matrix, expected: Int
  ) -> (starts: [Int], indices: [Int32], values: [Double]) {
    let (rows, columns) = (matrix.rows, matrix.columns)
    var starts = [0]
    starts.reserveCapacity(rows + 1)
    var indices = [Int32](repeating: 0, count: expected)
    var values = [Double](repeating: 0, count: expected)
    var place = 0
    matrix.withElements { elements in
      for row in 0..<rows {
        if place + columns > values.count {
          indices += [Int32](repeating: 0, count: indices.count + columns)
          values += [Double](repeating: 0, count: values.count + columns)
        }
        indices.withUnsafeMutableBufferPointer { indices in
          values.withUnsafeMutableBufferPointer { values in
            for column in 0..<columns {
              let value = elements[row * columns + column]
              indices[place] = Int32(truncatingIfNeeded: column)
              values[place] = value
              place += value == 0 ? 0 : 1
            }
          }
        }
        starts.append(place)
      }
    }
    indices.removeSubrange(place...)
    values.removeSubrange(place...)
    return (starts, indices, values)
  }

  /// The sums and the sums of squares of every column over every `step`-th row.
  public func columnSums(every step: Int) -> (sums: [Double], squares: [Double]) {
    var (sums, squares) = ([Double](repeating: 0, count: columns), [Double](repeating: 0, count: columns))
    sums.withUnsafeMutableBufferPointer { sums in
      squares.withUnsafeMutableBufferPointer { squares in
        withEntries { indices, values in
          for row in stride(from: 0, to: rows, by: step) {
            for entry in starts[row]..<starts[row + 1] {
              let (column, value) = (Int(indices[entry]), values[entry])
              sums[column] += value
              squares[column] += value * value
            }
          }
        }
      }
    }
    return (sums, squares)
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
