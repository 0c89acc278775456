import Learning
import LinearAlgebra
import Querying
import Tabular
import Testing

@testable import Stealing

@Suite("Theft of trees through answers")
struct TreeAttackTests {
  private func steal(
    _ attack: any ExtractionAttack, _ victim: Pipeline, budget: Int? = nil, details: AnswerDetails = [.nodes]
  ) async throws -> (model: StolenModel, ledger: QueryLedger) {
    let session = QuerySession(PipelineOracle(victim, content: .confidence, details: details), budget: budget)
    var random = RandomStream(seed: 4)
    let stolen = try await attack.steal(session, using: &random)
    // Rows on the grid of the search: between two of its points the copy cannot know where a threshold is.
    var rows = session.schema.uniformRows(500, using: &random)
    for row in 0..<rows.rows {
      for column in 0..<rows.columns { rows[row, column] = (rows[row, column] * 1000).rounded() / 1000 }
    }
    let check = HeldOutCheck(
      model: try PipelineOracle(victim, content: .label).answers(rows),
      copy: try PipelineOracle(stolen.pipeline, content: .label).answers(rows))
    return (stolen.checked(check), session.ledger)
  }

  @Test("Both attacks copy a small tree exactly", arguments: [true, false])
  func small(usesNodeNames: Bool) async throws {
    var (path, down) = (PathFinding(), TopDown())
    path.usesNodeNames = usesNodeNames
    down.usesNodeNames = usesNodeNames
    let victim = try TreeFixtures.small()
    for attack in [path, down] as [any ExtractionAttack] {
      let (model, _) = try await steal(attack, victim)
      #expect(model.isComplete)
      let verdict = try #require(
        TreeEquivalence(victim: victim, copy: model.pipeline, tolerance: 1e-3))
      #expect(verdict.isEquivalent && verdict.hasSamePartition && verdict.victimLeaves == 4)
      #expect(verdict.disagreement < 1e-3)
      #expect(try TreeFixtures.agreement(victim, model.pipeline) > 0.999)
    }
  }

  @Test("A tree of numbers is copied by its answers alone")
  func regression() async throws {
    let small = try TreeFixtures.small()
    guard case .treeClassifier(let classifier) = small.model else {
      Issue.record("no tree of classes")
      return
    }
    let numbers = Matrix(classifier.tree.nodes.indices.map { [Double($0 * $0) + 0.5] })
    let tree = try DecisionTree(
      nodes: classifier.tree.nodes, values: numbers, featureCount: 2, missing: .stop)
    let victim = try TreeFixtures.pipeline(tree, inputs: TreeFixtures.inputs, labels: [])
    for attack in [PathFinding(), TopDown()] as [any ExtractionAttack] {
      let session = QuerySession(PipelineOracle(victim))
      var random = RandomStream(seed: 2)
      let model = try await attack.steal(session, using: &random)
      let verdict = try #require(
        TreeEquivalence(victim: victim, copy: model.pipeline, tolerance: 1e-3))
      #expect(verdict.isEquivalent)
    }
  }

  @Test("A constant model with equal bounds and a single level is copied completely")
  func constant() async throws {
    let victim = try TreeFixtures.constant()
    for attack in [PathFinding(), TopDown()] as [any ExtractionAttack] {
      let (model, _) = try await steal(attack, victim, details: [])
      #expect(model.isComplete)
      #expect(try TreeFixtures.agreement(victim, model.pipeline) == 1)
    }
  }

  @Test("Queries that run out give a part of the tree")
  func budget() async throws {
    let victim = try TreeFixtures.small()
    for attack in [PathFinding(), TopDown()] as [any ExtractionAttack] {
      for budget in [1, 12, 30] {
        let (model, ledger) = try await steal(attack, victim, budget: budget)
        #expect(!model.isComplete)
        #expect(ledger.queries <= budget)
        #expect(model.notes.contains { $0.contains("ran out") })
      }
      await #expect(throws: StealingError.self) { _ = try await steal(attack, victim, budget: 0) }
    }
  }

  @Test("Leaves with the same answer: new rows find what one row misses")
  func duplicates() async throws {
    let victim = try TreeFixtures.duplicates()
    var once = PathFinding()
    once.usesNodeNames = false
    once.patience = 0
    let (stuck, _) = try await steal(once, victim)
    #expect(!stuck.isComplete || stuck.notes[0].contains("1 leaves"))
    var again = once
    again.patience = 20
    let (more, _) = try await steal(again, victim)
    let (first, second) = (
      try TreeFixtures.agreement(victim, stuck.pipeline), try TreeFixtures.agreement(victim, more.pipeline)
    )
    #expect(second >= first)
    var names = again
    names.usesNodeNames = true
    let (exact, _) = try await steal(names, victim)
    #expect(try TreeFixtures.agreement(victim, exact.pipeline) > 0.999)
    #expect(TreeEquivalence(victim: victim, copy: exact.pipeline, tolerance: 1e-3)?.isEquivalent == true)
  }

  @Test("An oracle that gives too little is turned away")
  func capabilities() {
    let schema = QuerySchema(inputs: TreeFixtures.inputs, target: .classes(["no", "yes"]))
    let labels = OracleCapabilities(content: .label, acceptsMissing: true)
    #expect(PathFinding.missing(schema, labels) != nil)
    #expect(PathFinding.missing(schema, OracleCapabilities(content: .label, details: [.nodes])) == nil)
    #expect(TopDown.missing(schema, OracleCapabilities(content: .confidence)) != nil)
    #expect(TopDown.missing(schema, OracleCapabilities(content: .confidence, acceptsMissing: true)) == nil)
    #expect(TreeReconstruction.missing(schema, labels) != nil)
    #expect(AmazonCase.missing(schema, labels) != nil)
  }

  @Test("Queries and leaves as the reference in Python counts them", arguments: 0..<3)
  func reference(_ number: Int) async throws {
    let reference = try TreeFixtures.Reference.read()
    let example = reference.cases[number]
    let oracle = try ListedTreeOracle(reference, example.nodes, example.answers)
    var path = PathFinding()
    path.usesNodeNames = false
    let session = QuerySession(oracle)
    let found = try await path.extract(session, from: example.start)
    #expect(session.ledger.queries == example.path_queries)
    #expect(found.leafCount == example.path_leaves)
    var down = TopDown()
    down.usesNodeNames = false
    down.followsPaper = true
    let second = QuerySession(oracle)
    let foundDown = try await down.extract(second)
    #expect(second.ledger.queries == example.down_queries)
    #expect(foundDown.leafCount == example.down_leaves)
    #expect(foundDown.incompleteQueries > 0 && foundDown.incompleteQueries <= second.ledger.queries)
  }
}
