extension WeightedGram {
  /// Adds rows without their zeros; the shift must be zero.
  ///
  /// - Parameter weights: the weights of the rows, set after set, `sets * range.count` values.
  /// - Complexity: O(*e*²) for a row with *e* entries and each set.
  public mutating func add(
    _ rows: SparseRows, _ range: Range<Int>, weights: UnsafeBufferPointer<Double>
  ) {
    precondition(rows.columns == columns, "\(rows.columns) columns for \(columns)")
    precondition(range.lowerBound >= 0 && range.upperBound <= rows.rows, "rows \(range) of \(rows.rows)")
    precondition(weights.count >= sets * range.count, "\(weights.count) weights for \(range.count) rows")
    let (columns, sets, starts) = (columns, sets, rows.starts)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: columns) { scaled in
      scaled.initialize(repeating: 0)
      rows.withEntries { indices, values in
        withProducts { products, scale, stride in
          for (position, row) in range.enumerated() {
            let (first, count) = (starts[row], starts[row + 1] - starts[row])
            for entry in 0..<count {
              scaled[entry] = values[first + entry] * scale[Int(indices[first + entry])]
            }
            for set in 0..<sets {
              let weight = weights[set * range.count + position]
              let block = set * stride * (columns + 1)
              for left in 0..<count {
                let start = block + Int(indices[first + left]) * stride
                let factor = weight * scaled[left]
                for right in left..<count {
                  products[start + Int(indices[first + right])] += factor * scaled[right]
                }
                products[start + columns] += factor
              }
              products[block + columns * stride + columns] += weight
            }
          }
        }
      }
    }
  }
}
