import Foundation
import Inversion
import Learning
import LinearAlgebra
import Querying
import Testing

@Suite("Most probable attribute")
struct MarginalInversionTests {
  @Test("The sum over completions is the one of the paper, written out")
  func bruteForce() async throws {
    var scene = try SmallScene.linear()
    scene.knownColumns = [0]
    let task = scene.task(scene.others.rows(at: Array(0..<20)), access: .model(try #require(scene.pipeline)))
    var random = RandomStream(seed: 1)
    let guesses = try await MarginalInversion().guess(task, using: &random)
    guard case .numbers(let truths) = task.responses, case .gaussian(let deviation) = scene.errors,
      case .linear(let model)? = scene.pipeline?.model
    else {
      Issue.record("no linear scene")
      return
    }
    for row in 0..<20 {
      var weights = [0.0, 0, 0]
      for gene in 0..<3 {
        for drug in 0..<2 {
          var features = [0.0, 0, 0, 0, 0, 0]
          features[0] = task.known[row, 0]
          features[1 + gene] = 1
          features[4 + drug] = 1
          let answer = dot(features, model.weights) + model.intercept
          let distance = (truths[row] - answer) / deviation
          weights[gene] +=
            exp(-distance * distance / 2) * scene.marginals[1].shares[gene] * scene.marginals[2].shares[drug]
        }
      }
      let total = weights.reduce(0, +)
      for gene in 0..<3 { #expect(abs(guesses.scores[row, gene] - weights[gene] / total) < 1e-9) }
    }
  }

  @Test("A precise model gives the attribute away, to members and others alike, and the baselines do not")
  func leak() async throws {
    let scene = try SmallScene.linear()
    var random = RandomStream(seed: 1)
    let attack = try await scene.run(MarginalInversion(), isBlackBox: true, using: &random)
    #expect(try #require(attack.members).metrics.accuracy == 1)
    #expect(try #require(attack.others).metrics.accuracy == 1)
    // Three candidates for each of 500 people.
    #expect(attack.queries == 1500)
    let baselines = try await scene.baselines(using: &random)
    #expect(
      baselines.map(\.name) == ["mode", "imputation, no response", "imputation with response", "ideal"])
    #expect(try #require(baselines[1].others).metrics.accuracy < 0.6)
    #expect(try #require(baselines[3].others).metrics.accuracy > 0.9)
  }

  @Test("Answers and model at hand give the same guesses")
  func access() async throws {
    let scene = try SmallScene.linear()
    var random = RandomStream(seed: 1)
    let seen = try await scene.run(MarginalInversion(), isBlackBox: true, using: &random)
    let held = try await scene.run(MarginalInversion(), using: &random)
    #expect(seen.others == held.others)
  }

  @Test("From predictions for every candidate the guesses are the same")
  func predictions() async throws {
    let scene = try SmallScene.linear()
    let pipeline = try #require(scene.pipeline)
    let task = scene.task(scene.others, access: .model(pipeline))
    var random = RandomStream(seed: 1)
    let whole = try await MarginalInversion().guess(task, using: &random)
    guard case .numbers(let truths) = task.responses, case .gaussian(let deviation) = scene.errors else {
      Issue.record("no linear scene")
      return
    }
    let completed = try await task.ask(task.completedRows()).numbers
    let count = truths.count
    let guesses = MarginalInversion.guesses(
      predictions: (0..<3).map { Array(completed[$0 * count..<($0 + 1) * count]) }, truths: truths,
      prior: task.marginals[1], deviation: deviation)
    #expect(zip(guesses.scores.elements, whole.scores.elements).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test("A conditional prior follows the group of the person")
  func conditional() throws {
    let rows = Matrix([[0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 2, 1], [0, 2, 1]])
    let prior = ConditionalPrior(
      rows, column: 2, sensitive: 1, marginal: Marginal(values: [0, 1, 2], shares: [3, 0, 2]))
    #expect(try #require(prior.shares(given: 0)) == [3.5 / 4.5, 0.5 / 4.5, 0.5 / 4.5])
    #expect(try #require(prior.shares(given: 1)) == [0.5 / 3.5, 0.5 / 3.5, 2.5 / 3.5])
    #expect(prior.shares(given: 7) == nil)
  }

  @Test("Too many unknown columns are refused")
  func limit() async throws {
    var scene = try SmallScene.linear()
    scene.knownColumns = []
    var attack = MarginalInversion()
    attack.completionLimit = 10
    let task = scene.task(scene.others, access: .model(try #require(scene.pipeline)))
    await #expect(throws: InversionError.self) {
      var random = RandomStream(seed: 1)
      return try await attack.guess(task, using: &random)
    }
  }

  @Test("Errors of classes are normalised either way")
  func confusion() {
    let truths = [0, 0, 0, 1], predictions = [0, 0, 1, 1]
    let forward = ErrorModel.confusion(truths: truths, predictions: predictions, classCount: 2)
    let backward = ErrorModel.confusion(
      truths: truths, predictions: predictions, classCount: 2, normalisation: .truth)
    #expect(forward == .confusion(Matrix([[1, 0.5], [0, 0.5]])))
    #expect(backward == .confusion(Matrix([[2.0 / 3, 1.0 / 3], [0, 1]])))
  }
}
