import Statistics
import Foundation
import Learning
import LinearAlgebra
import Methods
import Querying
import Tabular
import TestSupport
import Testing

@testable import Guarding

/// Values of the released rule and of SciPy, from `Tests/Fixtures/make/prada.py`.
@Suite("PRADA beside the released rule")
struct PradaReferenceTests {
  struct Fixture: Decodable {
    struct Sample: Decodable {
      let name: String
      let values: [Double]
      let statistic: Double
      let pValue: Double
    }
    struct Stream: Decodable {
      let name: String
      let delta: Double
      let rows: [[Double]]
      let labels: [Int]
      let statistics: [[Double]]
      let firstAlarm: Int?
      let alarms: Int
      let kept: [Double]
    }
    let samples: [Sample]
    let streams: [Stream]

    static func load() throws -> Fixture {
      try FixtureFile.decode("prada.json")
    }
  }

  @Test("W and p are SciPy's")
  func shapiro() throws {
    for sample in try Fixture.load().samples {
      let test = try #require(ShapiroWilk(sample.values))
      // SciPy takes normal quantiles from AS 111, which has nine digits; ours have all.
      #expect(abs(test.statistic - sample.statistic) < 1e-8, "\(sample.name)")
      #expect(abs(test.pValue - sample.pValue) < 1e-6 * max(sample.pValue, 1e-3), "\(sample.name)")
    }
  }

  @Test("degenerate samples have no statistic")
  func degenerate() {
    #expect(ShapiroWilk([]) == nil && ShapiroWilk([1, 2]) == nil && ShapiroWilk([3, 3, 3, 3]) == nil)
    #expect(ShapiroWilk([1, 2, .infinity]) == nil)
  }

  @Test("a far query does not blind the watch")
  func farQuery() throws {
    let inputs = (0..<4).map { InputColumn(name: "x\($0)", kind: .number(lower: -1, upper: 1)) }
    let pipeline = try Pipeline(
      features: FeatureEncoder(inputs: inputs), target: .classes(name: "y", labels: ["a", "b"]),
      model: .linearClassifier(LinearClassifier(weights: [1, 0, 0, 0], intercept: 0)))
    let context = ServiceContext(schema: PipelineOracle(pipeline).schema, pipeline: pipeline)
    var monitor = try Prada().prepared(for: context).monitor()
    _ = monitor.observe([0, 0, 0, 0], Answer(label: 0))
    _ = monitor.observe([1e200, 0, 0, 0], Answer(label: 0))
    // Every second query is a tiny step from the one before, as line searches make them.
    var (random, row, alarms) = (RandomStream(seed: 1), [0.0, 0, 0, 0], 0)
    for number in 0..<300 {
      if number.isMultiple(of: 2) {
        row = row.map { _ in random.uniform(-1, 1) }
      } else {
        row[0] += 1e-6
      }
      if monitor.observe(row, Answer(label: 0)).isAlarm { alarms += 1 }
    }
    #expect(alarms > 100)
  }

  @Test("distances, every W and every alarm are those of the rule")
  func streams() throws {
    let inputs = (0..<4).map { InputColumn(name: "x\($0)", kind: .number(lower: -1, upper: 1)) }
    let pipeline = try Pipeline(
      features: FeatureEncoder(inputs: inputs), target: .classes(name: "y", labels: ["a", "b"]),
      model: .linearClassifier(LinearClassifier(weights: [1, 0, 0, 0], intercept: 0)))
    let context = ServiceContext(schema: PipelineOracle(pipeline).schema, pipeline: pipeline)
    for stream in try Fixture.load().streams {
      var statistic = PradaStatistic(limit: 10_000, minimum: 100)
      var values: [[Double]] = []
      for (index, row) in stream.rows.enumerated() {
        if let value = statistic.observe(row, label: stream.labels[index]) {
          values.append([Double(index), value])
        }
      }
      #expect(values.map { $0[0] } == stream.statistics.map { $0[0] })
      #expect(zip(values, stream.statistics).allSatisfy { abs($0[1] - $1[1]) < 1e-8 })
      let kept = statistic.distances.sorted()
      #expect(kept.count == stream.kept.count)
      #expect(zip(kept, stream.kept.sorted()).allSatisfy { abs($0 - $1) < 1e-12 })

      let settings = try MethodSettings(["delta=\(stream.delta)"])
      var monitor = try QueryDetectors.builtIn.make("prada", settings: settings).prepared(for: context)
        .monitor()
      let alarms = zip(stream.rows, stream.labels).map { monitor.observe($0, Answer(label: $1)).isAlarm }
      #expect(alarms.firstIndex(of: true) == stream.firstAlarm)
      #expect(alarms.count { $0 } == stream.alarms)
    }
  }
}
