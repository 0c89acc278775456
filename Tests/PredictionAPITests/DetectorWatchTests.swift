import Foundation
import Learning
import LinearAlgebra
import Querying
import Guarding
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
      _ = await watch.alarms(Matrix(rows: count, columns: 1), answers, client: client)
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

  @Test("An alarm in the middle of a request is heard, and one that stays on is told of once")
  func middle() async {
    let answers = [Answer](repeating: Answer(label: 0), count: 4)
    let rows = Matrix(rows: 4, columns: 1)
    let watch = DetectorWatch([("some", SomeQueries([2, 8, 9, 10, 15]))])
    // Queries 1 to 4, 5 to 8, 9 to 12 and 13 to 16.
    var heard: [[String]] = []
    for _ in 0..<4 { heard.append(await watch.alarms(rows, answers, client: "a")) }
    #expect(heard == [["some"], ["some"], [], ["some"]])
    #expect(await watch.alarms(rows, answers, client: "b") == ["some"])
  }
}
