import Learning
import LinearAlgebra
import Querying
import Tabular
import Testing

@testable import Stealing

@Suite("Networks, kernels and singular values")
struct NetworkExtractionTests {
  private func steal(
    _ victim: SyntheticVictim, _ attack: some ExtractionAttack, budget: Int? = nil
  ) async throws -> (stolen: StolenModel, report: FidelityReport) {
    let session = QuerySession(victim.oracle, budget: budget)
    var random = RandomStream(seed: 4)
    let stolen = try await attack.steal(session, using: &random)
    let report = try await FidelityReport.measure(
      victim.oracle, stolen, ledger: session.ledger, uniformCount: 1000, using: &random)
    return (stolen.checked(report.check), report)
  }

  @Test("a small network is stolen to many digits")
  func network() async throws {
    var attack = NetworkExtraction()
    (attack.hidden, attack.queryFactor) = (3, 4)
    let (stolen, report) = try await steal(try SyntheticVictim.network(hidden: 3, classes: 3), attack)
    #expect(report.unknowns == 3 * 5 + 3 * 4 && report.queries == 4 * 27)
    #expect(stolen.isComplete, "\(stolen.notes)")
    #expect(report.uniform.labels == 0)
    #expect(try #require(report.uniform.totalVariation) < 1e-5)
  }

  @Test("a regression network is stolen")
  func regression() async throws {
    var attack = NetworkExtraction()
    (attack.hidden, attack.queryFactor, attack.restarts) = (3, 8, 6)
    let (stolen, report) = try await steal(try SyntheticVictim.network(hidden: 3, classes: 0), attack)
    #expect(stolen.isComplete, "\(stolen.notes)")
    #expect(try #require(report.uniform.meanDifference) < 1e-3)
  }

  @Test("the width of a network is estimated")
  func width() async throws {
    var attack = NetworkExtraction()
    (attack.hidden, attack.iterations) = (0, 300)
    let (stolen, report) = try await steal(
      try SyntheticVictim.network(hidden: 4, classes: 3), attack, budget: 400)
    #expect(stolen.notes.contains { $0.contains("estimated to have") })
    #expect(try #require(report.uniform.labels) < 0.02)
  }

  @Test("singular values show the width and the last layer", arguments: [2, 3])
  func singularValues(hidden: Int) async throws {
    let victim = try SyntheticVictim.network(hidden: hidden, classes: 6)
    let (stolen, _) = try await steal(victim, LogitSVD())
    let found = Dictionary(uniqueKeysWithValues: stolen.findings.map { ($0.name, $0.value) })
    #expect(found["hidden-width"] == .number(Double(hidden)))
    guard case .matrix(let layer) = found["last-layer"],
      case .networkClassifier(let model) = victim.pipeline.model
    else { return #expect(Bool(false)) }
    #expect(try LayerAlignment(stolen: layer, truth: model.network.layers[1].weights).rootMeanSquare < 1e-9)
    #expect(!stolen.isComplete)
  }

  @Test("a layer as wide as the classes shows no drop")
  func noDrop() async throws {
    let (stolen, _) = try await steal(try SyntheticVictim.network(hidden: 8, classes: 4), LogitSVD())
    #expect(!stolen.findings.contains { $0.name == "hidden-width" })
  }

  @Test("the kernel objective has the gradient that differences of its values show")
  func kernelGradient() {
    var random = RandomStream(seed: 8)
    let design = SyntheticVictim.normal(7, 3, &random)
    let scores = SyntheticVictim.normal(7, 2, &random)
    let model = LinearClassifier(weights: Matrix.identity(2), intercepts: [0, 0], link: .softmax)
    for gamma in [nil, 0.4] as [Double?] {
      let objective = KernelObjective(
        design: design, probabilities: model.probabilities(scores), representers: 2, gamma: gamma)
      let space = FeatureSpace(
        names: ["a", "b", "c"], groups: [], lower: [-1, -1, -1], upper: [1, 1, 1])
      let point = objective.start(space, using: &random)
      var (gradient, ignored) = (point, point)
      _ = objective.evaluate(point, gradient: &gradient)
      for index in point.indices {
        var (above, below) = (point, point)
        above[index] += 1e-5
        below[index] -= 1e-5
        let slope =
          (objective.evaluate(above, gradient: &ignored) - objective.evaluate(below, gradient: &ignored))
          / 2e-5
        #expect(abs(slope - gradient[index]) < 1e-7)
      }
    }
  }

  @Test("the least assignment is that of all permutations")
  func assignment() {
    var random = RandomStream(seed: 9)
    for _ in 0..<20 {
      let costs = (0..<4).map { _ in (0..<5).map { _ in random.uniform() } }
      var least = Double.infinity
      func search(_ row: Int, _ used: Set<Int>, _ sum: Double) {
        if row == 4 { return least = min(least, sum) }
        for column in 0..<5 where !used.contains(column) {
          search(row + 1, used.union([column]), sum + costs[row][column])
        }
      }
      search(0, [], 0)
      let found = Assignment(costs: costs)
      #expect(abs(found.cost - least) < 1e-12 && Set(found.columns).count == 4)
    }
    #expect(Assignment(costs: []).columns.isEmpty)
  }

  @Test("disagreement of answers is counted as published")
  func disagreement() {
    let model = [Answer(probabilities: [0.6, 0.4]), Answer(probabilities: [0.1, 0.9])]
    let copy = [Answer(probabilities: [0.4, 0.6]), Answer(probabilities: [0.1, 0.9])]
    let found = Disagreement(model: model, copy: copy)
    #expect(found.labels == 0.5 && found.rows == 2)
    #expect(abs((found.totalVariation ?? 0) - 0.1) < 1e-15)
    let numbers = Disagreement(
      model: [Answer(number: 1), Answer(number: 3)], copy: [Answer(number: 2), Answer(number: 3)])
    #expect(numbers.labels == nil && numbers.meanDifference == 0.5 && numbers.largestDifference == 1)
  }

  @Test("disagreement is a finite number where a copy has no answer and where numbers are the largest")
  func extremeDisagreement() {
    let model = [Answer(number: -1.7e308), Answer(number: 1.7e308), Answer(number: 1)]
    let copy = [Answer(number: 1.7e308), Answer(number: -1.7e308), Answer()]
    let found = Disagreement(model: model, copy: copy)
    #expect(found.labels == nil && found.largestDifference == .greatestFiniteMagnitude)
    #expect(found.meanDifference.map { $0.isFinite && $0 > 1e308 } == true)
    let classes = Disagreement(model: [Answer(probabilities: [0.6, 0.4])], copy: [Answer()])
    #expect(classes.labels == 1 && classes.totalVariation == 1)
    #expect(Disagreement(model: [Answer(label: 1)], copy: [Answer(label: 1)]).totalVariation == nil)
  }
}
