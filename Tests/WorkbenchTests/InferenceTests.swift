import Experiments
import Foundation
import Inversion
import Learning
import Tabular
import Testing
import Workbench

@Suite("Inference about people as jobs")
struct InferenceTests {
  @Test("Attacks on an attribute stand beside the baselines for every seed")
  func attribute() async throws {
    let irises = try Irises()
    defer { irises.remove() }
    var people = PeopleUnderAttack(.trained("tree", settings: ["maximumDepth=3"]))
    (people.data, people.target) = ("iris-fisher", "species")
    var request = AttributeGuessing(people, sensitive: "petal width")
    request.seeds = [1, 2]
    let result = try await request.run(irises.context)
    let again = try await request.run(irises.context)
    #expect(result.outcomes == again.outcomes)
    #expect(Set(result.outcomes.map(\.seed)) == [1, 2])
    #expect(Set(result.outcomes.map(\.attack)).isSuperset(of: ["mode", "imputation with response"]))
    #expect(result.document.parameters["train"] == .text("tree"))
  }

  @Test("An attack that is named and is a baseline is refused with what would work")
  func baseline() throws {
    var request = AttributeGuessing(PeopleUnderAttack(.file("m.json")), sensitive: "a")
    request.attack = "mode"
    #expect(throws: WorkbenchError.usage("mode stands beside every attack; name others or none")) {
      try request.attacks(of: .builtIn)
    }
  }

  @Test("Every class of a model file is rebuilt as a row that the model takes for it")
  func classes() async throws {
    let irises = try Irises()
    defer { irises.remove() }
    let people = PeopleUnderAttack(.file(try await irises.file("softmax")))
    let result = try await ClassRebuilding(people, label: "all").run(irises.context)
    #expect(result.classes.count == 3 && result.queries == nil)
    #expect(result.classes.allSatisfy { $0.isTaken })
    #expect(result.rows.rowCount == 3 && result.document.outcomes.count == 3)
    var one = ClassRebuilding(people, label: "setosa")
    one.seesAnswersOnly = true
    #expect(try await one.run(irises.context).queries?.first ?? 0 > 0)
  }

  @Test("A class cannot be rebuilt from a model that is yet to be trained")
  func untrained() async throws {
    let irises = try Irises()
    defer { irises.remove() }
    let request = ClassRebuilding(PeopleUnderAttack(.trained("tree", settings: [])), label: "all")
    await #expect(throws: InversionError.self) { try await request.run(irises.context) }
  }

  @Test("Membership of a model that is trained here is measured for every record, the same for the same seed")
  func trained() async throws {
    let irises = try Irises()
    defer { irises.remove() }
    var request = MembershipInference(.trained(data: "iris-fisher"))
    (request.learner, request.target, request.attack) = ("tree", "species", "gap,loss")
    let result = try await request.run(irises.context)
    let again = try await request.run(irises.context)
    #expect(result.scene.records.count == 150 && result.scene.isMember.count { $0 } == 75)
    #expect(result.attacks.map(\.name) == ["gap", "loss"])
    #expect(result.attacks.map(\.scores) == again.attacks.map(\.scores))
    #expect(result.origins.map(\.row) == Array(1...150))
    #expect(result.risks.rowCount == 150 && result.unguarded == nil)
  }

  @Test("Guards stand before the attacked model of a membership attack, and the model without them beside")
  func guarded() async throws {
    let irises = try Irises()
    defer { irises.remove() }
    var request = MembershipInference(
      .file(
        try await irises.file("softmax"), members: try irises.rows(Array(0..<75), "in.csv"),
        others: try irises.rows(Array(75..<150), "out.csv")))
    (request.attack, request.guards) = ("loss", ["rounding:decimals=1"])
    let result = try await request.run(irises.context)
    #expect(result.unguarded != nil)
    #expect(result.origins.first?.file == "in" && result.origins.last?.file == "out")
    #expect(result.document.outcomes.map(\.defence) == ["rounding:decimals=1"])
  }
}
