import Learning
import LinearAlgebra
import Querying
import Synchronization
import Tabular
import Testing

@testable import Stealing

@Suite("Theft of trees and forests through counterfactuals")
struct TreeCounterfactualTests {
  private let inputs = (0..<3).map { InputColumn(name: "x\($0)", kind: .number(lower: -1, upper: 1)) }

  /// A forest of `count` trees that vote on rows of two overlapping classes.
  private func forest(_ count: Int, leaves: Int) throws -> Pipeline {
    var random = RandomStream(seed: 11)
    var features = Matrix(rows: 200, columns: 3)
    var labels: [Int] = []
    for row in 0..<200 {
      for column in 0..<3 { features[row, column] = random.uniform(-1, 1) }
      labels.append(features[row, 0] * features[row, 1] + 0.3 * features[row, 2] > 0 ? 1 : 0)
    }
    let learner = RandomForestClassifier(
      treeCount: count,
      tree: DecisionTreeClassifier(settings: TreeSettings(limits: TreeLimits(maximumLeaves: leaves))))
    let model = try learner.fit(
      ClassificationData(features: features, labels: labels, classCount: 2), using: &random)
    return try Pipeline(
      features: FeatureEncoder(inputs: inputs, isScaled: false, categories: .codes),
      target: .classes(name: "y", labels: ["no", "yes"]), model: .forest(model))
  }

  @Test("The nearest query with another label is as near as the best of many")
  func nearest() async throws {
    let victim = try forest(3, leaves: 6)
    let oracle = PipelineOracle(victim, details: [.counterfactuals, .boundedCounterfactuals])
    var random = RandomStream(seed: 5)
    let queries = oracle.schema.uniformRows(20, using: &random)
    let points = oracle.schema.uniformRows(20_000, using: &random)
    let labels = try oracle.answers(points).labels
    for (row, answer) in try oracle.answers(queries, details: [.counterfactuals]).enumerated() {
      let query = queries.row(row)
      func distance(_ other: [Double]) -> Double {
        zip(query, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / 4 }
      }
      let found = answer.counterfactual
      #expect(try oracle.answers(Matrix([found]))[0].label != answer.label)
      let best =
        labels.indices.filter { labels[$0] != answer.label }
        .map { distance(points.row($0)) }.min() ?? .infinity
      #expect(distance(found) <= best)
      var region = QueryRegion(whole: oracle.schema.inputs)
      region.restrict(0, above: query[0] - 0.05, atMost: query[0] + 0.05)
      let bounded = try await oracle.answer(query, counterfactualIn: region)
      #expect(bounded.counterfactual.isEmpty || region.contains(bounded.counterfactual))
    }
  }

  @Test(
    "The search in a forest of many cuts ends: with the nearest, or with a refusal", .timeLimit(.minutes(5)))
  func ends() throws {
    let small = PipelineOracle(try forest(9, leaves: 4), details: [.counterfactuals])
    var random = RandomStream(seed: 6)
    let queries = small.schema.uniformRows(3, using: &random)
    let labels = try small.answers(queries).labels
    for (row, answer) in try small.answers(queries, details: [.counterfactuals]).enumerated() {
      #expect(try small.answers(Matrix([answer.counterfactual]))[0].label != labels[row])
    }
    let large = PipelineOracle(try forest(60, leaves: 40), details: [.counterfactuals])
    for row in 0..<queries.rows {
      let query = Matrix([queries.row(row)])
      do {
        let answer = try large.answers(query, details: [.counterfactuals])[0]
        #expect(try large.answers(Matrix([answer.counterfactual]))[0].label != answer.label)
      } catch QueryError.refused(let reason) {
        #expect(reason.contains("60 trees"))
      }
    }
  }

  @Test("A tree and a forest are copied with every label", arguments: [1, 3])
  func copies(trees: Int) async throws {
    let victim = try forest(trees, leaves: 6)
    let session = QuerySession(PipelineOracle(victim, details: [.boundedCounterfactuals]))
    let found = try await TreeReconstruction().extract(session)
    #expect(!found.isCut && found.missedShare < 1e-9)
    #expect(try TreeFixtures.agreement(victim, found.pipeline, rows: 5000) == 1)
    #expect(session.ledger.queries == session.ledger.unique)
  }

  @Test("Categories, a constant model, and queries that run out")
  func edges() async throws {
    let small = try TreeFixtures.small()
    let session = QuerySession(PipelineOracle(small, details: [.boundedCounterfactuals]))
    let found = try await TreeReconstruction().extract(session)
    #expect(try TreeFixtures.agreement(small, found.pipeline) == 1)
    #expect(TreeEquivalence(victim: small, copy: found.pipeline, tolerance: 0)?.disagreement == 0)
    let constant = try TreeFixtures.constant()
    let single = QuerySession(PipelineOracle(constant, details: [.boundedCounterfactuals]))
    #expect(try await TreeReconstruction().extract(single).leafCount == 1)
    #expect(single.ledger.queries == 1)
    let short = QuerySession(PipelineOracle(small, details: [.boundedCounterfactuals]), budget: 2)
    #expect(try await TreeReconstruction().extract(short).isCut)
  }

  @Test("An interrupted theft goes on from its record")
  func resumes() async throws {
    let victim = try forest(1, leaves: 6)
    let oracle = PipelineOracle(victim, details: [.boundedCounterfactuals])
    let exchanges = Exchanges()
    let first = QuerySession(oracle, budget: 5, record: { exchanges.add($0) })
    _ = try await TreeReconstruction().extract(first)
    let second = QuerySession(oracle, known: exchanges.all)
    let found = try await TreeReconstruction().extract(second)
    #expect(second.ledger.resumed == 5)
    #expect(try TreeFixtures.agreement(victim, found.pipeline) == 1)
  }
}

/// The exchanges that a session recorded.
private final class Exchanges: Sendable {
  private let list = Mutex<[QuerySession.Exchange]>([])

  var all: [QuerySession.Exchange] { list.withLock { $0 } }

  func add(_ exchanges: [QuerySession.Exchange]) { list.withLock { $0 += exchanges } }
}
