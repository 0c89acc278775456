import Learning
import LinearAlgebra
import Methods
import Querying
import Tabular

/// Rows with the model's answers that no copy is made from.
///
/// Half of them are rows as the model's users have them, if such are known, without those in which a value is missing; the
/// others are drawn. A record gives up rows of its own for this, which no attack gets then.
struct HeldOutRows {
  /// Rows that were asked about, given and drawn.
  struct Fresh {
    let sample: QuerySample
    /// Which of the rows were given.
    let isReal: [Bool]
  }

  private(set) var sample: QuerySample
  /// Which of the rows were given.
  private(set) var isReal: [Bool]
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
    let drawn = Self.draw(min(count, most), session, &given, using: &random)
    session.hold(drawn.rows)
    sample = try await session.sample(drawn.rows, features, method: method)
    isReal = Array(drawn.isReal.prefix(sample.count))
  }

  var count: Int { sample.count }

  /// How a copy stands beside the model on these rows.
  func check(_ copy: Pipeline) throws -> HeldOutCheck {
    try check(copy, on: Fresh(sample: sample, isReal: isReal))
  }

  /// How a copy stands beside the model on other rows with known answers. Rows that the copy cannot answer differ.
  ///
  /// - Throws: `CancellationError`.
  func check(_ copy: Pipeline, on other: Fresh) throws -> HeldOutCheck {
    try Task.checkCancellation()
    return HeldOutCheck(
      model: other.sample.answers, copy: PipelineOracle(copy).possibleAnswers(other.sample.queries),
      isReal: other.isReal, tolerance: tolerance)
  }

  /// Fresh rows with answers, given and drawn in turn, as many as the budget allows; nil if it allows none or the model
  /// refuses them.
  mutating func fresh(_ count: Int, using random: inout RandomStream) async throws -> Fresh? {
    let drawn = Self.draw(count, session, &given, using: &random)
    guard drawn.rows.rows > 0 else { return nil }
    do {
      let asked = try await session.sample(
        drawn.rows, sample.features, method: AutomaticAttack.card.title)
      return Fresh(sample: asked, isReal: Array(drawn.isReal.prefix(asked.count)))
    } catch StealingError.budgetTooSmall, QueryError.refused {
      return nil
    }
  }

  /// Holds more rows out.
  mutating func extend(to count: Int, using random: inout RandomStream) async throws {
    guard count > sample.count, session.oracle.recordedQueries == nil,
      let more = try await fresh(count - sample.count, using: &random)
    else { return }
    session.hold(more.sample.queries)
    sample.append(more.sample)
    isReal += more.isReal
  }

  /// Given and drawn rows in turn.
  private static func draw(
    _ count: Int, _ session: QuerySession, _ given: inout Matrix, using random: inout RandomStream
  ) -> (rows: Matrix, isReal: [Bool]) {
    let real = min(given.rows, (count + 1) / 2)
    let drawn = session.rows(max(count - real, 0), using: &random)
    var places: [Int] = []
    for place in 0..<max(real, drawn.rows) {
      if place < real { places.append(place) }
      if place < drawn.rows { places.append(real + place) }
    }
    let all = given.rows(at: Array(0..<real)).appending(rowsOf: drawn)
    given = given.rows(at: Array(real..<given.rows))
    return (all.rows(at: places), places.map { $0 < real })
  }
}

extension PipelineOracle {
  /// The answers to rows; an empty one where the model has none, because a number is too large for it.
  func possibleAnswers(_ rows: Matrix) -> [Answer] {
    if let all = try? answers(rows) { return all }
    return (0..<rows.rows).map { row in (try? answers(rows.rows(at: [row])))?.first ?? Answer() }
  }
}
