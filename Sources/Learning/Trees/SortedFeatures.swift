import LinearAlgebra

/// The rows in the order of every feature, with the rank of their values: all that growing a tree needs of the
/// features.
///
/// Equal values have equal ranks; missing values stand last with the rank ``missingRank``.
struct SortedFeatures: Sendable {
  static let missingRank = UInt32.max

  let rowCount: Int
  let featureCount: Int
  /// `rows[feature * rowCount + place]` is the row at a place in the order of a feature.
  var rows: [UInt32]
  /// Rank of the value at the same place.
  var ranks: [UInt32]

  /// Sorts every feature; `workers` threads share the features.
  init(_ features: Matrix, workers: Int) {
    rowCount = features.rows
    featureCount = features.columns
    let (count, width) = (rowCount, featureCount)
    precondition(count < Int(UInt32.max), "\(count) rows are more than a tree can number")
    var rows = [UInt32](repeating: 0, count: count * width)
    var ranks = [UInt32](repeating: 0, count: count * width)
    rows.withUnsafeMutableBufferPointer { rows in
      ranks.withUnsafeMutableBufferPointer { ranks in
        features.withElements { elements in
          nonisolated(unsafe) let (rows, ranks, elements) = (rows, ranks, elements)
          forEachConcurrently(width, workers: workers) { feature in
            let range = feature * count..<(feature + 1) * count
            Self.sort(
              elements, width: width, feature: feature,
              rows: UnsafeMutableBufferPointer(rebasing: rows[range]),
              ranks: UnsafeMutableBufferPointer(rebasing: ranks[range]))
          }
        }
      }
    }
    self.rows = rows
    self.ranks = ranks
  }
}

extension SortedFeatures {
  /// Lends the orders and ranks for changes in place; nil without rows or features.
  mutating func withPointers<Result>(
    _ body: (UnsafeMutablePointer<UInt32>, UnsafeMutablePointer<UInt32>) -> Result
  ) -> Result? {
    rows.withUnsafeMutableBufferPointer { rows in
      ranks.withUnsafeMutableBufferPointer { ranks in
        guard let rows = rows.baseAddress, let ranks = ranks.baseAddress else { return nil }
        return body(rows, ranks)
      }
    }
  }

  /// Leaves rows of weight zero out of every order and returns how many rows are left; they stand at the first
  /// places.
  mutating func leaveOut(weights: [Double]?) -> Int {
    guard let weights, weights.contains(0) else { return rowCount }
    let kept = weights.count { $0 != 0 }
    for feature in 0..<featureCount {
      var place = feature * rowCount
      for old in feature * rowCount..<(feature + 1) * rowCount where weights[Int(rows[old])] != 0 {
        rows[place] = rows[old]
        ranks[place] = ranks[old]
        place += 1
      }
    }
    return kept
  }
}

/// A key that sorts like the number, `-0` like `0` and NaN last.
@inline(__always)
private func sortKey(_ value: Double) -> UInt64 {
  if value.isNaN { return .max }
  let bits = (value == 0 ? 0.0 : value).bitPattern
  return bits >> 63 == 1 ? ~bits : bits | 1 << 63
}

extension SortedFeatures {
  /// Sorts one column by least significant digits first, skipping digits in which all keys agree.
  static func sort(
    _ elements: UnsafeBufferPointer<Double>, width: Int, feature: Int,
    rows: UnsafeMutableBufferPointer<UInt32>,
    ranks: UnsafeMutableBufferPointer<UInt32>
  ) {
    let count = rows.count
    guard count > 0 else { return }
    var keys = [UInt64](repeating: 0, count: count)
    var (common, any) = (UInt64.max, UInt64(0))
    for row in 0..<count {
      let key = sortKey(elements[row * width + feature])
      keys[row] = key
      common &= key
      any |= key
      rows[row] = UInt32(truncatingIfNeeded: row)
    }
    let varying = any & ~common
    let bits = 11
    var (otherKeys, otherRows) = (
      [UInt64](repeating: 0, count: count), [UInt32](repeating: 0, count: count)
    )
    var starts = [Int](repeating: 0, count: 1 << bits)
    for shift in stride(from: 0, to: 64, by: bits)
    where (varying >> UInt64(shift)) & ((1 << bits) - 1) != 0 {
      keys.withUnsafeMutableBufferPointer { keys in
        otherKeys.withUnsafeMutableBufferPointer { otherKeys in
          otherRows.withUnsafeMutableBufferPointer { otherRows in
            starts.withUnsafeMutableBufferPointer { starts in
              starts.update(repeating: 0)
              let mask = UInt64(1 << bits - 1)
              for key in keys { starts[Int(truncatingIfNeeded: key >> UInt64(shift) & mask)] += 1 }
              var sum = 0
              for digit in starts.indices {
                (starts[digit], sum) = (sum, sum + starts[digit])
              }
              for place in 0..<count {
                let digit = Int(truncatingIfNeeded: keys[place] >> UInt64(shift) & mask)
                otherKeys[starts[digit]] = keys[place]
                otherRows[starts[digit]] = rows[place]
                starts[digit] += 1
              }
              _ = rows.update(fromContentsOf: otherRows)
            }
          }
        }
      }
      swap(&keys, &otherKeys)
    }
    var rank: UInt32 = 0
    for place in 0..<count {
      if place > 0, keys[place] != keys[place - 1] { rank += 1 }
      ranks[place] = keys[place] == .max ? SortedFeatures.missingRank : rank
    }
  }
}
