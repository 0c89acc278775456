internal import COpenBLAS

/// Gathers matrices `Σ wᵢ zᵢ zᵢᵀ` of shifted and scaled rows `z = ((x − shift) · scale, 1)`, for several sets of
/// weights at once: the blocks of the Hessian of a generalised linear model. The weights of a single set must be
/// at least zero, those of several may have any sign.
///
/// Rows are copied tile by tile into the cache, so the features are read once whatever the number of sets.
public struct WeightedGram: Sendable {
  /// Rows of a tile.
  public static let tileRows = 192
  /// Whether OpenBLAS multiplies small matrices without packing them first; see ``MomentChunk`` for why products
  /// are then cut into small blocks.
  static let isSmallFast =
    ["SkylakeX", "Cooperlake", "SapphireRapids"].contains(BLASRuntime.coreName)

  /// Number of features.
  public let columns: Int
  /// Number of weights that each row has.
  public let sets: Int
  private let shift: [Double]
  private let scale: [Double]
  private let stride: Int
  private var products: [Double]
  private var width: Int { columns + 1 }

  /// No rows yet.
  public init(shift: [Double], scale: [Double], sets: Int) {
    precondition(shift.count == scale.count, "\(shift.count) shifts and \(scale.count) scales")
    columns = shift.count
    self.sets = sets
    self.shift = shift
    self.scale = scale
    let lines = (columns + 1 + 7) / 8
    stride = 8 * (lines % 8 == 0 ? lines + 1 : lines)
    products = [Double](repeating: 0, count: sets * stride * (columns + 1))
  }

  /// Adds at most ``tileRows`` rows.
  ///
  /// - Parameter weights: the weights of the rows, set after set, `sets * rows.count` values.
  public mutating func add(_ features: Matrix, _ rows: Range<Int>, weights: UnsafeBufferPointer<Double>) {
    precondition(rows.count <= Self.tileRows, "\(rows.count) rows in a tile of \(Self.tileRows)")
    precondition(features.columns == columns, "\(features.columns) columns for \(columns)")
    precondition(weights.count >= sets * rows.count, "\(weights.count) weights for \(rows.count) rows")
    let size = rows.count * stride
    withUnsafeTemporaryAllocation(byteCount: 2 * size * 8, alignment: 64) { memory in
      let tiles = memory.bindMemory(to: Double.self)
      let plain = UnsafeMutableBufferPointer(rebasing: tiles[0..<size])
      let scaled = UnsafeMutableBufferPointer(rebasing: tiles[size...])
      fill(plain, features, rows, weights)
      if sets == 1 {
        multiply(UnsafeBufferPointer(plain), UnsafeBufferPointer(plain), rows: rows.count, set: 0)
        return
      }
      for set in 0..<sets {
        for row in 0..<rows.count {
          let (weight, start) = (weights[set * rows.count + row], row * stride)
          for column in start..<start + stride { scaled[column] = weight * plain[column] }
        }
        multiply(UnsafeBufferPointer(scaled), UnsafeBufferPointer(plain), rows: rows.count, set: set)
      }
    }
  }

  /// Adds the sums of another gatherer of the same shape.
  public mutating func add(_ other: WeightedGram) {
    precondition(other.products.count == products.count, "sums of another shape")
    for index in products.indices { products[index] += other.products[index] }
  }

  /// Lends the upper triangle of the matrix of one set, row-major with the given distance of rows; what stands
  /// below the diagonal is undefined.
  public func withUpperTriangle<Result>(
    ofSet set: Int, _ body: (_ values: UnsafeBufferPointer<Double>, _ stride: Int) -> Result
  ) -> Result {
    products.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[set * stride * width..<(set + 1) * stride * width]), stride)
    }
  }

  /// Lends the sums, set after set, with the scales and the distance of rows.
  mutating func withProducts(
    _ body: (UnsafeMutableBufferPointer<Double>, UnsafeBufferPointer<Double>, _ stride: Int) -> Void
  ) {
    let stride = stride
    scale.withUnsafeBufferPointer { scale in
      products.withUnsafeMutableBufferPointer { body($0, scale, stride) }
    }
  }

  /// Writes the shifted and scaled rows, those of a single set times the roots of their weights.
  private func fill(
    _ tile: UnsafeMutableBufferPointer<Double>, _ features: Matrix, _ rows: Range<Int>,
    _ weights: UnsafeBufferPointer<Double>
  ) {
    let (columns, stride) = (columns, stride)
    features.withElements { source in
      shift.withUnsafeBufferPointer { shift in
        scale.withUnsafeBufferPointer { scale in
          for (position, row) in rows.enumerated() {
            let (from, to) = (row * columns, position * stride)
            let root = sets == 1 ? weights[position].squareRoot() : 1
            for column in 0..<columns {
              tile[to + column] = (source[from + column] - shift[column]) * scale[column] * root
            }
            tile[to + columns] = root
            for column in to + columns + 1..<to + stride { tile[column] = 0 }
          }
        }
      }
    }
  }

  /// Adds the product of two tiles, the blocks that touch the upper triangle only.
  private mutating func multiply(
    _ left: UnsafeBufferPointer<Double>, _ right: UnsafeBufferPointer<Double>, rows: Int, set: Int
  ) {
    guard let left = left.baseAddress, let right = right.baseAddress else { return }
    let (width, stride, step, k) = (width, stride, blasInt(stride), blasInt(rows))
    let (blockRows, blockColumns) = Self.isSmallFast ? (24, 128) : (64, width)
    let isSquare = left == right && !Self.isSmallFast
    products.withUnsafeMutableBufferPointer { products in
      guard let products = products.baseAddress.map({ $0 + set * stride * width }) else { return }
      if isSquare {
        cblas_dsyrk(
          CblasRowMajor, CblasUpper, CblasTrans, blasInt(width), k, 1, left, step, 1, products, step)
        return
      }
      for top in Swift.stride(from: 0, to: width, by: blockRows) {
        let height = blasInt(Swift.min(blockRows, width - top))
        for start in Swift.stride(from: top, to: width, by: blockColumns) {
          let breadth = blasInt(Swift.min(blockColumns, width - start))
          cblas_dgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, height, breadth, k, 1, left + top, step, right + start,
            step, 1, products + top * stride + start, step)
        }
      }
    }
  }
}
