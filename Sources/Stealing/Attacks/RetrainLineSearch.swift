import Learning
public import LinearAlgebra
public import Methods
public import Querying
import Tabular

/// A substitute trained on the labels met by line searches: pairs of random rows with different labels are bisected
/// on the model itself, every step of which is a query.
///
/// - Source: Tramèr, Zhang, Juels, Reiter, Ristenpart, "Stealing Machine Learning Models via Prediction APIs",
///   USENIX Security 2016, section 6.1, after Lowd and Meek, KDD 2005.
public struct RetrainLineSearch: SubstituteTraining {
  public static let card = MethodCard(
    id: "retrain-line-search", family: .extraction, title: "Retraining on line searches",
    summary: "A substitute trained on labels near the boundary, which line searches on the model find.",
    citation: "Tramèr et al., Stealing Machine Learning Models via Prediction APIs, USENIX Security 2016",
    needs: "labels of a model whose columns are numbers", taxonomy: .modelExtraction)

  public static let settings: [Setting<Self>] =
    substituteSettings + [
      .init("seedShare", \.seedShare, "share of the queries that are random rows", in: .above(0, through: 1)),
      .init(
        "width", \.width, "distance, in columns scaled to -1...1, at which a search ends", in: .above(0)),
    ]

  /// Learner of the substitute.
  public var recipe = "auto"
  /// Penalty of a linear substitute.
  public var penalty = 1e-5
  /// Queries for each unknown of a linear model, without a budget.
  public var queryFactor = 100.0
  /// Share of the queries that are random rows.
  public var seedShare = 0.25
  /// Distance at which a search ends.
  public var width = 0.1

  public init() {}

  public static func missing(_ schema: QuerySchema, _ capabilities: OracleCapabilities) -> String? {
    schema.classCount >= 2 && schema.inputs.allSatisfy(\.isNumber)
      ? nil : "labels of classes and columns that are all numbers"
  }

  public func steal(_ session: QuerySession, using random: inout RandomStream) async throws -> StolenModel {
    let substitute = Substitute(recipe: recipe, penalty: penalty, schema: session.schema)
    let wanted = try Substitute.wanted(session, factor: queryFactor)
    let features = FeatureEncoder(inputs: session.schema.inputs)
    let seeds = try session.queryCount(seedShare, unknowns: wanted)
    var sample = try await session.sample(
      min(seeds, wanted), features, method: Self.card.title, using: &random)
    let labels = sample.answers.labels
    guard session.oracle.recordedQueries == nil, Set(labels).count > 1 else {
      return try substitute.stolen(sample, using: &random)
    }
    while sample.count < wanted {
      try Task.checkCancellation()
      let before = sample.count
      try await bisect(&sample, labels, seeds: seeds, wanted: wanted, session, using: &random)
      if sample.count == before { break }
    }
    return try substitute.stolen(sample, using: &random)
  }

  /// Bisects some pairs of the seeds side by side, as many as the queries that are left can pay for.
  private func bisect(
    _ sample: inout QuerySample, _ labels: [Int], seeds: Int, wanted: Int, _ session: QuerySession,
    using random: inout RandomStream
  ) async throws {
    var longest = 2 * Double(sample.design.columns).squareRoot() / width
    var steps = 1
    while longest > 2 { (longest, steps) = (longest / 2, steps + 1) }
    let count = max((wanted - sample.count) / steps, 1)
    var (low, high, lowLabels) = ([[Double]](), [[Double]](), [Int]())
    while low.count < count {
      let (one, two) = (random.integer(below: labels.count), random.integer(below: labels.count))
      guard labels[one] != labels[two] else { continue }
      low.append(sample.queries.row(one))
      high.append(sample.queries.row(two))
      lowLabels.append(labels[one])
    }
    var (left, right) = (Matrix(low), Matrix(high))
    for _ in 0..<steps where sample.count < wanted {
      let middle = left.middle(right)
      let rows = min(middle.rows, wanted - sample.count)
      let asked: QuerySample
      do {
        asked = try await session.sample(
          middle.rows(at: Array(0..<rows)), sample.features, method: Self.card.title)
      } catch StealingError.budgetTooSmall {
        return
      }
      for (row, label) in asked.answers.labels.enumerated() {
        if label == lowLabels[row] {
          left.setRow(row, middle.row(row))
        } else {
          right.setRow(row, middle.row(row))
        }
      }
      sample.append(asked)
      if asked.count < middle.rows { return }
    }
  }
}
