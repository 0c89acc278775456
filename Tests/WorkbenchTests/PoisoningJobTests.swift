import Experiments
import Foundation
import Tabular
import Testing
import Workbench

@Suite("Poisoning and defence as jobs")
struct PoisoningJobTests {
  private static func poisoning(_ attack: String = "flip") -> PoisoningJob {
    var job = PoisoningJob(UserTableRequest(data: "diabetes", target: "progression"))
    job.attack = attack
    job.model.id = "ols"
    return job
  }

  @Test("The embedded table, which is compressed, is poisoned by its id at the rate that is asked for")
  func poison() throws {
    let recorder = Recorder()
    let result = try Self.poisoning().run(JobContext(seed: 5, observer: recorder))
    #expect(result.errors.map(\.attack) == ["none", "random", "flip"])
    let share = Double(result.poisonRows) / Double(result.isPoison.count)
    #expect(abs(share - 0.08) < 0.005)
    #expect(result.trainingRows + result.poisonRows == result.isPoison.count)
    let table = try TableReader().read(bytes: result.file, name: "poisoned")
    #expect(table.rowCount == result.isPoison.count)
    let (clean, attacked) = (result.errors[0].meanSquaredError, result.errors[2].meanSquaredError)
    #expect(clean > 0 && attacked > clean)
    #expect(result.document.parameters["command"] == "poison")
    #expect(result.document.outcomes.map { $0.metrics["mse"] } == result.errors.map(\.meanSquaredError))
    #expect(recorder.notes.contains { $0.isFinding && $0.text.hasPrefix("442 rows") })
  }

  @Test("The same seed gives the same file, another seed another one")
  func seeds() throws {
    let files = try [5, 5, 6].map { try Self.poisoning().run(JobContext(seed: $0)).file }
    #expect(files[0] == files[1])
    #expect(files[0] != files[2])
  }

  @Test("A defence of a poisoned file is scored by the flags beside it, and keeps and rejects every row once")
  func defend() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "workbench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let poisoned = try Self.poisoning().run(JobContext(seed: 5))
    let data = folder.appending(path: "poisoned.csv")
    try Data(poisoned.file).write(to: data)
    try Data(TableWriter.bytes(PoisonFlags.table(poisoned.isPoison))).write(
      to: URL(filePath: PoisonFlags.path(for: data.path())))
    var job = DefenceJob(UserTableRequest(data: data.path(), target: "progression"))
    job.model.id = "ols"
    let result = try job.run(JobContext(seed: 5))
    #expect(result.isScored)
    #expect(result.metrics["recall"] != nil)
    #expect(result.metrics["rejected"] == Double(result.rejected.count))
    #expect(!result.rejected.isEmpty)
    let kept = try TableReader().read(bytes: result.keptFile, name: "kept")
    let rejected = try TableReader().read(bytes: result.rejectedFile, name: "rejected")
    #expect(kept.rowCount + rejected.rowCount == poisoned.isPoison.count)
    #expect(rejected.columns.prefix(2).map(\.name) == ["row", "line"])
  }

  @Test("A request that cannot be is refused before a file is read")
  func wrongRequests() {
    var job = PoisoningJob(UserTableRequest(data: "no such file", target: "y"))
    job.testShare = 0.7
    #expect(throws: WorkbenchError.self) { try job.run(JobContext()) }
    job.testShare = 0.33
    job.rate = 1
    #expect(throws: WorkbenchError.self) { try job.run(JobContext()) }
    job.rate = 0.08
    job.attack = "nothing"
    #expect(throws: (any Error).self) { try job.check(.builtIn) }
    var defence = DefenceJob(UserTableRequest(data: "no such file", target: "y"))
    defence.model.mixing = 0
    #expect(throws: WorkbenchError.usage("--mixing must be above 0 and at most 1, not 0.0")) {
      try defence.run(JobContext())
    }
  }

  @Test("An observer that throws ends the attack")
  func stop() {
    #expect(throws: Recorder.Stopped.self) {
      try Self.poisoning().run(JobContext(observer: Recorder(patience: 0)))
    }
  }
}
