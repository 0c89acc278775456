import Foundation
import Learning
import LinearAlgebra
import PredictionAPI
import Querying
import TestSupport
import Testing
import Workbench

@Suite("Examples of jobs")
struct WorkbenchExamples {
  @Test("A training is a value with a result")
  func training() throws {
    // Example: Workbench
    var job = TrainingJob(data: "digits", target: "digit", model: "softmax")
    job.settings = ["penalty=0.1"]
    let trained = try job.run(JobContext(seed: 7))
    print(trained.training.scores.parts.map(\.metrics))
    // End
    #expect(trained.training.scores.parts.count == 2)
  }

  @Test("A model is opened from its file, and from its address with rows that are known")
  func models() async throws {
    let folder = try Folder()
    let path = folder.path("model.json")
    var job = TrainingJob(data: "iris-fisher", target: "species", model: "softmax")
    job.testShare = 0
    let trained = try job.run(JobContext())
    try Data(trained.file.bytes()).write(to: URL(filePath: path))
    var random = RandomStream(seed: 1)
    let rows = PipelineOracle(trained.training.pipeline).schema.uniformRows(3, using: &random)
    // Example: ModelsUnderAttack
    let model = try await ModelUnderAttack.open(.file(ModelFileAccess(path)), in: JobContext())
    let answers = try await model.oracle.answer(rows, details: [])
    // End
    #expect(answers.count == 3)
    let server = try await PredictionServer.start(
      PredictionService(models: [ServedModel(name: "iris", oracle: PipelineOracle(trained.training.pipeline))]
      ))
    let (url, table, context) = ("http://127.0.0.1:\(server.port)", "iris-fisher", JobContext())
    // Example: ModelsUnderAttack
    let service = ServiceAccess(url)
    let found = try await ModelUnderAttack.open(.url(service), in: context) { file in
      try KnownRows(table, for: file, ReadingChoices(), in: context)
    }
    print(found.notes)
    // End
    #expect(found.isRemote)
    try await server.stop()
  }
}
