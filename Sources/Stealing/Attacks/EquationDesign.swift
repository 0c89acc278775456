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
    let isRecord = session.oracle.recordedQueries != nil
    if !isRecord { session.schema.cover(&pool, using: &random) }
    var found = EquationRank(session.schema, features)
    let largest = session.schema.equationRank
    guard isRecord || !session.schema.hasGenericRows, found.isSearched else {
      rank = min(largest, pool.rows)
      rows = pool.rows(at: Array(0..<min(max(count, rank), pool.rows)))
      return
    }
    let isNew = try found.add(pool, until: isRecord ? nil : largest)
    let order = isNew.indices.filter { isNew[$0] } + isNew.indices.filter { !isNew[$0] }
    rows = pool.rows(at: Array(order.prefix(max(count, found.rank))))
    rank = found.rank
  }

  /// The first rows, as many as are wanted and at least as many as determine a model.
  func rows(_ count: Int) -> Matrix { rows.rows(at: Array(0..<min(max(count, rank), rows.rows))) }
}

/// The rank of the equations that the answers to rows give: the encoded columns and a constant.
///
/// A row with a new level of the widest category is always independent. Any other is so if its difference from the first
/// row with its level is, which has no part in the columns of that category. So only the other columns take work that
/// grows with the cube of their number.
struct EquationRank {
  /// Most columns besides those of the widest category for which independent rows are looked for.
  static let widthLimit = 1000
  /// Rows that are encoded at a time.
  private static let chunk = 256

  private let schema: QuerySchema
  private let features: FeatureEncoder
  /// The category with the most levels; nil if there is none.
  private let widest: Int?
  /// Encoded columns that are not those of the widest category.
  private let others: [Int]
  /// The first row with every level, without the columns of the category.
  private var pivots: [Double: [Double]] = [:]
  private var basis: RowBasis
  private var rows = 0

  init(_ schema: QuerySchema, _ features: FeatureEncoder) {
    (self.schema, self.features) = (schema, features)
    let most = schema.inputs.reduce(0) { max($0, $1.levels.count) }
    widest = most > 1 ? schema.inputs.firstIndex { $0.levels.count == most } : nil
    let owners = features.inputOfColumn
    others = owners.indices.filter { [widest] in owners[$0] != widest }
    basis = RowBasis(width: others.count + 1)
  }

  /// Whether independent rows are looked for; the rank is the largest possible one where there are too many columns.
  var isSearched: Bool { others.count <= Self.widthLimit }

  /// Number of independent rows; where they are not looked for, the most that it can be.
  var rank: Int {
    guard !isSearched else { return pivots.count + basis.rank }
    let missing = widest.map { schema.inputs[$0].levels.count - pivots.count } ?? 0
    return min(rows, schema.equationRank - missing)
  }

  /// Adds rows as they are asked; says which were independent of those before.
  ///
  /// - Parameter limit: the rank from which on no row is looked at; nil for none.
  mutating func add(_ queries: Matrix, until limit: Int? = nil) throws -> [Bool] {
    var isNew = [Bool](repeating: false, count: queries.rows)
    for start in stride(from: 0, to: queries.rows, by: Self.chunk) {
      let end = min(start + Self.chunk, queries.rows)
      guard isSearched else {
        rows += end - start
        if let widest { for row in start..<end { pivots[queries[row, widest]] = [] } }
        continue
      }
      let design = try features.features(inputs: queries.rows(at: Array(start..<end)))
      for row in start..<end {
        if let limit, rank >= limit { return isNew }
        isNew[row] = add(design.row(row - start), level: widest.map { queries[row, $0] })
      }
    }
    return isNew
  }

  private mutating func add(_ encoded: [Double], level: Double?) -> Bool {
    let row = others.map { encoded[$0] } + [1]
    guard let level else { return basis.add(row) }
    guard let pivot = pivots[level] else {
      pivots[level] = row
      return true
    }
    return basis.add(zip(row, pivot).map { $0 - $1 }, size: norm2(row))
  }

  /// The rank of the equations of some rows.
  static func rank(_ queries: Matrix, _ schema: QuerySchema, _ features: FeatureEncoder) throws -> Int {
    var found = EquationRank(schema, features)
    _ = try found.add(queries, until: schema.equationRank)
    return found.rank
  }
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
  ///
  /// - Parameter size: what its new part is compared with; nil for the norm of the row.
  mutating func add(_ row: [Double], size: Double? = nil) -> Bool {
    let size = size ?? norm2(row)
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
}

extension QuerySchema {
  /// Whether random rows are independent as long as there are no more than unknowns: nothing but numbers that vary, of
  /// which none must be whole.
  var hasGenericRows: Bool {
    inputs.allSatisfy { input in
      guard case .number(let lower, let upper) = input.kind else { return false }
      return lower < upper && !input.isWhole
    }
  }

  /// The largest rank of equations in all levels, all numbers and a constant: the levels of a category add up to the
  /// constant, as do indicators of which as many are 1 in every row, and columns that cannot vary are multiples of it.
  var equationRank: Int {
    let alone = inputs.reduce(1) { sum, input in
      if case .number(let lower, let upper) = input.kind {
        return sum + (input.group == nil && lower < upper ? 1 : 0)
      }
      return sum + input.levels.count - 1
    }
    return indicatorGroups.reduce(alone) { sum, indicators in
      let count = indicators.columns.count
      let (least, most) = (min(indicators.group.least, count), min(indicators.group.most, count))
      return sum + (least < most ? count : least == count ? 0 : count - 1)
    }
  }
}

extension QuerySchema {
  /// Deals the levels of every category over the rows, in one column or in 0/1 columns, so that all of them occur before
  /// one comes again.
  func cover(_ rows: inout Matrix, using random: inout RandomStream) {
    for (column, input) in inputs.enumerated() where input.levels.count > 1 {
      var deck: [Int] = []
      for row in 0..<rows.rows {
        if deck.isEmpty { deck = random.permutation(input.levels.count) }
        rows[row, column] = Double(deck.removeLast())
      }
    }
    for indicators in indicatorGroups { cover(indicators, in: &rows, using: &random) }
  }

  /// Deals the levels of a category that stands in 0/1 columns, and none of them where rows may have none.
  private func cover(_ indicators: Indicators, in rows: inout Matrix, using random: inout RandomStream) {
    let columns = indicators.columns
    let (least, most) = (
      min(indicators.group.least, columns.count), min(indicators.group.most, columns.count)
    )
    guard most > 0, least < columns.count else { return }
    var deck: [Int] = []
    for row in 0..<rows.rows {
      if deck.isEmpty { deck = random.permutation(columns.count + (least == 0 ? 1 : 0)) }
      let level = deck.removeLast()
      guard level < columns.count else {
        for column in columns { rows[row, column] = 0 }
        continue
      }
      rows[row, columns[level]] = 1
      let ones = columns.filter { rows[row, $0] == 1 }
      if ones.count > most, let other = ones.first(where: { $0 != columns[level] }) { rows[row, other] = 0 }
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
