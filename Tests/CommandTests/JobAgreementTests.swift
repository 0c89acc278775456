import ArgumentParser
import Foundation
import Learning
import Testing
import Workbench

@testable import Commands

@Suite("What commands write is what their jobs give")
struct JobAgreementTests {
  private func run(_ arguments: [String]) async throws {
    var command = try Bezoar.parseAsRoot(arguments + ["--quiet", "--json", "--seed", "5"])
    if var command = command as? any AsyncParsableCommand {
      try await command.run()
    } else {
      try command.run()
    }
  }

  @Test("A trained model and a poisoned table have the same bytes either way")
  func bytes() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "jobs-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (model, table) = (folder.appending(path: "m.json"), folder.appending(path: "p.csv"))
    try await run(["train", "--data", "wine", "--target", "cultivar", "--model", "tree", "-o", model.path()])
    let trained = try TrainingJob(data: "wine", target: "cultivar", model: "tree").run(JobContext(seed: 5))
    #expect(try Data(contentsOf: model) == Data(trained.file.bytes()))
    try await run([
      "poison", "--data", "diabetes", "--target", "progression", "--model", "ols", "--attack", "flip", "-o",
      table.path(),
    ])
    var job = PoisoningJob(UserTableRequest(data: "diabetes", target: "progression"))
    job.attack = "flip"
    job.model.id = "ols"
    #expect(try Data(contentsOf: table) == Data(job.run(JobContext(seed: 5)).file))
  }
}
