import Foundation
import Inversion
import Learning
import LinearAlgebra
import Querying
import Tabular
import TestSupport
import Testing

/// The guesses of the Adversarial Robustness Toolbox 1.20.1 on one tree; Tests/Fixtures/make/tree_inversion_art.py.
@Suite("Inversion of trees beside the Adversarial Robustness Toolbox")
struct TreePeerTests {
  private struct Fixture: Decodable {
    let sensitive: Int
    let priors: [Double]
    let classes: Int
    let feature: [Int]
    let threshold: [Double]
    let left: [Int]
    let right: [Int]
    let counts: [[Double]]
    let rows: [[Double]]
    let labels: [Int]
    let guesses: [String: [Int]]
    let seconds: [String: Double]
  }

  private static func fixture() throws -> Fixture {
    try FixtureFile.decode("tree-inversion-art.json")
  }

  private static func task(_ fixture: Fixture) throws -> AttributeTask {
    let nodes = fixture.feature.indices.map { index in
      let count = fixture.counts[index].reduce(0, +)
      return DecisionTree.Node(
        feature: Int32(fixture.feature[index]), left: Int32(fixture.left[index]),
        right: Int32(fixture.right[index]),
        test: fixture.left[index] == 0 ? .leaf : .atMost(fixture.threshold[index]), rows: Int(count),
        weight: count, impurity: 0)
    }
    let width = fixture.rows[0].count
    let tree = try DecisionTree(
      nodes: nodes, values: Matrix(fixture.counts), featureCount: width, missing: .stop)
    let inputs = (0..<width).map { InputColumn(name: "x\($0)", kind: .number(lower: 0, upper: 20)) }
    let pipeline = try Pipeline(
      features: FeatureEncoder(inputs: inputs, isScaled: false),
      target: .classes(name: "y", labels: (0..<fixture.classes).map(String.init)),
      model: .treeClassifier(TreeClassifier(tree: tree)))
    let rows = Matrix(fixture.rows)
    var marginals = (0..<width).map { Marginal(of: rows.column($0)) }
    marginals[fixture.sensitive] = Marginal(values: [0, 1], shares: fixture.priors)
    return AttributeTask(
      access: .model(pipeline), schema: PipelineOracle(pipeline).schema, sensitive: fixture.sensitive,
      known: rows, responses: .labels(fixture.labels), marginals: marginals,
      errors: .confusion(Matrix.identity(fixture.classes)))
  }

  @Test(
    "The two white-box attacks give the same answers to all 430 people",
    arguments: ["lifestyle", "agreement"])
  func same(name: String) async throws {
    let fixture = try Self.fixture()
    let task = try Self.task(fixture)
    var attack: any InversionAttack = TreeAgreement()
    if name == "lifestyle" {
      var counts = TreeCounts()
      (counts.usesResponse, counts.normaliser) = (false, .reached)
      attack = counts
    }
    var random = RandomStream(seed: 1)
    let start = ContinuousClock.now
    let places = try await attack.guess(task, using: &random).places
    let elapsed = ContinuousClock.now - start
    #expect(places == fixture.guesses[name])
    let peer = try #require(fixture.seconds[name])
    print("\(name): \(elapsed) here, \(peer) s there")
  }
}
