import Learning
import LinearAlgebra
import Methods
import Querying
import Stealing
import Tabular

/// A substitute trained on the labels of rows that cover the space: each is the one of a random pool that is farthest from
/// those before it.
///
/// - Complexity: O(`candidates` · *n*² · *d*) for *n* queries of *d* features, before the first is sent.
/// - Source: Sener and Savarese, "Active Learning for Convolutional Neural Networks: A Core-Set Approach", ICLR 2018, on
///   the features themselves; to copy models Pal et al., "ActiveThief", AAAI 2020, on the substitute's answers.
struct CoreSet: ExtractionAttack {
  static let card = MethodCard(
    id: "core-set", family: .extraction, title: "Core set",
    summary: "A substitute trained on the labels of rows that lie far from one another.",
    citation:
      "Sener and Savarese, Active Learning for Convolutional Neural Networks: A Core-Set Approach, ICLR 2018",
    needs: "labels", taxonomy: .modelExtraction)

  static let settings: [Setting<Self>] = [
    .init("candidates", \.candidates, "random rows to choose from, for each query", in: 1...1000),
    .init("penalty", \.penalty, "of the substitute, on the squared weights", in: 0...),
    .init(
      "queryFactor", \.queryFactor, "queries for each unknown of a linear model, without a budget",
      in: .above(0)),
  ]

  /// Random rows to choose from, for each query.
  var candidates = 5
  /// Penalty of the substitute.
  var penalty = 1e-5
  /// Queries for each unknown of a linear model, without a budget.
  var queryFactor = 20.0

  static func missing(_ schema: QuerySchema, _ capabilities: OracleCapabilities) -> String? {
    Substitute.missing(schema)
  }

  func steal(_ session: QuerySession, using random: inout RandomStream) async throws -> StolenModel {
    let features = FeatureEncoder(inputs: session.schema.inputs)
    let wanted = max(try Substitute.wanted(session, factor: queryFactor), 1)
    let pool = session.schema.feasible(session.rows(try session.checked(candidates * wanted), using: &random))
    let chosen = try farthest(wanted, in: features.features(inputs: pool))
    let sample = try await session.sample(pool.rows(at: chosen), features, method: Self.card.title)
    return try Substitute(penalty: penalty, schema: session.schema).stolen(sample, using: &random)
  }

  /// The places of some points, each as far as possible from those before it; fewer if there are fewer points.
  private func farthest(_ count: Int, in points: Matrix) throws -> [Int] {
    var chosen: [Int] = []
    var nearest = [Double](repeating: .infinity, count: points.rows)
    while chosen.count < min(count, points.rows) {
      try Task.checkCancellation()
      let next = nearest.indices.reduce(0) { nearest[$1] > nearest[$0] ? $1 : $0 }
      chosen.append(next)
      let point = points.row(next)
      for place in nearest.indices {
        let distance = points.withRow(place) { values in
          values.indices.reduce(0.0) { $0 + (values[$1] - point[$1]) * (values[$1] - point[$1]) }
        }
        nearest[place] = min(nearest[place], distance)
      }
    }
    return chosen
  }
}
