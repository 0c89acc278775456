import Foundation
import Learning
import LinearAlgebra
import Methods
import Querying
import Testing

@testable import Guarding

/// What every detector of the catalogue must do, whatever its method.
@Suite("Conformance of detectors")
struct DetectorConformanceTests {
  static let ids = QueryDetectors.builtIn.ids

  /// A detector with settings that make calibration short.
  static func detector(_ id: String) throws -> any QueryDetector {
    let quick = [
      "hoda": ["window=40", "sequences=100"], "mmd": ["sequences=50"], "prada-calibrated": ["streams=5"],
    ]
    return try QueryDetectors.builtIn.make(id, settings: MethodSettings(quick[id] ?? []))
  }

  static func context(_ id: String, honest count: Int = 300) throws -> ServiceContext {
    try (id == "extraction-monitor" ? GuardedService.tree : .softmax).context(honest: count)
  }

  static func readings(_ detector: any PreparedDetector, _ rows: Matrix, _ answers: [Answer])
    -> [DetectorReading]
  {
    var monitor = detector.monitor()
    return answers.enumerated().map { monitor.observe(rows.row($0.offset), $0.element) }
  }

  @Test("the same stream gives the same readings, and a watch knows nothing of another", arguments: ids)
  func determinism(id: String) throws {
    let context = try Self.context(id)
    let detector = try Self.detector(id).prepared(for: context)
    var random = RandomStream(seed: 2)
    let rows = context.schema.uniformRows(260, using: &random)
    let answers = try context.oracle.answers(rows)
    let first = Self.readings(detector, rows, answers)
    #expect(Self.readings(detector, rows, answers) == first)
    #expect(Self.readings(try Self.detector(id).prepared(for: context), rows, answers) == first)
    #expect(first.contains { $0.score != nil })
    #expect(first.allSatisfy { $0.score.map(\.isFinite) ?? !$0.isAlarm })
  }

  @Test("a higher score is an alarm where a lower one is", arguments: ids)
  func order(id: String) throws {
    let context = try Self.context(id)
    let detector = try Self.detector(id).prepared(for: context)
    var random = RandomStream(seed: 2)
    let rows = context.schema.uniformRows(260, using: &random).appending(rowsOf: context.benign)
    let readings = Self.readings(detector, rows, try context.oracle.answers(rows))
    let alarms = readings.filter(\.isAlarm).compactMap(\.score)
    let calm = readings.filter { !$0.isAlarm }.compactMap(\.score)
    if let least = alarms.min(), let most = calm.max() { #expect(least >= most) }
  }

  @Test("a stream of one query over and over, and of one class, is no failure", arguments: ids)
  func degenerate(id: String) throws {
    let context = try Self.context(id)
    let detector = try Self.detector(id).prepared(for: context)
    let equal = Matrix([[Double]](repeating: context.benign.row(0), count: 220))
    let readings = Self.readings(detector, equal, try context.oracle.answers(equal))
    #expect(readings.allSatisfy { $0.score.map(\.isFinite) ?? true })
    let answers = try context.oracle.answers(context.benign)
    let one = answers.indices.filter { answers[$0].label == 0 }
    let oneClass = Self.readings(detector, context.benign.rows(at: one), one.map { answers[$0] })
    #expect(oneClass.count == one.count)
    // Missing and infinite values, and far ones, must not bring a watch down.
    var odd = detector.monitor()
    for value in [Double.nan, .infinity, 1e308, -1e8] {
      let reading = odd.observe([value, 0, 0, 0, 0], Answer(label: 0))
      #expect(reading.score.map { !$0.isNaN } ?? true)
    }
  }

  @Test("no and one honest query give a clear error or a detector that works", arguments: ids)
  func fewRows(id: String) throws {
    for count in [0, 1] {
      let context = try Self.context(id, honest: count)
      do {
        let detector = try Self.detector(id).prepared(for: context)
        #expect(!detector.monitor().observedOnce().isAlarm)
      } catch let error as GuardingError {
        #expect(error.description.hasPrefix(id))
      }
    }
  }

  @Test("a model that predicts a number gets a detector or a clear error", arguments: ids)
  func numbers(id: String) throws {
    let context = try GuardedService.number.context()
    do {
      let detector = try Self.detector(id).prepared(for: context)
      let rows = GuardedService.honest(50)
      #expect(Self.readings(detector, rows, try context.oracle.answers(rows)).count == 50)
    } catch let error as GuardingError {
      #expect(error.description.hasPrefix(id))
    }
  }

  @Test("settings come back from JSON and wrong ones are refused", arguments: ids)
  func settings(id: String) throws {
    let type = type(of: try QueryDetectors.builtIn.make(id))
    try checkSettings(type.entry, family: .queryDetector, form: JSONEncoder().encode(type.init())) {
      _ = try QueryDetectors.builtIn.make(id, settings: MethodSettings($0))
    }
    func roundTrip<Detector: QueryDetector>(_ type: Detector.Type) throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      let data = try encoder.encode(Detector())
      #expect(try encoder.encode(JSONDecoder().decode(Detector.self, from: data)) == data)
    }
    try roundTrip(type)
  }

  @Test("all detectors are listed, each once")
  func complete() {
    let expected = [
      "prada", "prada-calibrated", "hoda", "seat", "mmd", "extraction-monitor", "budget",
    ]
    #expect(Self.ids == expected)
    #expect(throws: MethodError.unknown("none", noun: "detector", known: expected)) {
      try QueryDetectors.builtIn.make("none")
    }
  }

  @Test("only the monitor of trees watches all clients together", arguments: ids)
  func pooling(id: String) throws {
    let detector = try Self.detector(id).prepared(for: Self.context(id))
    #expect(detector.poolsClients == (id == "extraction-monitor"))
  }
}

extension QueryMonitor {
  /// The reading after one query.
  fileprivate func observedOnce() -> DetectorReading {
    var copy = self
    return copy.observe([1, 2, 3, 4, 0], Answer(label: 0))
  }
}
