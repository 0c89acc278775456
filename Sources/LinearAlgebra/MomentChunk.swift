internal import COpenBLAS

/// The moments of a few thousand rows, computed tile by tile in the cache.
///
/// Every row becomes `√w · (x − s, y − t, 1)`, with a provisional shift `(s, t)` near the mean, so that the
/// product of the tile with its transpose holds all sums at once and loses no digits when means are large
/// against deviations. The shift is corrected by `Σ(z − z̄)² = Σ(z − s)² − (Σ(z − s))² / n` at the end.
struct MomentChunk {
  /// Rows of a tile and columns of an output block. A product of 24 x 128 x 192 is below the million
  /// multiplications up to which OpenBLAS' AVX-512 kernels work without packing: 1.3 to 1.6 times as fast
  /// as `dsyrk` there. The other kernels always pack, and `dsyrk` of a whole tile is faster.
  static let tileRows = 192
  private static let blockRows = 24
  private static let blockColumns = 128
  private static let multipliesUnpacked =
    ["SkylakeX", "Cooperlake", "SapphireRapids"].contains(BLASRuntime.coreName)
  /// Rows from which the shift is estimated.
  private static let sampleRows = 32

  /// Number of features, and of columns with target and unit column.
  private let columns: Int
  private var width: Int { columns + 2 }
  /// Distance of two rows in memory: whole cache lines, not a power of two.
  private let stride: Int
  private var shift: [Double]
  private var weight = 0.0
  private var products: [Double]

  /// The moments of the rows `range`, the lower triangle of the scatter undefined; or what is wrong with
  /// the rows. `number` is the number of the first of them in messages.
  static func result(
    _ features: Matrix, _ target: [Double], _ weights: [Double]?, _ range: Range<Int>, number: Int
  ) -> Result<Moments, LinearAlgebraError> {
    if let weights, let row = range.first(where: { !(weights[$0] >= 0 && weights[$0].isFinite) }) {
      return .failure(.invalidWeight(row: number + row - range.lowerBound))
    }
    var chunk = MomentChunk(columns: features.columns)
    chunk.chooseShift(features, target, weights, range)
    chunk.accumulate(features, target, weights, range)
    guard chunk.isFinite else {
      return .failure(chunk.fault(features, target, range, number: number))
    }
    return .success(chunk.moments(rowCount: range.count))
  }

  private init(columns: Int) {
    self.columns = columns
    let lines = (columns + 2 + 7) / 8
    stride = 8 * (lines % 8 == 0 ? lines + 1 : lines)
    shift = [Double](repeating: 0, count: columns + 1)
    products = [Double](repeating: 0, count: stride * (columns + 2))
  }

  /// Takes the mean of some rows, relative to the first, so that a constant column is shifted to exact
  /// zero.
  private mutating func chooseShift(
    _ features: Matrix, _ target: [Double], _ weights: [Double]?, _ range: Range<Int>
  ) {
    let counts = { (row: Int) in weights.map { $0[row] > 0 } ?? true }
    guard let first = range.first(where: counts) else { return }
    let step = Swift.max(1, range.count / Self.sampleRows)
    let sample = Swift.stride(from: first, to: range.upperBound, by: step).filter(counts)
    let base = features.row(first) + [target[first]]
    var sums = [Double](repeating: 0, count: columns + 1)
    for row in sample {
      features.withRow(row) { values in
        for column in 0..<columns { sums[column] += values[column] - base[column] }
      }
      sums[columns] += target[row] - base[columns]
    }
    shift = zip(base, sums).map { $0 + $1 / Double(sample.count) }
  }

  private mutating func accumulate(
    _ features: Matrix, _ target: [Double], _ weights: [Double]?, _ range: Range<Int>
  ) {
    let tile = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Self.tileRows * stride * MemoryLayout<Double>.stride, alignment: 64)
    defer { tile.deallocate() }
    let values = tile.bindMemory(to: Double.self)
    values.initialize(repeating: 0)
    for top in Swift.stride(from: range.lowerBound, to: range.upperBound, by: Self.tileRows) {
      let rows = top..<Swift.min(top + Self.tileRows, range.upperBound)
      fill(values, features, target, rows)
      if let weights {
        weigh(values, weights, rows)
      } else {
        weight += Double(rows.count)
      }
      multiply(UnsafeBufferPointer(values), rows: rows.count)
    }
  }

  /// Writes the shifted rows into the tile.
  private func fill(
    _ tile: UnsafeMutableBufferPointer<Double>, _ features: Matrix, _ target: [Double], _ rows: Range<Int>
  ) {
    let (columns, stride) = (columns, stride)
    features.withElements { source in
      shift.withUnsafeBufferPointer { shift in
        for (position, row) in rows.enumerated() {
          let (from, to) = (row * columns, position * stride)
          for column in 0..<columns { tile[to + column] = source[from + column] - shift[column] }
          tile[to + columns] = target[row] - shift[columns]
          tile[to + columns + 1] = 1
        }
      }
    }
  }

  /// Multiplies the rows of the tile by the roots of their weights.
  private mutating func weigh(
    _ tile: UnsafeMutableBufferPointer<Double>, _ weights: [Double], _ rows: Range<Int>
  ) {
    for (position, row) in rows.enumerated() {
      let root = weights[row].squareRoot()
      for column in 0..<width { tile[position * stride + column] *= root }
      weight += weights[row]
    }
  }

  /// Adds the product of the transposed tile with the tile, upper blocks only.
  private mutating func multiply(_ tile: UnsafeBufferPointer<Double>, rows: Int) {
    guard let tile = tile.baseAddress else { return }
    let (width, step, k) = (width, blasInt(stride), blasInt(rows))
    let stride = stride
    products.withUnsafeMutableBufferPointer { products in
      guard let products = products.baseAddress else { return }
      guard Self.multipliesUnpacked else {
        cblas_dsyrk(
          CblasRowMajor, CblasUpper, CblasTrans, blasInt(width), k, 1, tile, step, 1, products, step)
        return
      }
      for top in Swift.stride(from: 0, to: width, by: Self.blockRows) {
        let height = blasInt(Swift.min(Self.blockRows, width - top))
        for left in Swift.stride(from: top, to: width, by: Self.blockColumns) {
          let breadth = blasInt(Swift.min(Self.blockColumns, width - left))
          cblas_dgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, height, breadth, k, 1, tile + top, step,
            tile + left, step, 1, products + top * stride + left, step)
        }
      }
    }
  }

  private var isFinite: Bool {
    weight.isFinite && (0..<width).allSatisfy { products[$0 * stride + $0].isFinite }
  }

  /// Why the sums are not finite.
  private func fault(
    _ features: Matrix, _ target: [Double], _ range: Range<Int>, number: Int
  ) -> LinearAlgebraError {
    for row in range {
      let column = features.withRow(row) { $0.firstIndex { !$0.isFinite } }
      if let column { return .notFinite(row: number + row - range.lowerBound, column: column) }
      if !target[row].isFinite { return .notFinite(row: number + row - range.lowerBound, column: columns) }
    }
    return .overflow(what: "sums of squares of the features or the target")
  }

  /// Centres the sums.
  private func moments(rowCount: Int) -> Moments {
    var result = Moments(columns: columns)
    result.rowCount = rowCount
    guard weight > 0 else { return result }
    let (columns, stride, weight) = (columns, stride, weight)
    let offsets = (0...columns).map { products[$0 * stride + columns + 1] / weight }
    products.withUnsafeBufferPointer { products in
      result.scatter.withMutableElements { scatter in
        for row in 0..<columns {
          let sum = products[row * stride + columns + 1]
          for column in row..<columns {
            scatter[row * columns + column] = products[row * stride + column] - sum * offsets[column]
          }
          scatter[row * columns + row] = Swift.max(scatter[row * columns + row], 0)
        }
      }
    }
    for row in 0..<columns {
      result.means[row] = shift[row] + offsets[row]
      let sum = products[row * stride + columns + 1]
      result.crossProducts[row] = products[row * stride + columns] - sum * offsets[columns]
    }
    let targetSum = products[columns * stride + columns + 1]
    let targetSquares = products[columns * stride + columns]
    result.targetScatter = Swift.max(targetSquares - targetSum * offsets[columns], 0)
    result.targetMean = shift[columns] + offsets[columns]
    result.weight = weight
    return result
  }
}
