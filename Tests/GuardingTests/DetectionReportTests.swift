import Learning
import LinearAlgebra
import Methods
import Querying
import Testing

@testable import Guarding

@Suite("Detection reports")
struct DetectionReportTests {
  private func trace(_ score: Double?, alarm: Int? = nil, raised: Int = 0, queries: Int = 100)
    -> DetectionTrace
  {
    DetectionTrace(
      stream: "s", queries: queries, firstAlarm: alarm, alarms: raised, raised: raised, highestScore: score)
  }

  @Test("rates, alarms per 1,000 queries and the curve are those counted by hand")
  func figures() {
    let report = DetectionReport(
      honest: [trace(0.1), trace(0.4, alarm: 50, raised: 3), trace(nil), trace(0.2)],
      attacks: [trace(0.9, alarm: 10, raised: 1), trace(0.4), trace(0.3, alarm: 70, raised: 1)])
    #expect(report.falseAlarmRate == 0.25 && report.detectionRate == 2.0 / 3)
    #expect(report.falseAlarmsPerThousand == 7.5)
    #expect(report.characteristic.map(\.threshold) == [0.9, 0.4, 0.3, 0.2, 0.1])
    #expect(report.characteristic.map(\.falseAlarmRate) == [0, 0.25, 0.25, 0.5, 0.75])
    #expect(report.characteristic.map(\.detectionRate) == [1.0 / 3, 2.0 / 3, 1, 1, 1])
    // Of 12 pairs 10 are in order and one is tied.
    #expect(abs(report.areaUnderCurve - 10.5 / 12) < 1e-15)
    #expect(DetectionReport(honest: [], attacks: []).areaUnderCurve.isNaN)
  }

  @Test("a trace counts alarms, and how often they were raised")
  func trace() throws {
    struct Even: QueryMonitor {
      var count = 0.0
      mutating func observe(_ query: [Double], _ answer: Answer) -> DetectorReading {
        count += 1
        return DetectorReading(score: count, isAlarm: query[0] > 0)
      }
    }
    let values = [0.0, 1, 1, 0, 1, 0]
    let stream = QueryStream(
      name: "x", queries: Matrix(values.map { [$0] }), answers: values.map { _ in Answer(label: 0) })
    let trace = DetectionTrace.of(stream, by: StreamDetector(Even()))
    #expect(trace.firstAlarm == 2 && trace.alarms == 3 && trace.raised == 2 && trace.highestScore == 6)
  }

  @Test("honest streams are pieces of the rows without repeats in between")
  func honest() throws {
    let context = try GuardedService.softmax.context(honest: 50)
    var random = RandomStream(seed: 1)
    let streams = try QueryStream.honest(context.benign, count: 5, length: 25, to: context, using: &random)
    #expect(streams.count == 5 && streams.allSatisfy { $0.answers.count == 25 })
    let first = Set((0..<25).map { streams[0].queries.row($0) } + (0..<25).map { streams[1].queries.row($0) })
    #expect(first.count == 50)
  }

  @Test("a theft by tree queries raises the monitor of trees when the tree is known")
  func extractionMonitor() throws {
    let context = try GuardedService.tree.context()
    for measure in ["information", "coverage"] {
      let settings = try MethodSettings(["measure=\(measure)", "threshold=0.8"])
      let detector = try QueryDetectors.builtIn.make("extraction-monitor", settings: settings).prepared(
        for: context)
      let few = try QueryStream(
        name: "few", queries: context.benign.rows(at: [Int](repeating: 0, count: 100)), to: context)
      let many = try QueryStream(name: "many", queries: GuardedService.honest(600, seed: 31), to: context)
      let (calm, alarmed) = (DetectionTrace.of(few, by: detector), DetectionTrace.of(many, by: detector))
      #expect(calm.firstAlarm == nil && (calm.highestScore ?? 1) < 0.5)
      #expect(alarmed.firstAlarm != nil && (alarmed.highestScore ?? 0) > 0.8, "\(measure)")
    }
  }
}
