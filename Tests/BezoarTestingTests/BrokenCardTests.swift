import BezoarTesting
import Learning
import LinearAlgebra
import Methods
import Poisoning
import Testing

/// Whether a sentence about a problem holds some words.
func name(_ problems: [String], _ words: String) -> Bool { problems.contains { $0.contains(words) } }

@Suite("Conformance names faults of cards and settings")
struct BrokenCardTests {
  @Test("a card with a wrong id and family, without texts and without a place in the catalogues")
  func card() throws {
    let problems = try Conformance.problems(of: Nameless.self)
    #expect(name(problems, "the id 'My Attack'"))
    #expect(name(problems, "the card's title is empty") && name(problems, "the card's citation is empty"))
    #expect(name(problems, "the family guard and the method is a poisoning"))
    #expect(name(problems, "no place in the threat catalogues"))
    #expect(problems.count == 5, "\(problems)")
  }

  @Test("settings that are not what they say")
  func settings() throws {
    let problems = try Conformance.problems(of: BadSettings.self)
    #expect(name(problems, "the default '5' of the setting 'step' is not among what it allows"))
    #expect(name(problems, "the setting 'twin' changes the setting 'rounds' too"))
    #expect(name(problems, "the setting 'rounds' does not say what it means"))
    #expect(name(problems, "the setting 'lost' is lost in JSON"))
    #expect(name(problems, "two settings have the same name"))
    #expect(name(problems, "the setting 'no name' is not named"))
  }

  @Test("settings that a check is to pass on and that do not fit are an error")
  func wrongSettings() throws {
    #expect(throws: SettingError.self) {
      try Conformance.problems(of: Nameless.self, settings: MethodSettings(["step=1"]))
    }
  }
}

/// A poisoning attack with nothing wrong but its card.
private struct Nameless: PoisoningAttack {
  static let card = MethodCard(
    id: "My Attack", family: .guard, title: "", summary: "Rows.", citation: " ", needs: "nothing")

  func poison(
    _ scenario: PoisoningScenario, count: Int, using random: inout RandomStream
  ) throws -> RegressionData {
    try RandomRows().poison(scenario, count: count, using: &random)
  }
}

/// A poisoning attack with nothing wrong but its settings.
private struct BadSettings: PoisoningAttack {
  static let card = MethodCard(
    id: "bad-settings", family: .poisoning, title: "Bad settings", summary: "Rows.", citation: "example",
    needs: "nothing", taxonomy: .trainingData)
  static let settings: [Setting<Self>] = [
    .init("step", \.step, "length of a step", in: 0.1...1),
    .init("twin", \.rounds, "rounds", in: 1...9), .init("rounds", \.rounds, " ", in: 1...9),
    .init("lost", \.lost, "what JSON does not hold", in: 0...9),
    .init("no name", \.other, "a name of two words", in: 0...9),
    .init("no name", \.other, "the same name", in: 0...9),
  ]

  var step = 5.0
  var rounds = 3
  var lost = 2
  var other = 1

  private enum CodingKeys: String, CodingKey { case step, rounds, other }

  func poison(
    _ scenario: PoisoningScenario, count: Int, using random: inout RandomStream
  ) throws -> RegressionData {
    try RandomRows().poison(scenario, count: count, using: &random)
  }
}
