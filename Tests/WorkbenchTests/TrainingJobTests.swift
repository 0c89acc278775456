import Experiments
import Learning
import Synchronization
import Tabular
import Testing
import Workbench

/// Keeps what a job tells.
final class Recorder: JobObserver {
  private let state = Mutex<(notes: [JobNote], steps: [String], checks: Int)>(([], [], 0))
  /// Checks that pass before the job is to stop.
  private let patience: Int

  struct Stopped: Error {}

  init(patience: Int = .max) { self.patience = patience }

  var notes: [JobNote] { state.withLock(\.notes) }
  var steps: [String] { state.withLock(\.steps) }

  func note(_ note: JobNote) { state.withLock { $0.notes.append(note) } }
  func begin(_ step: String) { state.withLock { $0.steps.append(step) } }
  func check() throws {
    let count = state.withLock { state -> Int in
      state.checks += 1
      return state.checks
    }
    if count > patience { throw Stopped() }
  }
}

@Suite("Training as a job")
struct TrainingJobTests {
  @Test("A model of the embedded digits is measured on the rows that it has not seen")
  func digits() throws {
    var job = TrainingJob(data: "digits", target: "digit", model: "softmax")
    job.settings = ["penalty=1"]
    let recorder = Recorder()
    let result = try job.run(JobContext(seed: 3, observer: recorder))
    #expect(result.training.scores.parts.map(\.name) == ["training", "test"])
    #expect(result.training.trainingRows == result.training.scores.parts.first?.rows)
    let accuracy = try #require(result.training.scores.parts.last?.metrics["accuracy"])
    #expect(accuracy > 0.9)
    #expect(recorder.steps == ["reading digits", "training softmax", "measuring"])
    #expect(recorder.notes.contains { $0.isFinding && $0.text.contains("numeric columns: 64") })
    #expect(result.file.provenance?.seed == 3)
    #expect(result.document.parameters["command"] == "train")
    #expect(result.document.outcomes.map(\.metrics) == result.training.scores.parts.map(\.metrics))
  }

  @Test("The same seed gives the same model on any number of threads")
  func threads() throws {
    var job = TrainingJob(data: "digits", target: "digit", model: "tree")
    job.settings = ["maximumDepth=4"]
    let files = try [1, 2].map { try job.run(JobContext(workers: $0)).file.bytes() }
    #expect(files[0] == files[1])
  }

  @Test("An observer that throws ends the training")
  func stop() throws {
    let job = TrainingJob(data: "digits", target: "digit", model: "tree")
    #expect(throws: Recorder.Stopped.self) {
      try job.run(JobContext(observer: Recorder(patience: 1)))
    }
  }

  @Test("A request that cannot be is refused before a file is read")
  func wrongRequests() {
    var job = TrainingJob(data: "no such file", target: "y", model: "ridge")
    job.testShare = 1
    #expect(throws: WorkbenchError.usage("--test must be at least 0 and below 1, not 1.0")) {
      try job.run(JobContext())
    }
    job.testShare = 0.3
    job.weighting = RowWeighting(column: "y")
    #expect(throws: WorkbenchError.usage("--weights must name another column than --target")) {
      try job.run(JobContext())
    }
    job.weighting = RowWeighting()
    job.encoding.scaling = .standard
    job.hasIntercept = false
    #expect(throws: WorkbenchError.self) { try job.run(JobContext()) }
  }

  @Test("What is left unsaid is as the command has it")
  func defaults() throws {
    let job = TrainingJob(data: "digits", target: "digit", model: "tree")
    #expect(job.testShare == 0.3)
    #expect(job.hasIntercept)
    #expect(job.encoding == EncodingChoices())
    #expect(job.weighting == RowWeighting())
    #expect(job.reading.completed(by: nil) == nil)
    let options = try job.encoding.options(forTrees: true)
    #expect(options.numeric == .none)
    #expect(options.missing == .keep)
  }
}
