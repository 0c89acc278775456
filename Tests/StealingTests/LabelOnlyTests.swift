import Learning
import LinearAlgebra
import Methods
import Querying
import Synchronization
import Tabular
import Testing

@testable import Stealing

@Suite("Stealing by labels alone")
struct LabelOnlyTests {
  private func fidelity(
    _ victim: SyntheticVictim, _ attack: some ExtractionAttack, budget: Int?, seed: UInt64 = 2
  ) async throws -> (stolen: StolenModel, report: FidelityReport) {
    let session = QuerySession(PipelineOracle(victim.pipeline, content: .label), budget: budget)
    var random = RandomStream(seed: seed)
    let stolen = try await attack.steal(session, using: &random)
    let report = try await FidelityReport.measure(
      victim.oracle, stolen, ledger: session.ledger, uniformCount: 2000, seen: .label, using: &random)
    return (stolen.checked(report.check), report)
  }

  @Test("Lowd and Meek find the boundary of a linear model up to a factor")
  func lowdMeek() async throws {
    let victim = try SyntheticVictim.binary(columns: 12)
    let (stolen, report) = try await fidelity(victim, LowdMeek(), budget: 50 * 13)
    #expect(stolen.isComplete && report.uniform.labels == 0)
    let error = try #require(ParameterError(stolen.pipeline, truth: victim.pipeline, symmetry: .scale))
    #expect(error.relative < 1e-4)
  }

  @Test(
    "Lowd and Meek give a column without weight the weight zero, and a part of the answer for a part of the price"
  )
  func lowdMeekEdges() async throws {
    let model = LinearClassifier(weights: [1.5, 0, -0.02, 4], intercept: 0.1)
    let victim = try SyntheticVictim(
      "edge", columns: SyntheticVictim.columns(4), labels: ["n", "p"], model: .linearClassifier(model))
    let (stolen, report) = try await fidelity(victim, LowdMeek(), budget: nil)
    #expect(report.uniform.labels == 0)
    guard case .linearClassifier(let found) = stolen.pipeline.model else { return #expect(Bool(false)) }
    #expect(found.weights[0, 1] == 0)
    #expect(!(try await fidelity(victim, LowdMeek(), budget: 40)).stolen.isComplete)
  }

  @Test("a model that always says the same cannot be searched")
  func constant() async throws {
    let model = LinearClassifier(weights: [0, 0], intercept: 1)
    let victim = try SyntheticVictim(
      "constant", columns: SyntheticVictim.columns(2), labels: ["n", "p"], model: .linearClassifier(model))
    await #expect(throws: StealingError.self) { try await fidelity(victim, LowdMeek(), budget: nil) }
    for attack in [RetrainUniform.self, RetrainAdaptive.self, RetrainLineSearch.self]
      as [any ExtractionAttack.Type]
    {
      let (stolen, report) = try await fidelity(victim, attack.init(), budget: 30)
      #expect(report.uniform.labels == 0 && !stolen.isComplete)
    }
  }

  @Test("adaptive retraining beats uniform rows at the same price, on average over seeds")
  func adaptive() async throws {
    let victim = try SyntheticVictim.binary(columns: 12)
    func mean(_ attack: some ExtractionAttack) async throws -> Double {
      var sum = 0.0
      for seed in UInt64(1)...4 {
        let one = try await fidelity(victim, attack, budget: 260, seed: seed)
        #expect(one.report.queries == 260)
        sum += try #require(one.report.uniform.labels) / 4
      }
      return sum
    }
    let (adaptive, uniform) = (try await mean(RetrainAdaptive()), try await mean(RetrainUniform()))
    #expect(adaptive < uniform)
    #expect(adaptive < 0.02)
  }

  @Test(
    "attacks that go by rounds say how good their model is",
    arguments: ["retrain-adaptive", "jacobian", "auto"])
  func estimate(_ id: String) async throws {
    let victim = try SyntheticVictim.binary()
    let heard = Mutex<[Double]>([])
    let session = QuerySession(
      PipelineOracle(victim.pipeline, content: .label), budget: 600,
      progress: { status in
        if let fidelity = status.estimatedFidelity { heard.withLock { $0.append(fidelity) } }
      })
    var random = RandomStream(seed: 3)
    _ = try await ExtractionAttacks.builtIn.make(id).steal(session, using: &random)
    let last = try #require(heard.withLock { $0.last })
    #expect((0.8...1).contains(last))
  }

  @Test("line searches and Jacobian steps keep the budget and learn several classes")
  func several() async throws {
    let victim = try SyntheticVictim.several()
    for attack in [RetrainLineSearch(), JacobianAugmentation(), RetrainAdaptive()] as [any ExtractionAttack] {
      let (stolen, report) = try await fidelity(victim, attack, budget: 600)
      #expect(report.queries <= 600 && report.queries >= 300)
      #expect(try #require(report.uniform.labels) < 0.1, "\(type(of: attack).card.id)")
      #expect(!stolen.isComplete)
    }
  }

  @Test("a substitute of another kind can be chosen")
  func recipe() async throws {
    let attack = try ExtractionAttacks.builtIn.make(
      "retrain-uniform", settings: MethodSettings(["recipe=tree"]))
    let session = QuerySession(
      PipelineOracle(try SyntheticVictim.binary().pipeline, content: .label), budget: 200)
    var random = RandomStream(seed: 1)
    let stolen = try await attack.steal(session, using: &random)
    guard case .treeClassifier = stolen.pipeline.model else { return #expect(Bool(false)) }
  }
}
