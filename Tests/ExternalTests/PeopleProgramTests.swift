import Foundation
import Inversion
import Learning
import LinearAlgebra
import Methods
import Querying
import Tabular
import Testing

@testable import External

@Suite("Attacks on people that are programs")
struct PeopleProgramTests {
  /// Forty records in two classes, with four shadow models of which each record is in two.
  private static func membership(shadows: Bool = true) throws -> MembershipTask {
    var random = RandomStream(seed: 1)
    let pipeline = try SmallWorld.classes()
    let oracle = PipelineOracle(pipeline)
    let rows = oracle.schema.uniformRows(40, using: &random)
    let records = ClassificationData(features: rows, labels: (0..<40).map { $0 % 2 }, classCount: 2)
    let answers = (0..<4).map { _ in
      Matrix(
        rows: 40, columns: 2,
        elements: (0..<40).flatMap { _ in
          let share = random.uniform()
          return [share, 1 - share]
        })
    }
    return MembershipTask(
      target: QuerySession(oracle), records: records,
      shadows: shadows
        ? ShadowModels(
          isMember: (0..<4).map { model in (0..<40).map { ($0 + model) % 2 == 0 } }, probabilities: answers,
          labels: records.labels) : nil)
  }

  private static func scores(_ program: ExternalProgram, _ task: MembershipTask) async throws -> [Double] {
    var random = RandomStream(seed: 1)
    return try await ExternalMembership(program).score(task, using: &random)
  }

  @Test("Scores come by the numbers of the records, and the model is asked about each once")
  func scores() async throws {
    let task = try Self.membership()
    let lines = (1...40).reversed().map { "\($0),\(Double($0) / 8)" }
    let scores = try await Self.scores(Programs().leaving("scores.csv", ["row,score"] + lines), task)
    #expect(scores == (1...40).map { Double($0) / 8 })
    #expect(task.target.ledger.queries == 40)
  }

  @Test(
    "The attack in Python scores the loss less that of models without the record",
    .enabled(if: Programs.has("python3")))
  func python() async throws {
    let program = try Programs.example("calibrated_loss.py")
    let task = try Self.membership()
    let scores = try await Self.scores(program, task)
    let shadows = try #require(task.shadows)
    let own = try await task.confidences()
    for record in 0..<40 {
      let unseen = shadows.split(record).unseen
      let expected = own[record] - unseen.reduce(0, +) / Double(unseen.count)
      #expect(abs(scores[record] - expected) < 1e-9)
    }
    let bare = try Self.membership(shadows: false)
    let plain = try await Self.scores(program, bare)
    let confidences = try await bare.confidences()
    #expect(zip(plain, confidences).allSatisfy { abs($0 - $1) < 1e-9 })
  }

  /// Four people whose sensitive column has three values.
  private static func attributes() throws -> AttributeTask {
    let pipeline = try SmallWorld.classes()
    let oracle = PipelineOracle(pipeline)
    return AttributeTask(
      access: .answers(QuerySession(oracle)), schema: oracle.schema, sensitive: 1,
      known: Matrix([[0.1, 0], [0.2, 0], [0.3, 0], [0.4, 0]]), responses: .labels([0, 1, 0, 1]),
      marginals: [
        Marginal(values: [0, 1], shares: [0.5, 0.5]), Marginal(values: [-1, 0, 1], shares: [0.2, 0.3, 0.5]),
      ],
      errors: .confusion(truths: [0, 1, 0, 1], predictions: [0, 1, 1, 1], classCount: 2))
  }

  private static func guesses(_ program: ExternalProgram) async throws -> AttributeGuesses {
    var random = RandomStream(seed: 1)
    return try await ExternalAttribute(program).guess(Self.attributes(), using: &random)
  }

  @Test("Guesses are weights of the candidates, by the numbers of the people")
  func guesses() async throws {
    let lines = ["row,weight1,weight2,weight3", "4,0,0,1", "1,1,0,0", "3,0,0,0", "2,1,3,0"]
    let guesses = try await Self.guesses(Programs().leaving("guesses.csv", lines))
    #expect(guesses.candidates == [-1, 0, 1])
    #expect(guesses.places == [0, 1, 0, 2])
    #expect(guesses.scores.row(1) == [0.25, 0.75, 0])
    let wrong = try Programs().leaving("guesses.csv", lines.map { $0.replacing("1,3,0", with: "1,-3,0") })
    let error = await #expect(throws: ExternalError.self) { try await Self.guesses(wrong) }
    #expect(error?.description.contains("line 5, column 'weight2' is -3.0 and must not be negative") == true)
  }

  @Test(
    "A program sees what is known of people and what the model says of every candidate, never the sensitive value"
  )
  func files() async throws {
    let programs = try Programs()
    let program = try programs.shell("cp \"$1\"/*.csv \"$1\"/scenario.json \"$(dirname \"$0\")\"; exit 1")
    await #expect(throws: ExternalError.self) { try await Self.guesses(program) }
    #expect(try programs.text("people.csv").hasPrefix("row,a,response\n1,0.1,0\n2,0.2,1\n"))
    #expect(try programs.text("answers.csv").split(separator: "\n").count == 13)
    #expect(try programs.text("answers.csv").hasPrefix("row,candidate,label,confidence\n1,-1,"))
  }
}
