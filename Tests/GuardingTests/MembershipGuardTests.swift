import Learning
import LinearAlgebra
import Querying
import Testing

@testable import Guarding

@Suite("Guards of membership")
struct MembershipGuardTests {
  @Test("MemGuard asks for training rows, and says so")
  func members() throws {
    var context = try GuardedService.softmax.context()
    context.members = nil
    let error = #expect(throws: GuardingError.self) { try MemGuard().prepared(for: context) }
    #expect(try #require(error).description.contains("20 training rows"))
  }

  @Test("Noise takes the classifier of members to the border, and a budget of 0 takes none")
  func noise() throws {
    let context = try GuardedService.softmax.context()
    let members = try context.oracle.answers(try #require(context.members)).map(\.probabilities)
    // Members are sure, others are not: the classifier has something to learn.
    let sharp = members.map { $0.map { $0 * $0 * $0 }.normalised() }
    let flat = members.map { $0.map { $0.squareRoot() }.normalised() }
    var random = RandomStream(seed: 1)
    let noise = try MembershipNoise(members: sharp, others: flat, iterations: 300, using: &random)
    var (before, after) = (0.0, 0.0)
    for values in sharp.prefix(20) + flat.prefix(20) {
      let changed = noise.noisy(values)
      before += abs(noise.logit(values).value) / 40
      after += abs(noise.logit(changed).value) / 40
      #expect(changed.firstIndex(of: changed.max() ?? 0) == values.firstIndex(of: values.max() ?? 0))
    }
    #expect(after < before / 4)
    var none = MemGuard()
    none.budget = 0
    let rows = GuardedService.honest(10, seed: 2)
    let truth = try context.oracle.answers(rows)
    let given = try none.prepared(for: context).guarded(truth, to: rows, client: "a")
    #expect(given.map(\.probabilities) == truth.map(\.probabilities))
  }

  @Test("The derivative of the logit is that of differences")
  func derivative() throws {
    let context = try GuardedService.softmax.context()
    let answers = try context.oracle.answers(GuardedService.honest(60, seed: 6)).map(\.probabilities)
    var random = RandomStream(seed: 2)
    let noise = try MembershipNoise(
      members: Array(answers.prefix(30)), others: Array(answers.suffix(30)), iterations: 10, using: &random)
    let scores = [0.4, -0.3, 0.1]
    func softmax(_ scores: [Double]) -> [Double] {
      LinearClassifier(weights: Matrix(rows: 3, columns: 1), intercepts: scores, link: .softmax)
        .probabilities(Matrix([[0]])).row(0)
    }
    let slope = noise.logit(softmax(scores)).gradient
    for index in 0..<3 {
      let values = [1e-6, -1e-6].map { step -> Double in
        var moved = scores
        moved[index] += step
        return noise.logit(softmax(moved)).value
      }
      #expect(abs((values[0] - values[1]) / 2e-6 - slope[index]) < 1e-5)
    }
  }

  @Test("HAMP gives the ranking of the classes and nothing else of the answer")
  func ranking() throws {
    let given = HampOutputs.ranked([0.2, 0.5, 0.3], like: [0.7, 0.1, 0.2])
    #expect(given == [0.5, 0.2, 0.3])
    let tied = HampOutputs.ranked([0.4, 0.4, 0.2], like: [0.1, 0.2, 0.7])
    #expect(tied[2] > tied[1] && abs(tied.reduce(0, +) - 1) < 1e-12)
    let context = try GuardedService.softmax.context()
    let rows = GuardedService.honest(10, seed: 2)
    let truth = try context.oracle.answers(rows)
    let prepared = try HampOutputs().prepared(for: context)
    let shifted = truth.map { Answer(probabilities: $0.probabilities.map { $0 * $0 }.normalised()) }
    // The same ranking gets the same answer, whatever the confidences.
    #expect(
      try prepared.guarded(truth, to: rows, client: "a") == prepared.guarded(shifted, to: rows, client: "a"))
  }
}
