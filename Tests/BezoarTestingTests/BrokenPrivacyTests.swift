import BezoarTesting
import Inversion
import Learning
import LinearAlgebra
import Methods
import Querying
import Testing

@Suite("Conformance names faults of attacks on people")
struct BrokenPrivacyTests {
  @Test("an attack on membership with scores that cannot be, not by the seed, past the session")
  func membership() async throws {
    let problems = try await Conformance.problems(of: CarelessMembership.self)
    #expect(name(problems, "gives 199 scores for 200 records with 16 shadow models"))
    #expect(name(problems, "gives scores that are not finite"))
    #expect(name(problems, "the same seed gives other scores"))
    #expect(name(problems, "asks the model past the session"))
  }

  @Test("an attack on membership that lacks what it does not say, or lacks everything")
  func needs() async throws {
    let problems = try await Conformance.problems(of: SaysNoNeed.self)
    #expect(
      name(
        problems, "where the model gives the class alone (for which it lacks nothing) ends in an error"))
    #expect(name(problems, "without shadow models (which it does not ask for) ends in an error"))
    let everything = try MethodSettings(["lacks=true"])
    let others = try await Conformance.problems(of: CarelessMembership.self, settings: everything)
    #expect(name(others, "with 16 shadow models ends in an error"))
  }

  @Test("an attack on an attribute with guesses that cannot be, not by the seed, past the session")
  func attributes() async throws {
    let problems = try await Conformance.problems(of: CarelessAttribute.self)
    #expect(name(problems, "guesses among other values than the candidates"))
    #expect(name(problems, "gives scores that are no distribution"))
    #expect(name(problems, "the same seed gives other guesses"))
    #expect(name(problems, "asks the model past the session"))
  }

  @Test("an attack on an attribute that works nowhere")
  func nowhere() async throws {
    #expect(name(try await Conformance.problems(of: WorksNowhere.self), "works on none of the models"))
  }
}

private struct CarelessMembership: MembershipAttack {
  static let card = MethodCard(
    id: "careless", family: .membershipInference, title: "Careless", summary: "Scores.",
    citation: "example", needs: "nothing", taxonomy: .membershipInference)
  static let settings: [Setting<Self>] = [.init("lacks", \.lacks, "whether it lacks everything")]

  var lacks = false

  func score(_ task: MembershipTask, using random: inout RandomStream) async throws -> [Double] {
    if lacks { throw InversionError.missing(method: Self.card.id, need: "a miracle") }
    _ = try await task.target.oracle.answer(task.records.features, details: [])
    return (0..<task.records.count - 2).map { _ in Double.random(in: 0...1) } + [.infinity]
  }
}

/// Needs probabilities and shadow models and says that it needs neither.
private struct SaysNoNeed: MembershipAttack {
  static let card = MethodCard(
    id: "says-no-need", family: .membershipInference, title: "Says no need", summary: "Scores.",
    citation: "example", needs: "nothing", taxonomy: .membershipInference)

  static func missing(_ task: MembershipTask) -> String? { nil }

  func score(_ task: MembershipTask, using random: inout RandomStream) async throws -> [Double] {
    guard let shadows = task.shadows else {
      throw InversionError.missing(method: Self.card.id, need: "shadow models")
    }
    let scores = try await task.confidences()
    return scores.indices.map { scores[$0] - shadows.scores[0][$0] }
  }
}

private struct CarelessAttribute: InversionAttack {
  static let card = MethodCard(
    id: "careless", family: .attributeInference, title: "Careless", summary: "Guesses.",
    citation: "example", needs: "nothing", taxonomy: .attributeInference)

  func guess(_ task: AttributeTask, using random: inout RandomStream) async throws -> AttributeGuesses {
    if case .answers(let session) = task.access {
      var rows = task.known
      for row in 0..<rows.rows { rows[row, task.sensitive] = 0 }
      _ = try await session.oracle.answer(rows, details: [])
    }
    let count = task.candidates.count
    let weights = Matrix(
      rows: task.known.rows, columns: count,
      elements: (0..<task.known.rows).flatMap { _ in
        [-Double.random(in: 0...1)] + [Double](repeating: 3, count: count - 1)
      })
    return AttributeGuesses(candidates: task.candidates.map { $0 + 1 }, weights: weights)
  }
}

private struct WorksNowhere: InversionAttack {
  static let card = MethodCard(
    id: "nowhere", family: .attributeInference, title: "Nowhere", summary: "Guesses.",
    citation: "example", needs: "a miracle", taxonomy: .attributeInference)

  static func missing(_ task: AttributeTask) -> String? { "a miracle" }

  func guess(_ task: AttributeTask, using random: inout RandomStream) async throws -> AttributeGuesses {
    try await ModeBaseline().guess(task, using: &random)
  }
}
