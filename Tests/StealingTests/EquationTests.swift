import Foundation
import Learning
import LinearAlgebra
import Querying
import Tabular
import Testing

import Guarding
@testable import Stealing

@Suite("Equation solving")
struct EquationTests {
  private func steal(
    _ victim: SyntheticVictim, _ attack: some ExtractionAttack, budget: Int? = nil,
    oracle: (any PredictionOracle)? = nil
  ) async throws -> (stolen: StolenModel, report: FidelityReport) {
    let oracle = oracle ?? victim.oracle
    let session = QuerySession(oracle, budget: budget)
    var random = RandomStream(seed: 2)
    let stolen = try await attack.steal(session, using: &random)
    let report = try await FidelityReport.measure(
      victim.oracle, stolen, ledger: session.ledger, uniformCount: 1000,
      seen: oracle.capabilities.content, using: &random)
    return (stolen.checked(report.check), report)
  }

  @Test("a logistic model takes d + 1 queries")
  func binary() async throws {
    let victim = try SyntheticVictim.binary()
    let (stolen, report) = try await steal(victim, EquationSolving(), budget: 5)
    #expect(report.queries == 5 && stolen.isComplete)
    #expect(report.uniform.labels == 0)
    #expect(try #require(report.uniform.totalVariation) < 1e-12)
    let error = try #require(ParameterError(stolen.pipeline, truth: victim.pipeline, symmetry: .none))
    #expect(error.largest < 1e-9)
  }

  @Test("a regression takes d + 1 queries")
  func number() async throws {
    let victim = try SyntheticVictim.number()
    let (stolen, report) = try await steal(victim, EquationSolving(), budget: 5)
    #expect(report.queries == 5 && stolen.isComplete && report.uniform.labels == nil)
    #expect(try #require(report.uniform.largestDifference) < 1e-10)
  }

  @Test(
    "softmax and one-versus-rest models by the cross entropy", arguments: [ClassLink.softmax, .oneVsRest])
  func several(link: ClassLink) async throws {
    let victim = try SyntheticVictim.several(link)
    var attack = EquationSolving()
    attack.link = link == .softmax ? .softmax : .oneVsRest
    let (stolen, report) = try await steal(victim, attack)
    #expect(report.queries == 24 && report.unknowns == 24 && stolen.isComplete)
    #expect(report.uniform.labels == 0)
    #expect(try #require(report.uniform.totalVariation) < 1e-6)
    if link == .softmax {
      let error = try #require(ParameterError(stolen.pipeline, truth: victim.pipeline, symmetry: .softmax))
      #expect(error.relative < 1e-4)
    }
  }

  @Test("rounded probabilities are solved to a fifth of the unit of their last digit", arguments: [2, 3])
  func rounded(decimals: Int) async throws {
    let victim = try SyntheticVictim.several(.softmax)
    var rounding = Rounding()
    rounding.decimals = decimals
    let context = ServiceContext(schema: victim.oracle.schema, pipeline: victim.pipeline)
    let oracle = GuardedOracle(victim.oracle, guards: [try rounding.prepared(for: context)])
    var attack = EquationSolving()
    attack.queryFactor = 4
    let (_, report) = try await steal(victim, attack, oracle: oracle)
    #expect(try #require(report.uniform.totalVariation) < 0.2 * pow(10, -Double(decimals)))
  }

  @Test("too few queries, or a model of another kind, are not called complete")
  func incomplete() async throws {
    let short = try await steal(try SyntheticVictim.binary(), EquationSolving(), budget: 3)
    #expect(!short.stolen.isComplete && !short.stolen.notes.isEmpty)
    let network = try SyntheticVictim.network(hidden: 6, classes: 3, scale: 2)
    var attack = EquationSolving()
    attack.queryFactor = 4
    #expect(!(try await steal(network, attack)).stolen.isComplete)
    var ratio = LogRatio()
    ratio.queryFactor = 4
    #expect(!(try await steal(network, ratio)).stolen.isComplete)
    #expect(!(try await steal(try SyntheticVictim.several(.oneVsRest), ratio)).stolen.isComplete)
  }

  @Test("a gradient explanation gives a linear model in one query")
  func gradient() async throws {
    for victim in [try SyntheticVictim.binary(), try SyntheticVictim.number()] {
      let (stolen, report) = try await steal(victim, GradientExplanation(), budget: 1)
      #expect(report.queries == 1 && stolen.isComplete)
      #expect(
        try #require(ParameterError(stolen.pipeline, truth: victim.pipeline, symmetry: .none)).largest < 1e-9)
    }
    let (stolen, report) = try await steal(try SyntheticVictim.several(), GradientExplanation())
    #expect(stolen.isComplete && report.uniform.labels == 0)
    #expect(try #require(report.uniform.totalVariation) < 1e-10)
  }

  @Test("with labels alone the intercept takes a line search")
  func gradientAndLabels() async throws {
    let victim = try SyntheticVictim.binary()
    let oracle = PipelineOracle(victim.pipeline, content: .label, details: .gradients)
    let (stolen, report) = try await steal(victim, GradientExplanation(), oracle: oracle)
    #expect(stolen.isComplete && report.uniform.labels == 0 && report.queries < 80)
    #expect(
      try #require(ParameterError(stolen.pipeline, truth: victim.pipeline, symmetry: .none)).relative < 1e-7)
  }

  @Test("small weights take a longer search, and a label that never changes leaves the copy incomplete")
  func gradientWithoutCrossing() async throws {
    func theft(_ weights: [Double], _ intercept: Double) async throws -> (isComplete: Bool, labels: Double?) {
      let victim = try SyntheticVictim(
        "small", columns: SyntheticVictim.columns(2), labels: ["n", "p"],
        model: .linearClassifier(LinearClassifier(weights: weights, intercept: intercept)))
      let oracle = PipelineOracle(victim.pipeline, content: .label, details: .gradients)
      let (stolen, report) = try await steal(victim, GradientExplanation(), oracle: oracle)
      return (stolen.isComplete, report.uniform.labels)
    }
    let small = try await theft([3e-8, -1e-8], 2e-8)
    #expect(small.isComplete && small.labels == 0)
    #expect(!(try await theft([1, 1], 1e15)).isComplete)
  }

  @Test("the automatic choice stops at the cheapest attack that works")
  func automatic() async throws {
    // Twenty rows are held out; three more tell a model of several steps from one with weights, where the first linear
    // system fails.
    for (victim, queries) in [
      (try SyntheticVictim.several(), 26), (try SyntheticVictim.several(.oneVsRest), 47),
      (try SyntheticVictim.number(), 25),
    ] {
      let oracle = PipelineOracle(victim.pipeline)
      let (stolen, report) = try await steal(victim, AutomaticAttack(), oracle: oracle)
      #expect(stolen.isComplete, "\(stolen.notes)")
      #expect(report.queries == queries)
      #expect(report.uniform.labels ?? 0 == 0)
    }
    let labels = PipelineOracle(try SyntheticVictim.binary().pipeline, content: .label)
    let (stolen, report) = try await steal(try SyntheticVictim.binary(), AutomaticAttack(), oracle: labels)
    #expect(stolen.isComplete && report.uniform.labels == 0)
  }
}
