import Foundation
import Inversion
import Learning
import LinearAlgebra
import Methods
import Querying
import Testing

/// What every attack on an attribute must do, whatever its method.
@Suite("Attacks on attributes: conformance")
struct InversionConformanceTests {
  private static let ids = AttributeAttacks.builtIn.ids

  @Test("Ids are unique, cards are whole, settings survive JSON")
  func cards() throws {
    #expect(Set(Self.ids).count == Self.ids.count)
    for attack in AttributeAttacks.builtIn.methods {
      let entry = type(of: attack).entry
      let card = entry.card
      #expect(
        !card.citation.isEmpty && !card.needs.isEmpty && card.family == .attributeInference
          && card.taxonomy != nil)
      let form = try JSONEncoder().encode(attack)
      let names = Set(try #require(JSONSerialization.jsonObject(with: form) as? [String: Any]).keys)
      #expect(names == Set(entry.parameters.map(\.name)), "\(card.id)")
    }
    #expect(throws: MethodError.self) { _ = try AttributeAttacks.builtIn.make("nothing") }
  }

  @Test("Scores are distributions, the same seed gives the same, nobody is told the secret", arguments: ids)
  func guesses(id: String) async throws {
    let attack = try AttributeAttacks.builtIn.make(id)
    let scene = try SmallScene.tree(leaves: 20)
    let task = scene.task(scene.others, access: .model(try #require(scene.pipeline)))
    try #require(type(of: attack).missing(task) == nil)
    #expect((0..<task.known.rows).allSatisfy { task.known[$0, 1].isNaN })
    var (first, second) = (RandomStream(seed: 5), RandomStream(seed: 5))
    let guesses = try await attack.guess(task, using: &first)
    #expect(try await attack.guess(task, using: &second) == guesses)
    #expect(guesses.scores.rows == scene.others.count && guesses.scores.columns == 3)
    for row in 0..<guesses.scores.rows {
      #expect(guesses.scores.row(row).allSatisfy { $0 >= 0 })
      #expect(abs(guesses.scores.row(row).reduce(0, +) - 1) < 1e-9)
    }
  }

  @Test(
    "An attack that cannot work says what it lacks", arguments: ["tree-counts", "tree-agreement", "csmia"])
  func missing(id: String) async throws {
    let scene = try SmallScene.linear()
    let task = scene.task(scene.others, access: .model(try #require(scene.pipeline)))
    #expect(type(of: try AttributeAttacks.builtIn.make(id)).missing(task) != nil)
  }
}
