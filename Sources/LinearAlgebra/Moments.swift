internal import COpenBLAS

/// The weighted first and second moments of a regression data set: all that a linear least-squares method
/// needs to know of it.
///
/// For rows `x`, targets `y` and weights `u` with total `W` these are the means `x̄ = Σ u x / W` and
/// `ȳ = Σ u y / W`, the centred scatter `Σ u (x − x̄)(x − x̄)ᵀ`, the centred cross products
/// `Σ u (x − x̄)(y − ȳ)` and the centred sum of squares `Σ u (y − ȳ)²`. Moments of disjoint sets of rows add
/// up, and a fold is taken out by subtracting its moments.
///
/// A typical row is subtracted from all rows before anything is multiplied, so that data far from the origin
/// loses no digits.
///
/// - Complexity: O(*n*·*d*²) for *n* rows and *d* features, by BLAS `dsyrk` on blocks of fixed size.
/// - Source: Chan, Golub, LeVeque, "Algorithms for computing the sample variance", The American
///   Statistician 37 (1983), for the pairwise update.
public struct Moments: Sendable {
  /// Total weight `W`; the number of rows when all weights are one.
  public private(set) var count: Double
  /// Number of rows.
  public private(set) var rows: Int
  /// Weighted mean of every feature.
  public private(set) var means: [Double]
  /// Weighted mean of the target.
  public private(set) var targetMean: Double
  /// Centred scatter matrix of the features, both triangles filled.
  public private(set) var scatter: Matrix
  /// Centred cross products of features and target.
  public private(set) var cross: [Double]
  /// Centred sum of squares of the target.
  public private(set) var targetScatter: Double

  /// Number of features.
  public var featureCount: Int { means.count }

  /// The moments of all rows; nil weights mean one for every row. The result does not depend on `workers`.
  ///
  /// Values that are not finite spread into the result and can be looked for there.
  public init(features: Matrix, target: [Double], weights: [Double]? = nil, workers: Int = 1) {
    precondition(features.rows == target.count, "\(features.rows) rows and \(target.count) targets")
    precondition(weights.map { $0.count == target.count } ?? true, "one weight per row")
    let shift = Self.typicalRow(features, target)
    let blocks = (features.rows + Self.blockRows - 1) / Self.blockRows
    var sums: ShiftedSums
    do {
      let parts = try concurrentMap(blocks, workers: workers) { block in
        let first = block * Self.blockRows
        let range = first..<Swift.min(first + Self.blockRows, features.rows)
        return ShiftedSums(features, target, weights, rows: range, shift: shift)
      }
      sums = parts.first ?? ShiftedSums(order: shift.count)
      for part in parts.dropFirst() { sums.add(part) }
    } catch {
      preconditionFailure("summing blocks does not throw: \(error)")
    }
    self.init(sums, rows: features.rows, shift: shift)
  }

  /// The moments of rows whose uncentred products are known: `gram` is `Σ x̃x̃ᵀ` and `cross` is `Σ x̃y` with
  /// `x̃ = (x, 1)`, so both end with the sums over the constant feature.
  ///
  /// Digits are lost where a mean is much larger than its spread; use it for features near [0, 1].
  public init(gram: Matrix, cross: [Double], targetSquares: Double, rows: Int) {
    let columns = cross.count - 1
    precondition(gram.rows == cross.count && gram.columns == cross.count, "products of different order")
    self.rows = rows
    count = gram[columns, columns]
    let scale = count > 0 ? 1 / count : 0
    let sums = gram.row(columns)
    means = (0..<columns).map { sums[$0] * scale }
    targetMean = cross[columns] * scale
    let targetSum = cross[columns]
    self.cross = (0..<columns).map { cross[$0] - sums[$0] * scale * targetSum }
    var scatter = Matrix(rows: columns, columns: columns)
    scatter.withMutableElements { scatter in
      gram.withElements { gram in
        for row in 0..<columns {
          let factor = sums[row] * scale
          for column in 0..<columns {
            scatter[row * columns + column] = gram[row * (columns + 1) + column] - factor * sums[column]
          }
        }
      }
    }
    for row in 0..<columns { scatter[row, row] = Self.nonNegative(scatter[row, row]) }
    self.scatter = scatter
    targetScatter = Self.nonNegative(targetSquares - targetSum * scale * targetSum)
  }

  /// Adds the moments of other rows.
  public mutating func add(_ other: Moments) { combine(other, sign: 1) }

  /// Takes out the moments of rows that are part of these.
  public mutating func remove(_ other: Moments) { combine(other, sign: -1) }

  private static let blockRows = 8192

  /// The mean of at most 64 rows spread over the data, with the target as last element.
  private static func typicalRow(_ features: Matrix, _ target: [Double]) -> [Double] {
    let (rows, columns) = (features.rows, features.columns)
    var sum = [Double](repeating: 0, count: columns + 1)
    let stride = Swift.max(rows / 64, 1)
    var taken = 0.0
    features.withElements { elements in
      var row = stride / 2
      while row < rows {
        for column in 0..<columns { sum[column] += elements[row * columns + column] }
        sum[columns] += target[row]
        taken += 1
        row += stride
      }
    }
    return taken == 0 ? sum : sum.map { $0 / taken }
  }

  private init(_ sums: ShiftedSums, rows: Int, shift: [Double]) {
    let columns = shift.count - 1
    self.rows = rows
    count = sums.weight
    let scale = sums.weight > 0 ? 1 / sums.weight : 0
    means = (0..<columns).map { shift[$0] + sums.first[$0] * scale }
    targetMean = shift[columns] + sums.first[columns] * scale
    var scatter = Matrix(rows: columns, columns: columns)
    let (order, first) = (columns + 1, sums.first)
    cross = [Double](repeating: 0, count: columns)
    for row in 0..<columns {
      cross[row] = sums.second[row * order + columns] - first[row] * scale * first[columns]
    }
    scatter.withMutableElements { scatter in
      for row in 0..<columns {
        let factor = first[row] * scale
        for column in row..<columns {
          let value = sums.second[row * order + column] - factor * first[column]
          scatter[row * columns + column] = value
          scatter[column * columns + row] = value
        }
      }
    }
    for row in 0..<columns { scatter[row, row] = Self.nonNegative(scatter[row, row]) }
    self.scatter = scatter
    let last = sums.second[columns * order + columns]
    targetScatter = Self.nonNegative(last - first[columns] * scale * first[columns])
  }

  /// Zero in place of a negative rounding error; NaN stays NaN.
  private static func nonNegative(_ value: Double) -> Double { value < 0 ? 0 : value }

  private mutating func combine(_ other: Moments, sign: Double) {
    precondition(other.featureCount == featureCount, "moments of different numbers of features")
    let total = count + sign * other.count
    rows += sign > 0 ? other.rows : -other.rows
    guard other.count > 0 else { return }
    let share = total > 0 ? sign * other.count / total : 0
    let factor = count * share
    let shift = zip(other.means, means).map { $0 - $1 }
    let targetShift = other.targetMean - targetMean
    let order = featureCount
    scatter.withMutableElements { scatter in
      other.scatter.withElements { added in
        for row in 0..<order {
          let scaled = factor * shift[row]
          for column in 0..<order {
            scatter[row * order + column] += sign * added[row * order + column] + scaled * shift[column]
          }
        }
      }
    }
    for index in 0..<order {
      cross[index] += sign * other.cross[index] + factor * shift[index] * targetShift
      means[index] += share * shift[index]
    }
    targetScatter = Self.nonNegative(
      targetScatter + sign * other.targetScatter + factor * targetShift * targetShift)
    targetMean += share * targetShift
    count = total
  }
}

/// Sums and products of rows `(x, y)` after subtraction of a fixed shift; only the upper triangle is used.
private struct ShiftedSums: Sendable {
  var weight: Double
  var first: [Double]
  var second: [Double]

  init(order: Int) {
    weight = 0
    first = [Double](repeating: 0, count: order)
    second = [Double](repeating: 0, count: order * order)
  }

  /// The sums of the rows in `range`, in panels that stay in cache between copy and product.
  init(
    _ features: Matrix, _ target: [Double], _ weights: [Double]?, rows range: Range<Int>, shift: [Double]
  ) {
    let order = shift.count
    self.init(order: order)
    let panelRows = Swift.min(range.count, Swift.max(64, 65_536 / order))
    let width = (order + 7) & ~7
    let panel = UnsafeMutablePointer<Double>.allocate(capacity: panelRows * width)
    defer { panel.deallocate() }
    var start = range.lowerBound
    while start < range.upperBound {
      let used = Swift.min(panelRows, range.upperBound - start)
      features.withElements { features in
        for row in 0..<used {
          let first = (start + row) * (order - 1)
          let source = UnsafeBufferPointer(rebasing: features[first..<first + order - 1])
          copy(source, target[start + row], weights?[start + row] ?? 1, shift, to: panel + row * width)
        }
      }
      second.withUnsafeMutableBufferPointer {
        cblas_dsyrk(
          CblasRowMajor, CblasUpper, CblasTrans, blasInt(order), blasInt(used), 1, panel, blasInt(width), 1,
          $0.baseAddress, blasInt(order))
      }
      start += used
    }
  }

  /// Writes one shifted row, scaled by the root of its weight, and counts it in the first sums.
  @inline(__always)
  private mutating func copy(
    _ source: UnsafeBufferPointer<Double>, _ target: Double, _ weight: Double, _ shift: [Double],
    to row: UnsafeMutablePointer<Double>
  ) {
    let last = source.count
    self.weight += weight
    first.withUnsafeMutableBufferPointer { first in
      shift.withUnsafeBufferPointer { shift in
        if weight == 1 {
          for column in 0..<last {
            let value = source[column] - shift[column]
            row[column] = value
            first[column] += value
          }
          row[last] = target - shift[last]
          first[last] += row[last]
        } else {
          let root = weight.squareRoot()
          for column in 0..<last {
            let value = (source[column] - shift[column]) * root
            row[column] = value
            first[column] += value * root
          }
          row[last] = (target - shift[last]) * root
          first[last] += row[last] * root
        }
      }
    }
  }

  mutating func add(_ other: ShiftedSums) {
    weight += other.weight
    for index in first.indices { first[index] += other.first[index] }
    for index in second.indices { second[index] += other.second[index] }
  }
}
