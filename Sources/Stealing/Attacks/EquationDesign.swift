import Learning
import LinearAlgebra
import Querying
import Tabular

/// Rows chosen so that the equations which their answers give are independent, before anything is asked.
///
/// A pool of rows is drawn in which every level of every category stands. Rows that raise the rank of the equations
/// come first, so that as many answers as there are independent unknowns determine a linear model. Where nothing but
/// numbers is asked these are the first random rows, as published.
struct EquationDesign {
  /// The rows, those that raise the rank first.
  let rows: Matrix
  /// The largest rank that equations on these columns have.
  let rank: Int

  /// Chooses rows.
  ///
  /// - Parameter count: how many rows are wanted at least.
  init(
    _ session: QuerySession, _ features: FeatureEncoder, count: Int, using random: inout RandomStream
  ) throws {
    let widest = session.schema.inputs.reduce(1) { max($0, $1.levels.count) }
    let width = features.space.count + 1
    var pool = session.rows(max(count, 2 * max(width, widest)), using: &random)
    if session.oracle.recordedQueries == nil { session.schema.cover(&pool, using: &random) }
    let design = try features.features(inputs: pool)
    var basis = RowBasis(width: width)
    let isNew = (0..<pool.rows).map { basis.add(design.row($0) + [1]) }
    let order = isNew.indices.filter { isNew[$0] } + isNew.indices.filter { !isNew[$0] }
    rows = pool.rows(at: Array(order.prefix(max(count, basis.rank))))
    rank = basis.rank
  }

  /// The first rows, as many as are wanted and at least as many as determine a model.
  func rows(_ count: Int) -> Matrix { rows.rows(at: Array(0..<min(max(count, rank), rows.rows))) }
}

/// An orthonormal basis of the rows that were added so far.
struct RowBasis {
  /// Number of elements of a row.
  let width: Int
  private var vectors: [[Double]] = []
  /// The share of a row that must be new.
  private let tolerance: Double

  init(width: Int, tolerance: Double = 1e-9) {
    (self.width, self.tolerance) = (width, tolerance)
  }

  /// Number of independent rows.
  var rank: Int { vectors.count }

  /// Adds a row; says whether it was independent of those before.
  mutating func add(_ row: [Double]) -> Bool {
    let size = norm2(row)
    guard vectors.count < width, size > 0, size.isFinite else { return false }
    var rest = row.map { $0 / size }
    // Twice is enough for full accuracy.
    for _ in 0..<2 {
      for vector in vectors { axpy(-dot(vector, rest), vector, into: &rest) }
    }
    let left = norm2(rest)
    guard left > tolerance else { return false }
    vectors.append(rest.map { $0 / left })
    return true
  }

  /// The rank of equations with these coefficients and a constant.
  static func rank(_ design: Matrix) -> Int {
    var basis = RowBasis(width: design.columns + 1)
    for row in 0..<design.rows { _ = basis.add(design.row(row) + [1]) }
    return basis.rank
  }
}

extension QuerySchema {
  /// Deals the levels of every category over the rows, so that all of them occur before one comes again.
  func cover(_ rows: inout Matrix, using random: inout RandomStream) {
    for (column, input) in inputs.enumerated() where input.levels.count > 1 {
      var deck: [Int] = []
      for row in 0..<rows.rows {
        if deck.isEmpty { deck = random.permutation(input.levels.count) }
        rows[row, column] = Double(deck.removeLast())
      }
    }
  }

  /// The levels that no row asks about, in words such as "country (2 of 41)"; empty if all are.
  func unaskedLevels(_ rows: Matrix) -> [String] {
    inputs.enumerated().compactMap { column, input in
      let asked = Set(rows.column(column))
      let left = input.levels.indices.count { !asked.contains(Double($0)) }
      return left > 0 ? "'\(input.name)' (\(left) of \(input.levels.count))" : nil
    }
  }
}
