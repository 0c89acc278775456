import LinearAlgebra

/// The ranks of all values, for trees that look at few of the features of a node and so sort those alone.
///
/// Equal values have equal ranks; missing values have the rank ``SortedFeatures/missingRank``. Many trees share one value.
struct RankedFeatures: Sendable {
  let rowCount: Int
  let featureCount: Int
  /// `byFeature[feature * rowCount + row]` is the rank of a value: close together for many rows of one feature.
  let byFeature: [UInt32]
  /// `byRow[row * featureCount + feature]` is the same: close together for some features of few rows.
  let byRow: [UInt32]

  /// Ranks every feature; `workers` threads share the features.
  init(_ features: Matrix, workers: Int) {
    let (count, width) = (features.rows, features.columns)
    (rowCount, featureCount) = (count, width)
    precondition(count < Int(UInt32.max), "\(count) rows are more than a tree can number")
    byFeature = [UInt32](unsafeUninitializedCapacity: count * width) { ranks, filled in
      features.withElements { elements in
        nonisolated(unsafe) let (ranks, elements) = (ranks, elements)
        forEachConcurrently(width, workers: workers) { feature in
          let column = UnsafeMutableBufferPointer(
            rebasing: ranks[feature * count..<(feature + 1) * count])
          var (rows, sorted) = (
            [UInt32](repeating: 0, count: count), [UInt32](repeating: 0, count: count)
          )
          rows.withUnsafeMutableBufferPointer { rows in
            sorted.withUnsafeMutableBufferPointer { sorted in
              SortedFeatures.sort(
                elements, width: width, feature: feature, rows: rows, ranks: sorted)
              for place in 0..<count { column[Int(rows[place])] = sorted[place] }
            }
          }
        }
      }
      filled = count * width
    }
    byRow = byFeature.withUnsafeBufferPointer { ranks in
      [UInt32](unsafeUninitializedCapacity: count * width) { rows, filled in
        nonisolated(unsafe) let (ranks, rows) = (ranks, rows)
        let block = 256
        forEachConcurrently((count + block - 1) / block, workers: workers) { part in
          for row in part * block..<min((part + 1) * block, count) {
            for feature in 0..<width { rows[row * width + feature] = ranks[feature * count + row] }
          }
        }
        filled = count * width
      }
    }
  }
}

extension RankedFeatures {
  /// Lends what a tree of some rows grows from; the rows are in ascending order and are put into another one.
  func withRows<Result>(_ list: inout [UInt32], _ body: (RankedRows) -> Result) -> Result {
    byFeature.withUnsafeBufferPointer { byFeature in
      byRow.withUnsafeBufferPointer { byRow in
        list.withUnsafeMutableBufferPointer { list in
          guard let list = RankedRows(self, byFeature: byFeature, byRow: byRow, list: list) else {
            preconditionFailure("a checked data set has rows and features")
          }
          defer { list.deallocate() }
          return body(list)
        }
      }
    }
  }
}
