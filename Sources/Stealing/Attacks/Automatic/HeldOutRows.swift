import Learning
import LinearAlgebra
import Querying
import Tabular

/// Rows with the model's answers that no copy is made from.
///
/// Half of them are rows as the model's users have them, if such are known, without those in which a value is missing; the
/// others are drawn. A record gives up
/// rows of its own for this, which no attack gets then.
struct HeldOutRows {
  private(set) var sample: QuerySample
  /// How many of the rows were given.
  private(set) var realRows: Int
  private let session: QuerySession
  private let tolerance: HeldOutCheck.Tolerance
  /// Given rows that were not asked about yet, in random order.
  private var given: Matrix

  /// Asks about as many rows, or as the budget allows.
  ///
  /// - Throws: errors of the oracle, `StealingError.budgetTooSmall`.
  init(
    _ session: QuerySession, count: Int, relative: Double, method: String, using random: inout RandomStream
  ) async throws {
    self.session = session
    tolerance = HeldOutCheck.Tolerance(session.schema, session.capabilities, relative: relative)
    let real = session.realRows ?? Matrix(rows: 0, columns: session.schema.inputs.count)
    var order = random.child("given")
    let shuffled = order.permutation(real.rows)
    given = real.rows(at: shuffled.filter { !real.row($0).contains(where: \.isNaN) })
    let features = FeatureEncoder(inputs: session.schema.inputs)
    // A small budget is for the attack first.
    let most = session.budget.map { max($0 / 4, 1) } ?? count
    let (rows, realRows) = Self.draw(min(count, most), session, &given, using: &random)
    session.hold(rows)
    sample = try await session.sample(rows, features, method: method)
    self.realRows = Self.realCount(sample.count, of: rows.rows, realRows)
  }

  var count: Int { sample.count }

  /// How a copy stands beside the model on these rows.
  func check(_ copy: StolenModel) throws -> HeldOutCheck {
    HeldOutCheck(
      model: sample.answers, copy: try PipelineOracle(copy.pipeline).answers(sample.queries),
      realRows: realRows, tolerance: tolerance)
  }

  /// How a copy stands beside the model on other rows with known answers.
  func check(_ copy: Pipeline, on other: QuerySample, realRows: Int = 0) throws -> HeldOutCheck {
    HeldOutCheck(
      model: other.answers, copy: try PipelineOracle(copy).answers(other.queries), realRows: realRows,
      tolerance: tolerance)
  }

  /// Fresh rows with answers, given and drawn in turn, as many as the budget allows; nil if it allows none.
  mutating func fresh(
    _ count: Int, using random: inout RandomStream
  ) async throws -> (sample: QuerySample, realRows: Int)? {
    let (rows, real) = Self.draw(count, session, &given, using: &random)
    guard rows.rows > 0 else { return nil }
    do {
      let asked = try await session.sample(rows, sample.features, method: AutomaticAttack.card.title)
      return (asked, Self.realCount(asked.count, of: rows.rows, real))
    } catch StealingError.budgetTooSmall {
      return nil
    }
  }

  /// Holds more rows out.
  mutating func extend(to count: Int, using random: inout RandomStream) async throws {
    guard count > sample.count, session.oracle.recordedQueries == nil,
      let more = try await fresh(count - sample.count, using: &random)
    else { return }
    sample.append(more.sample)
    realRows += more.realRows
  }

  /// Given and drawn rows in turn.
  private static func draw(
    _ count: Int, _ session: QuerySession, _ given: inout Matrix, using random: inout RandomStream
  ) -> (rows: Matrix, realRows: Int) {
    let real = min(given.rows, (count + 1) / 2)
    let drawn = session.rows(max(count - real, 0), using: &random)
    var places: [Int] = []
    for place in 0..<max(real, drawn.rows) {
      if place < real { places.append(place) }
      if place < drawn.rows { places.append(real + place) }
    }
    let all = given.rows(at: Array(0..<real)).appending(rowsOf: drawn)
    given = given.rows(at: Array(real..<given.rows))
    return (all.rows(at: places), real)
  }

  /// How many of the first rows were given, where `real` of all are and the two stand in turn.
  private static func realCount(_ count: Int, of all: Int, _ real: Int) -> Int {
    let drawn = all - real
    return min(real, max((count + 1) / 2, count - drawn))
  }
}
