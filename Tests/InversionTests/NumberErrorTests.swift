import Foundation
import Learning
import LinearAlgebra
import Querying
import Tabular
import Testing

@testable import Inversion

@Suite("Guesses of a number")
struct NumberErrorTests {
  @Test("Errors of two people, by hand")
  func byHand() throws {
    let guesses = AttributeGuesses(
      candidates: [1, 2, 4], weights: Matrix([[0.5, 0.25, 0.25], [0, 0.4, 0.6], [1, 0, 0]]))
    // Medians 1 and 4, means 2 and 3.2; the third person has no value.
    let error = try #require(AttributeResult.NumberError(guesses, [3, 3, .nan]))
    #expect(error.count == 2 && abs(error.absolute - 1.5) < 1e-12)
    #expect(abs(error.rootMeanSquared - ((1 + 0.04) / 2).squareRoot()) < 1e-12)
    #expect(AttributeResult.NumberError(guesses, [.nan, .nan, .nan]) == nil)
  }

  /// People with an age, a drug and a response that is the sum of both.
  private static func scene(ages: Int, people: Int) throws -> AttributeScene {
    var random = RandomStream(seed: 5)
    func some() -> AttributeRecords {
      let rows = (0..<people).map { _ in
        [Double(random.integer(below: ages)) * 1.5, Double(random.integer(below: 2))]
      }
      return AttributeRecords(
        rows: Matrix(rows), responses: .numbers(rows.map { $0[0] + 10 * $0[1] }))
    }
    let inputs = [
      InputColumn(name: "age", kind: .number(lower: 0, upper: 1.5 * Double(ages))),
      InputColumn(name: "drug", kind: .number(lower: 0, upper: 1)),
    ]
    let encoder = FeatureEncoder(inputs: inputs, isScaled: false)
    let pipeline = try Pipeline(
      features: encoder, target: .number(name: "dose"),
      model: .linear(LinearModel(weights: [1, 10], intercept: 0)))
    return try AttributeScene(
      pipeline, training: some(), others: some(), auxiliary: some(), sensitive: 0)
  }

  @Test(
    "A column of many values is judged by its error beside that of the baseline, on all people",
    arguments: [40, 400])
  func continuous(ages: Int) async throws {
    let scene = try Self.scene(ages: ages, people: 120)
    var random = RandomStream(seed: 1)
    let attack = try await scene.run(MarginalInversion(), using: &random)
    let baseline = try await scene.run(ModeBaseline(), using: &random)
    for (found, guess) in [(attack.members, baseline.members), (attack.others, baseline.others)] {
      let (found, guess) = (try #require(found), try #require(guess))
      #expect(found.isContinuous && guess.isContinuous)
      let (error, plain) = (try #require(found.error), try #require(guess.error))
      // The model tells the age, so what is left is the width of a bin.
      #expect(error.count == 120 && plain.count == 120 && error.absolute < plain.absolute / 2)
      #expect(error.rootMeanSquared < plain.rootMeanSquared)
    }
    // The baseline guesses the middle of its bins for everybody.
    let values = scene.others.rows.column(0)
    let best = values.map { one in values.reduce(0) { $0 + abs($1 - one) } / 120 }.min() ?? 0
    #expect(abs((baseline.others?.error?.absolute ?? 0) - best) < 0.1 * best)
  }

  @Test("A number of few values is right or wrong, and has its error too")
  func few() async throws {
    let scene = try Self.scene(ages: 3, people: 60)
    var random = RandomStream(seed: 1)
    let attack = try #require(try await scene.run(MarginalInversion(), using: &random).others)
    #expect(!attack.isContinuous && attack.metrics.accuracy == 1)
    #expect(try #require(attack.error).absolute < 1e-6)
  }
}
