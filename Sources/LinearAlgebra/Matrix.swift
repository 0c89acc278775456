/// A dense matrix of doubles, row-major, with value semantics.
///
/// Row `i` occupies `elements[i * columns ..< (i + 1) * columns]`, so a row is contiguous and can be lent
/// to a closure without a copy (``withRow(_:_:)``). Copies are made only when a shared matrix is changed.
@frozen
public struct Matrix: Hashable, Sendable, Codable {
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  @usableFromInline var storage: [Double]

  /// All elements, row after row; the count is always `rows * columns`.
  @inlinable public var elements: [Double] { storage }

  /// A matrix with every element equal to `value`.
  @inlinable
  public init(rows: Int, columns: Int, repeating value: Double = 0) {
    precondition(rows >= 0 && columns >= 0, "a matrix has no negative dimension")
    self.rows = rows
    self.columns = columns
    self.storage = [Double](repeating: value, count: rows * columns)
  }

  /// Takes row-major elements; their count must be `rows * columns`.
  @inlinable
  public init(rows: Int, columns: Int, elements: [Double]) {
    precondition(elements.count == rows * columns, "\(elements.count) elements for \(rows) x \(columns)")
    self.rows = rows
    self.columns = columns
    self.storage = elements
  }

  private enum CodingKeys: String, CodingKey {
    case rows, columns
    case storage = "elements"
  }

  /// Decodes a matrix and checks that its shape fits the number of its elements.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    rows = try container.decode(Int.self, forKey: .rows)
    columns = try container.decode(Int.self, forKey: .columns)
    storage = try container.decode([Double].self, forKey: .storage)
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows >= 0, columns >= 0, !overflow, count == storage.count else {
      throw DecodingError.dataCorruptedError(
        forKey: .storage, in: container,
        debugDescription: "\(storage.count) elements do not fill a matrix of \(rows) x \(columns)")
    }
  }

  /// A matrix from rows of equal length.
  public init(_ rows: [[Double]]) {
    let columns = rows.first?.count ?? 0
    precondition(rows.allSatisfy { $0.count == columns }, "rows of different length")
    self.init(rows: rows.count, columns: columns, elements: rows.flatMap(\.self))
  }

  /// The identity matrix of the given order.
  public static func identity(_ order: Int) -> Matrix {
    var result = Matrix(rows: order, columns: order)
    for index in 0..<order { result[index, index] = 1 }
    return result
  }

  /// The element in row `row` and column `column`, both from zero.
  @inlinable
  public subscript(row: Int, column: Int) -> Double {
    get {
      precondition(column >= 0 && column < columns, "column \(column) of \(columns)")
      return storage[row * columns + column]
    }
    set {
      precondition(column >= 0 && column < columns, "column \(column) of \(columns)")
      storage[row * columns + column] = newValue
    }
  }

  /// A copy of one row.
  @inlinable
  public func row(_ index: Int) -> [Double] {
    Array(elements[index * columns..<(index + 1) * columns])
  }

  /// A copy of one column.
  public func column(_ index: Int) -> [Double] {
    precondition(index >= 0 && index < columns, "column \(index) of \(columns)")
    return (0..<rows).map { elements[$0 * columns + index] }
  }

  /// Lends one row to `body` without a copy; the buffer must not leave the closure.
  @inlinable
  public func withRow<Result>(
    _ index: Int, _ body: (UnsafeBufferPointer<Double>) throws -> Result
  ) rethrows -> Result {
    precondition(index >= 0 && index < rows, "row \(index) of \(rows)")
    return try elements.withUnsafeBufferPointer {
      try body(UnsafeBufferPointer(rebasing: $0[index * columns..<(index + 1) * columns]))
    }
  }

  /// Takes over the elements of a matrix of the same shape, in the memory that this one has.
  public mutating func copyElements(of other: Matrix) {
    precondition(rows == other.rows && columns == other.columns, "matrices of different shape")
    withMutableElements { target in other.withElements { _ = target.update(fromContentsOf: $0) } }
  }

  /// Lends all elements, row-major, to `body` without a copy.
  @inlinable
  public func withElements<Result>(
    _ body: (UnsafeBufferPointer<Double>) throws -> Result
  ) rethrows -> Result {
    try elements.withUnsafeBufferPointer(body)
  }

  /// Lends all elements, row-major, for changes in place.
  @inlinable
  public mutating func withMutableElements<Result>(
    _ body: (UnsafeMutableBufferPointer<Double>) throws -> Result
  ) rethrows -> Result {
    try storage.withUnsafeMutableBufferPointer { try body($0) }
  }

  /// Replaces one row.
  public mutating func setRow(_ index: Int, _ values: [Double]) {
    precondition(values.count == columns, "\(values.count) values for \(columns) columns")
    storage.replaceSubrange(index * columns..<(index + 1) * columns, with: values)
  }

  /// The rows with the given indices, in that order (an index may repeat).
  public func rows(at indices: [Int]) -> Matrix {
    var result = [Double]()
    result.reserveCapacity(indices.count * columns)
    for index in indices {
      precondition(index >= 0 && index < rows, "row \(index) of \(rows)")
      result.append(contentsOf: elements[index * columns..<(index + 1) * columns])
    }
    return Matrix(rows: indices.count, columns: columns, elements: result)
  }

  /// The columns with the given indices, in that order.
  public func columns(at indices: [Int]) -> Matrix {
    var result = Matrix(rows: rows, columns: indices.count)
    for row in 0..<rows {
      for (position, index) in indices.enumerated() { result[row, position] = self[row, index] }
    }
    return result
  }

  /// This matrix with the rows of `other` below its own.
  public func appending(rowsOf other: Matrix) -> Matrix {
    precondition(other.columns == columns, "\(other.columns) columns appended to \(columns)")
    return Matrix(rows: rows + other.rows, columns: columns, elements: elements + other.elements)
  }

  /// The transpose, as a new matrix.
  public func transposed() -> Matrix {
    var result = Matrix(rows: columns, columns: rows)
    let (rows, columns, tile) = (rows, columns, 16)
    result.storage.withUnsafeMutableBufferPointer { target in
      storage.withUnsafeBufferPointer { source in
        // Tiles keep both access patterns in the cache.
        for top in stride(from: 0, to: rows, by: tile) {
          for left in stride(from: 0, to: columns, by: tile) {
            for row in top..<Swift.min(top + tile, rows) {
              for column in left..<Swift.min(left + tile, columns) {
                target[column * rows + row] = source[row * columns + column]
              }
            }
          }
        }
      }
    }
    return result
  }

  /// The mean of every column (zero for a matrix without rows).
  public func columnMeans() -> [Double] {
    var sums = [Double](repeating: 0, count: columns)
    guard rows > 0 else { return sums }
    for row in 0..<rows { withRow(row) { axpy(1, $0, into: &sums) } }
    for column in 0..<columns { sums[column] /= Double(rows) }
    return sums
  }

  /// Checks that no element is NaN or infinite.
  ///
  /// - Throws: ``LinearAlgebraError/notFinite(row:column:)`` for the first one found.
  public func checkFinite() throws(LinearAlgebraError) {
    if storage.withUnsafeBufferPointer(allFinite) { return }
    guard let position = storage.firstIndex(where: { !$0.isFinite }) else { return }
    throw .notFinite(row: position / columns, column: position % columns)
  }
}
