import Foundation
import Learning
import LinearAlgebra
import Querying
import Guarding
import Synchronization
import Tabular
import Testing

@testable import PredictionAPI

/// A detector whose alarm is on at some queries only, counted from 1.
private struct SomeQueries: PreparedDetector, QueryMonitor {
  let alarms: Set<Int>
  let poolsClients = false
  var seen = 0

  init(_ alarms: Set<Int>) { self.alarms = alarms }

  func monitor() -> any QueryMonitor { self }

  mutating func observe(_ query: [Double], _ answer: Answer) -> DetectorReading {
    seen += 1
    return DetectorReading(score: nil, isAlarm: alarms.contains(seen))
  }
}

@Suite("Detectors over the queries to a service")
struct DetectorWatchTests {
  private static func watched(_ name: String, _ pipeline: Pipeline) throws -> ServedModel {
    let oracle = PipelineOracle(pipeline)
    let context = ServiceContext(schema: oracle.schema, pipeline: pipeline)
    return ServedModel(name: name, oracle: oracle, detectors: [("prada", try Prada().prepared(for: context))])
  }

  @Test("Models of different widths are watched apart")
  func widths() async throws {
    let service = try PredictionService(models: [
      Self.watched("wide", Samples.softmax()), Self.watched("narrow", Samples.regression()),
    ])
    let narrow = #"{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP64","data":[0.5,1]}]}"#
    #expect(try await service.post("/v2/models/narrow/infer", narrow).status == 200)
    #expect(try await service.post("/v2/models/wide/infer", ServiceTests.row).status == 200)
  }

  /// A detector that needs a while for every query.
  private struct Slow: PreparedDetector, QueryMonitor {
    let poolsClients = false
    func monitor() -> any QueryMonitor { self }
    mutating func observe(_ query: [Double], _ answer: Answer) -> DetectorReading {
      Thread.sleep(forTimeInterval: 0.001)
      return DetectorReading(score: nil, isAlarm: false)
    }
  }

  @Test("A large request of one client does not keep another waiting", .watchesTheClock)
  func largeRequests() async throws {
    let watch = DetectorWatch([("slow", Slow())])
    func seconds(_ count: Int, _ client: String) async -> Double {
      let start = ContinuousClock.now
      let answers = [Answer](repeating: Answer(label: 0), count: count)
      _ = try? await watch.alarms(Matrix(rows: count, columns: 1), answers, client: client)
      return (.now - start) / .seconds(1)
    }
    async let large = withTaskGroup(of: Double.self) { group in
      for client in 0..<8 { group.addTask { await seconds(700, "large \(client)") } }
      return await group.reduce(0, max)
    }
    try await Task.sleep(for: .milliseconds(50))
    let small = await seconds(1, "small")
    #expect(await large > 2 * small && small < 1)
  }

  /// A detector that fails at its third query.
  private final class Failing: PreparedDetector {
    struct Failure: Error, CustomStringConvertible { let description = "the detector is gone" }
    struct Monitor: QueryMonitor {
      let detector: Failing
      mutating func observe(_ query: [Double], _ answer: Answer) -> DetectorReading {
        detector.seen.withLock { $0 += 1 }
        return DetectorReading(score: nil, isAlarm: false)
      }
    }

    let seen = Mutex(0)
    let poolsClients = false
    var failure: (any Error)? { seen.withLock { $0 } < 3 ? nil : Failure() }
    func monitor() -> any QueryMonitor { Monitor(detector: self) }
  }

  private final class Told: Sendable { let lines = Mutex<[String]>([]) }

  @Test("Where a detector can judge no more queries nothing is answered, and the owner is told once")
  func failing() async throws {
    let told = Told()
    var events = ServiceEvents()
    events.fault = { reason in told.lines.withLock { $0.append(reason ?? "well again") } }
    let model = try ServedModel(
      name: "m", oracle: PipelineOracle(Samples.regression()), detectors: [("failing", Failing())])
    let service = try PredictionService(models: [model], events: events)
    let row = #"{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP64","data":[0.5,1]}]}"#
    var statuses: [Int] = []
    for _ in 0..<5 { statuses.append(try await service.post("/v2/models/m/infer", row).status) }
    #expect(statuses == [200, 200, 503, 503, 503])
    #expect(await service.get("/v2/health/ready").status == 503)
    #expect(
      told.lines.withLock { $0 }
        == ["the detector is gone; m answers no more queries, as nobody would watch them"])
  }

  @Test("An alarm in the middle of a request is heard, and one that stays on is told of once")
  func middle() async throws {
    let answers = [Answer](repeating: Answer(label: 0), count: 4)
    let rows = Matrix(rows: 4, columns: 1)
    let watch = DetectorWatch([("some", SomeQueries([2, 8, 9, 10, 15]))])
    // Queries 1 to 4, 5 to 8, 9 to 12 and 13 to 16.
    var heard: [[String]] = []
    for _ in 0..<4 { heard.append(try await watch.alarms(rows, answers, client: "a")) }
    #expect(heard == [["some"], ["some"], [], ["some"]])
    #expect(try await watch.alarms(rows, answers, client: "b") == ["some"])
  }
}
