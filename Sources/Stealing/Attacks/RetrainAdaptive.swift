import Learning
public import LinearAlgebra
public import Methods
public import Querying
import Tabular

/// A substitute trained in rounds: three quarters of the rows of a round lie near the boundary of the substitute of
/// the round before, where its errors are, and one quarter is random.
///
/// Points near the boundary come from bisections between random rows on the local model, which cost no query. Where
/// columns hold categories, or rows come from a record, those of a random pool are taken that the local model is
/// least sure of.
///
/// - Source: Tramèr, Zhang, Juels, Reiter, Ristenpart, "Stealing Machine Learning Models via Prediction APIs",
///   USENIX Security 2016, section 6.1, after Cohn, Atlas, Ladner, "Improving generalization with active learning",
///   Mach. Learn. 15 (1994).
public struct RetrainAdaptive: SubstituteTraining {
  public static let card = MethodCard(
    id: "retrain-adaptive", family: .extraction, title: "Adaptive retraining",
    summary: "A substitute trained in rounds on labels near the boundary of the substitute before.",
    citation: "Tramèr et al., Stealing Machine Learning Models via Prediction APIs, USENIX Security 2016",
    needs: "labels", taxonomy: .modelExtraction)

  public static let settings: [Setting<Self>] =
    substituteSettings + [
      .init("rounds", \.rounds, "rounds of equal size", in: 1...),
      .init("boundaryShare", \.boundaryShare, "share of a round that lies near the boundary", in: 0...1),
      .init(
        "width", \.width, "distance, in columns scaled to -1...1, at which a search ends", in: .above(0)),
    ]

  /// Learner of the substitute.
  public var recipe = "auto"
  /// Penalty of a linear substitute.
  public var penalty = 1e-5
  /// Queries for each unknown of a linear model, without a budget.
  public var queryFactor = 100.0
  /// Rounds of equal size.
  public var rounds = 5
  /// Share of a round that lies near the boundary.
  public var boundaryShare = 0.75
  /// Distance at which a search ends.
  public var width = 0.1

  public init() {}

  public static func missing(_ schema: QuerySchema, _ capabilities: OracleCapabilities) -> String? {
    Substitute.missing(schema)
  }

  public func steal(_ session: QuerySession, using random: inout RandomStream) async throws -> StolenModel {
    let substitute = Substitute(recipe: recipe, penalty: penalty, schema: session.schema)
    let wanted = try Substitute.wanted(session, factor: queryFactor)
    let features = FeatureEncoder(inputs: session.schema.inputs)
    let size = max(wanted / max(rounds, 1), 1)
    var sample = try await session.sample(
      rounds == 1 ? wanted : min(size, wanted), features, method: Self.card.title, using: &random)
    for round in 1..<max(rounds, 2) where sample.count < wanted {
      let count = round == rounds - 1 ? wanted - sample.count : min(size, wanted - sample.count)
      var stream = random.child("round").child(round)
      guard let model = try substitute.fit(sample, using: &stream).classifier else { break }
      let (rows, near) = try rows(count, model, features, session, asked: sample.queries, using: &stream)
      guard rows.rows > 0 else { break }
      do {
        let asked = try await session.sample(rows, features, method: Self.card.title)
        session.report(model, on: asked, from: near)
        sample.append(asked)
      } catch StealingError.budgetTooSmall {
        break
      }
    }
    // Rows that came up twice were not billed again.
    if let left = session.remaining, left > 0, session.recordedQueries == nil {
      sample.append(try await session.sample(left, features, method: Self.card.title, using: &random))
    }
    return try substitute.stolen(sample, using: &random)
  }

  /// The rows of a round, and how many of them, the first, lie near the boundary.
  private func rows(
    _ count: Int, _ model: any Classifier, _ features: FeatureEncoder, _ session: QuerySession, asked: Matrix,
    using random: inout RandomStream
  ) throws -> (Matrix, near: Int) {
    let boundary = LocalBoundary(model: model, features: features)
    let near = Int((boundaryShare * Double(count)).rounded())
    if let recorded = session.recordedQueries {
      let known = Set((0..<asked.rows).map { asked.row($0).map(\.bitPattern) })
      let open = (0..<recorded.rows).filter { !known.contains(recorded.row($0).map(\.bitPattern)) }
      return (try pick(count, near: near, of: recorded.rows(at: open), boundary, using: &random), near)
    }
    let pool = session.rows(max(4 * count, 200), using: &random)
    guard session.schema.inputs.allSatisfy(\.isNumber) else {
      return (try pick(count, near: near, of: pool, boundary, using: &random), near)
    }
    let found = try boundary.points(near, between: pool, width: width, using: &random)
    return (found.appending(rowsOf: session.rows(count - found.rows, using: &random)), found.rows)
  }

  /// The rows of a pool that the model is least sure of, and random ones.
  private func pick(
    _ count: Int, near: Int, of pool: Matrix, _ boundary: LocalBoundary, using random: inout RandomStream
  ) throws -> Matrix {
    let margins = try boundary.margins(pool)
    let order = margins.indices.sorted { (margins[$0], $0) < (margins[$1], $1) }
    let rest = random.shuffled(Array(order.dropFirst(near)))
    return pool.rows(at: Array(order.prefix(near)) + rest.prefix(max(count - near, 0)))
  }
}
