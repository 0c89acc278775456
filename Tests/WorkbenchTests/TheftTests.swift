import Experiments
import Foundation
import Learning
import Querying
import Reporting
import Stealing
import Testing
import Workbench

@Suite("Theft as a job")
struct TheftTests {
  @Test("A softmax model is copied whole from its probabilities, and the copy is a model file")
  func softmax() async throws {
    let irises = try Irises()
    defer { irises.remove() }
    var request = TheftJob(
      .file(ModelFileAccess(try await irises.file("softmax"))), output: "\(irises.folder)/stolen.json")
    (request.attack, request.data) = ("equation", "iris-fisher")
    let result = try await request.run(irises.context)
    #expect(result.attack == "equation" && result.stop == nil && result.remark == nil)
    #expect(result.comparison?.uniform.fidelity == 1)
    #expect(result.comparison?.test?.fidelity == 1)
    #expect(result.comparison?.uniform.rows == 10_000 && result.comparison?.test?.rows == 150)
    #expect(result.metrics["queries"] == Double(result.ledger.queries))
    let copy = try ModelFile.read(path: request.output)
    #expect(copy.provenance?.recipe == "stolen by equation")
    #expect(try QueryRecord(path: request.logPath).exchanges.count == result.ledger.queries)
  }

  @Test("A theft from the record of a theft asks nobody and compares with nobody")
  func replay() async throws {
    let irises = try Irises()
    defer { irises.remove() }
    var request = TheftJob(
      .file(ModelFileAccess(try await irises.file("softmax"))), output: "\(irises.folder)/stolen.json")
    request.attack = "equation"
    let first = try await request.run(irises.context)
    var again = TheftJob(.record(request.logPath), output: "\(irises.folder)/again.json")
    again.attack = "equation"
    let second = try await again.run(irises.context)
    #expect(second.comparison == nil && second.checked == 0 && !second.victim.isRemote)
    #expect(second.ledger.queries == first.ledger.queries)
    #expect(second.stolen.pipeline.labels == first.stolen.pipeline.labels)
  }

  @Test("The page, the document and the text of a theft hold the same numbers")
  func output() async throws {
    let irises = try Irises()
    defer { irises.remove() }
    var request = TheftJob(
      .file(ModelFileAccess(try await irises.file("tree"))), output: "\(irises.folder)/stolen.json")
    (request.attack, request.check) = ("retrain-uniform", 100)
    request.budget = 200
    let result = try await request.run(irises.context)
    let document = result.document
    #expect(document.outcomes.count == 1 && document.outcomes[0].metrics == result.metrics)
    #expect(document.parameters["command"] == .text("steal"))
    let files = try result.write(to: request.reportFolder, with: nil)
    #expect(FileManager.default.fileExists(atPath: files.page))
    #expect(!FileManager.default.fileExists(atPath: "\(request.reportFolder)/results.json"))
  }

  @Test("A guard study measures every guard beside every attack and the model without a guard")
  func guards() async throws {
    let irises = try Irises()
    defer { irises.remove() }
    var request = GuardComparison(model: try await irises.file("softmax"), data: "iris-fisher")
    (request.guards, request.attacks) = (["rounding:decimals=2", "label-only"], ["equation"])
    request.budget = 200
    let study = try await request.study(irises.context)
    let result = try await request.run(study, irises.context)
    #expect(Set(result.document.outcomes.map(\.defence)) == ["none", "rounding:decimals=2", "label-only"])
  }
}
