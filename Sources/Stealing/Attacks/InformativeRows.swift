import Learning
import LinearAlgebra
import Querying
import RealModule
import Tabular

/// Rows where the probabilities of a log-linear model are neither zero nor one.
///
/// Where the ranges of the columns are wide the model is sure nearly everywhere, and answers of zero and one are no
/// equations. Around a row with moderate probabilities all columns are moved by a share of their range that the first
/// answers there set: a quarter of what was too much, until the logarithms of the probabilities stay within bounds.
struct InformativeRows {
  /// The logarithm of a ratio of probabilities that a row may have.
  static let wanted = 16.0
  private static let bisections = 60
  private static let shrinkings = 40
  private static let rounds = 8
  /// Most numbers in a pool of rows, beyond those that are needed.
  private static let poolElements = 4_000_000

  let session: QuerySession
  let features: FeatureEncoder
  let method: String
  /// The largest logarithm of a ratio of probabilities that is an equation.
  let limit: Double

  /// More rows, until the equations of all usable ones have a rank or the queries are spent. Nil if nothing moderate
  /// was found.
  func extend(
    _ sample: QuerySample, toRank rank: Int, using random: inout RandomStream
  ) async throws -> QuerySample? {
    var sample = sample
    do {
      guard let anchor = try await anchor(&sample) else { return nil }
      guard var share = try await share(around: anchor, &sample, using: &random) else { return nil }
      var basis = EquationRank(session.schema, features)
      _ = try basis.add(sample.queries.rows(at: try equations(sample)))
      for _ in 0..<Self.rounds where basis.rank < rank {
        let rows = try candidates(around: anchor, share, basis, count: rank - basis.rank, using: &random)
        guard rows.rows > 0 else { break }
        let asked = try await session.sample(rows, features, method: method)
        let good = try equations(asked)
        _ = try basis.add(asked.queries.rows(at: good))
        sample.append(asked)
        if asked.count < rows.rows { break }
        if good.count * 2 < asked.count { share /= 4 }
      }
    } catch StealingError.budgetTooSmall {
      return sample
    }
    return sample
  }

  /// The rows of a sample whose answers are equations.
  private func equations(_ sample: QuerySample) throws -> [Int] {
    try sample.equations(session.schema.classCount, limit: limit).rows
  }

  /// The largest logarithm of a ratio of two probabilities; infinite where one is zero or rounded to one.
  static func size(_ answer: Answer) -> Double {
    guard let most = answer.probabilities.max(), let least = answer.probabilities.min(), least > 1e-290,
      most < 1
    else { return .infinity }
    return Double.log(most) - Double.log(least)
  }

  /// The most moderate row: of those that were asked, else of given ones, the middle and the ends of the ranges, else
  /// between two rows of different classes.
  private func anchor(_ sample: inout QuerySample) async throws -> [Double]? {
    if let row = best(sample) { return row }
    sample.append(try await session.sample(landmarks(sample.queries.row(0)), features, method: method))
    if let row = best(sample) { return row }
    let labels = sample.answers.labels
    guard let other = labels.firstIndex(where: { $0 != labels[0] }) else { return nil }
    var (low, high) = (sample.queries.row(0), sample.queries.row(other))
    for _ in 0..<Self.bisections {
      // Categories go over to the other side first; what is left is a way along numbers.
      let middle = session.schema.inputs.indices.map { column in
        session.schema.inputs[column].isNumber ? low[column] / 2 + high[column] / 2 : high[column]
      }
      guard middle != low, middle != high else { return nil }
      let asked = try await session.sample(
        Matrix(rows: 1, columns: middle.count, elements: middle), features, method: method)
      sample.append(asked)
      if Self.size(asked.answers[0]) <= min(limit, 2 * Self.wanted) { return middle }
      if asked.answers[0].label == labels[0] { low = middle } else { high = middle }
    }
    return nil
  }

  /// The row with the most moderate answer, if there is one.
  private func best(_ sample: QuerySample) -> [Double]? {
    let sizes = sample.answers.map(Self.size)
    guard let place = sizes.indices.min(by: { sizes[$0] < sizes[$1] }), sizes[place] <= limit else {
      return nil
    }
    return sample.queries.row(place)
  }

  /// Up to three given rows that are not held out, and the lower ends, the middle and the upper ends of all ranges with the categories of a
  /// row.
  private func landmarks(_ row: [Double]) -> Matrix {
    let inputs = session.schema.inputs
    let fixed = [0, 0.5, 1].map { place in
      zip(inputs, row).map { input, value in
        guard case .number(let lower, let upper) = input.kind else { return value }
        return lower + place * (upper - lower)
      }
    }
    guard session.oracle.recordedQueries == nil else { return Matrix([row]) }
    let given = session.openRealRows.map { rows in (0..<min(3, rows.rows)).map(rows.row) } ?? []
    return Matrix(given.filter { $0.allSatisfy(\.isFinite) } + fixed)
  }

  /// The share of the ranges by which rows may leave the anchor.
  private func share(
    around anchor: [Double], _ sample: inout QuerySample, using random: inout RandomStream
  ) async throws -> Double? {
    var share = 1.0
    for _ in 0..<Self.shrinkings {
      let pool = moved(session.rows(16, using: &random), towards: anchor, share, first: 0)
      let rows = pool.rows(at: [0, 1])
      let asked = try await session.sample(rows, features, method: method)
      sample.append(asked)
      if asked.answers.allSatisfy({ Self.size($0) <= min(limit, Self.wanted) }) { return share }
      share /= 4
    }
    return nil
  }

  /// Rows around the anchor that raise the rank of a basis.
  private func candidates(
    around anchor: [Double], _ share: Double, _ basis: EquationRank, count: Int,
    using random: inout RandomStream
  ) throws -> Matrix {
    let (widest, width) = (
      session.schema.inputs.reduce(1) { max($0, $1.levels.count) }, session.schema.inputs.count
    )
    let every = min(2 * widest * width, max(Self.poolElements / width, 1))
    var pool = session.rows(max(8 * count, every), using: &random)
    session.schema.cover(&pool, using: &random)
    pool = session.schema.feasible(
      moved(pool, towards: anchor, share, first: random.integer(below: session.schema.inputs.count)))
    guard basis.isSearched else { return pool.rows(at: Array(0..<min(count, pool.rows))) }
    var basis = basis
    let isNew = try basis.add(pool, until: basis.rank + count)
    return pool.rows(at: isNew.indices.filter { isNew[$0] })
  }

  /// Rows moved towards the anchor until only a share of the way is left. Of the columns that cannot be moved by a share,
  /// categories and whole numbers, one differs from the anchor, in turn; indicators of a category are one of them.
  private func moved(_ rows: Matrix, towards anchor: [Double], _ share: Double, first: Int) -> Matrix {
    guard share < 1 else { return rows }
    var result = rows
    let inputs = session.schema.inputs
    let isWhole = inputs.indices.map { column in
      rows.column(column).allSatisfy { $0 == $0.rounded() } && anchor[column] == anchor[column].rounded()
    }
    // Indicators have the number of the first column of their category.
    var owner = Array(inputs.indices)
    for group in session.schema.indicatorGroups {
      for column in group.columns { owner[column] = group.columns[0] }
    }
    let steps = inputs.indices.filter { owner[$0] == $0 && (!inputs[$0].isNumber || isWhole[$0]) }
    for row in 0..<rows.rows {
      let turn = steps.isEmpty ? -1 : steps[(first + row) % steps.count]
      for column in inputs.indices {
        let (near, far) = (anchor[column], rows[row, column])
        if !inputs[column].isNumber || inputs[column].group != nil {
          result[row, column] = owner[column] == turn ? far : near
        } else if isWhole[column] {
          let way = (share * (far - near)).rounded()
          result[row, column] =
            way == 0 && column == turn && far != near ? near + (far > near ? 1 : -1) : near + way
        } else {
          result[row, column] = near + share * (far - near)
        }
      }
    }
    return result
  }
}
