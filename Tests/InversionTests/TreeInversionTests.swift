import Inversion
import Learning
import LinearAlgebra
import Querying
import Tabular
import Testing

@Suite("Inversion of trees")
struct TreeInversionTests {
  /// A tree on a number and a sensitive category of two levels:
  /// age <= 0: 6 rows (4 of class 0); else by the category: first level 8 rows (1 of class 0), second 6 rows (5).
  private static func pipeline() throws -> Pipeline {
    let node = { (feature: Int32, left: Int32, right: Int32, test: DecisionTree.Test, rows: Int) in
      DecisionTree.Node(
        feature: feature, left: left, right: right, test: test, rows: rows, weight: Double(rows), impurity: 0)
    }
    let tree = try DecisionTree(
      nodes: [
        node(0, 1, 2, .atMost(0), 20), node(0, 0, 0, .leaf, 6), node(1, 3, 4, .equals(0), 14),
        node(0, 0, 0, .leaf, 8), node(0, 0, 0, .leaf, 6),
      ], values: Matrix([[10, 10], [4, 2], [6, 8], [1, 7], [5, 1]]), featureCount: 2, missing: .stop)
    let inputs = [
      InputColumn(name: "age", kind: .number(lower: -1, upper: 1)),
      InputColumn(name: "secret", kind: .category(levels: ["a", "b"])),
    ]
    return try Pipeline(
      features: FeatureEncoder(inputs: inputs, isScaled: false, categories: .codes),
      target: .classes(name: "class", labels: ["x", "y"]), model: .treeClassifier(TreeClassifier(tree: tree)))
  }

  private static func task(_ known: Matrix, _ labels: [Int]) throws -> AttributeTask {
    let pipeline = try pipeline()
    return AttributeTask(
      access: .model(pipeline), schema: PipelineOracle(pipeline).schema, sensitive: 1, known: known,
      responses: .labels(labels),
      marginals: [
        Marginal(values: [-0.5, 0.5], shares: [0.3, 0.7]), Marginal(values: [0, 1], shares: [0.6, 0.4]),
      ], errors: .confusion(Matrix([[0.75, 0.25], [0.25, 0.75]])))
  }

  private func scores(
    _ attack: some InversionAttack, _ known: Matrix, _ labels: [Int]
  ) async throws -> [[Double]] {
    var random = RandomStream(seed: 1)
    let guesses = try await attack.guess(Self.task(known, labels), using: &random)
    return (0..<guesses.scores.rows).map { guesses.scores.row($0) }
  }

  private func near(_ left: [Double], _ right: [Double]) -> Bool {
    zip(left, right).allSatisfy { abs($0 - $1) < 1e-12 }
  }

  @Test("Counts of all rows, as printed: leaves of the person above, all that fit the value below")
  func printed() async throws {
    var attack = TreeCounts()
    attack.usesResponse = false
    let found = try await scores(attack, Matrix([[1, .nan], [-1, .nan]]), [0, 0])
    let one = 0.6 * 8 / 14, other = 0.4 * 6.0 / 12
    #expect(near(found[0], [one / (one + other), other / (one + other)]))
    let (left, right) = (0.6 * 6 / 14, 0.4 * 6.0 / 12)
    #expect(near(found[1], [left / (left + right), right / (left + right)]))
  }

  @Test("Counts of the person's class, with and without the lower sum")
  func ofClass() async throws {
    var attack = TreeCounts()
    let known = Matrix([[1, .nan], [1, .nan]])
    let found = try await scores(attack, known, [0, 1])
    let (one, other) = (0.6 * 1 / 14, 0.4 * 5.0 / 12)
    #expect(near(found[0], [one / (one + other), other / (one + other)]))
    attack.normaliser = .none
    let bare = try await scores(attack, known, [0, 1])
    #expect(near(bare[1], [0.6 * 7 / (0.6 * 7 + 0.4), 0.4 / (0.6 * 7 + 0.4)]))
  }

  @Test("Counts of the person's class beside the people one would expect in the leaf")
  func beside() async throws {
    var attack = TreeCounts()
    attack.normaliser = .expected
    let found = try await scores(attack, Matrix([[1, .nan], [1, .nan], [-1, .nan]]), [0, 1, 0])
    // Of two people with the number 1, 1.2 are expected with "a" and 0.8 with "b".
    let (one, other) = (0.6 * 1 / 1.2, 0.4 * 5 / 0.8)
    #expect(near(found[0], [one / (one + other), other / (one + other)]))
    #expect(near(found[2], [0.6, 0.4]))
    // Somebody of any number is 6 : 8 in the leaves of "a", 6 : 6 in those of "b".
    let free = try await scores(attack, Matrix([[.nan, .nan]]), [0])
    let (shared, left, right) = (0.6 * 6 / 14 + 0.4 / 2, 0.6 * 8 / 14, 0.4 / 2)
    let (first, second) = (0.6 * 5 / (shared + left), 0.4 * 9 / (shared + right))
    #expect(near(free[0], [first / (first + second), second / (first + second)]))
  }

  @Test("An unknown number is followed both ways")
  func unknown() async throws {
    var attack = TreeCounts()
    attack.normaliser = .none
    let found = try await scores(attack, Matrix([[.nan, .nan]]), [0])
    let (one, other) = (0.6 * (4 + 1), 0.4 * (4 + 5.0))
    #expect(near(found[0], [one / (one + other), other / (one + other)]))
  }

  @Test("Agreement takes the only candidate with the right prediction, else counts")
  func agreement() async throws {
    let found = try await scores(TreeAgreement(), Matrix([[1, .nan], [-1, .nan]]), [0, 1])
    #expect(found[0] == [0, 1])
    #expect(near(found[1], [0.6, 0.4]))
  }

  @Test("CSMIA: one agrees; several: the surest; none: the least sure")
  func confidence() async throws {
    // Class 0 at age 1: "b" alone agrees. Class 1 at age -1: none agrees and the confidences are equal.
    let found = try await scores(ConfidenceInversion(), Matrix([[1, .nan], [1, .nan]]), [0, 1])
    #expect(found[0] == [0, 1] && found[1] == [1, 0])
    let tied = try await scores(ConfidenceInversion(), Matrix([[-1, .nan]]), [1])
    #expect(tied[0].sorted() == [0, 1])
  }

  @Test("A full tree betrays its members and nobody else")
  func members() async throws {
    let scene = try SmallScene.tree()
    var random = RandomStream(seed: 1)
    let result = try await scene.run(TreeCounts(), using: &random)
    let (members, others) = (try #require(result.members).metrics, try #require(result.others).metrics)
    #expect(members.matthewsCorrelation > others.matthewsCorrelation)
  }
}
