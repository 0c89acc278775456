import Foundation
import Learning
import LinearAlgebra
import Methods
import Querying
import Guarding
import Testing

@testable import External

@Suite("Detectors that are programs")
struct DetectorProgramTests {
  private static func prepared(_ program: ExternalProgram) throws -> any PreparedDetector {
    let pipeline = try SmallWorld.classes()
    return try ExternalDetector(program).prepared(
      for: ServiceContext(schema: PipelineOracle(pipeline).schema, pipeline: pipeline))
  }

  private static let answer = Answer(probabilities: [0.75, 0.25])

  @Test("A program is started once, sees every client's queries with their answers, and says what it thinks")
  func readings() throws {
    let programs = try Programs()
    let program = try programs.shell(
      """
      echo '{"ready": true}'
      while read -r line; do
        echo "$line" >> "$(dirname "$0")/lines"
        echo '{"score": 0.5, "alarm": true}'
      done
      """)
    let detector = try Self.prepared(program)
    var (one, two) = (detector.monitor(), detector.monitor())
    for row in [[0.5, 1], [-0.5, 0]] {
      #expect(one.observe(row, Self.answer) == DetectorReading(score: 0.5, isAlarm: true))
    }
    #expect(two.observe([1, 1], Answer(label: 1)).isAlarm)
    #expect(detector.failure == nil)
    #expect(
      try programs.text("lines") == """
        {"client":1,"confidence":0.75,"label":0,"probabilities":[0.75,0.25],"row":[0.5,1]}
        {"client":1,"confidence":0.75,"label":0,"probabilities":[0.75,0.25],"row":[-0.5,0]}
        {"client":2,"label":1,"row":[1,1]}

        """)
  }

  @Test(
    "One that ends, closes its output, is late or says something else has failed for good, and raises no alarm",
    arguments: [
      ("read -r line; exit 4", "ended with code 4"), ("read -r line; kill -KILL $$", "was ended by signal 9"),
      ("exec >&-; sleep 60", "closed its output"), ("sleep 60", "wrote no line for too long"),
      ("yes >&2", "wrote no line for too long"),
      ("read -r line; echo hello; sleep 60", "wrote 'hello' instead"),
      ("read -r line; echo '{\"score\": 1}'; sleep 60", "instead"),
      ("yes | tr -d '\\n'", "a line of more than a megabyte"),
      ("exec <&-; exit 0", "ended with code 0"),
    ])
  func failures(lines: String, words: String) throws {
    let program = try Programs().shell("echo '{\"ready\": true}'\n\(lines)") {
      $0.queryTime = .milliseconds(500)
    }
    let detector = try Self.prepared(program)
    var monitor = detector.monitor()
    for _ in 0..<2 {
      #expect(monitor.observe([0, 1], Self.answer) == DetectorReading(score: nil, isAlarm: false))
    }
    let text = detector.failure.map { "\($0)" } ?? ""
    #expect(text.contains(words) && text.contains(program.id), "\(text)")
  }

  @Test("A request that is cancelled does not end the detector", .timeLimit(.minutes(1)))
  func cancelled() async throws {
    let programs = try Programs()
    let detector = try Self.prepared(
      programs.shell(
        "echo '{\"ready\": true}'; while read -r line; do sleep 0.3; echo '{\"alarm\": true}'; done"))
    let asking = Task {
      var monitor = detector.monitor()
      return monitor.observe([0, 1], Self.answer)
    }
    asking.cancel()
    #expect(await asking.value.isAlarm && detector.failure == nil)
  }

  @Test("One that is not ready in time, or says something else first, is not set up")
  func notReady() throws {
    for (lines, words) in [
      ("sleep 60", "wrote no line"), ("echo hello; sleep 60", "first wrote 'hello'"),
      ("echo why >&2; exit 2", "ended with code 2; it said: why"),
    ] {
      let program = try Programs().shell(lines, seconds: 0.5)
      let error = #expect(throws: ExternalError.self) { try Self.prepared(program) }
      #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }
  }

  @Test(
    "The detector in Python raises the alarm at queries that move one column",
    .enabled(if: Programs.has("python3")))
  func python() throws {
    let detector = try Self.prepared(Programs.example("repeated_rows.py"))
    var (thief, user) = (detector.monitor(), detector.monitor())
    var readings: [DetectorReading] = []
    for step in 0..<30 {
      readings.append(thief.observe([Double(step) / 30, 0.5], Self.answer))
      #expect(!user.observe([Double(step) / 30, -Double(step) / 31], Self.answer).isAlarm)
    }
    #expect(readings.firstIndex { $0.isAlarm } == 19)
    #expect(detector.failure == nil)
  }
}
