import LinearAlgebra
import Querying
import Guarding
import Synchronization

/// The detectors of a model with the streams of queries that they watch.
final class DetectorWatch: Sendable {
  /// One stream; its rows are shown one after another, while other streams go on.
  private final class Stream: Sendable {
    private struct State {
      var monitor: any QueryMonitor
      var isAlarmed = false
    }

    private let state: Mutex<State>

    init(_ monitor: any QueryMonitor) { state = Mutex(State(monitor: monitor)) }

    /// Shows some rows; whether the alarm went on for one of them.
    func observe(_ rows: Range<Int>, of queries: Matrix, _ answers: [Answer]) -> Bool {
      state.withLock { state in
        var isNew = false
        for row in rows {
          let isAlarm = state.monitor.observe(queries.row(row), answers[row]).isAlarm
          if isAlarm, !state.isAlarmed { isNew = true }
          state.isAlarmed = isAlarm
        }
        return isNew
      }
    }
  }

  private final class Watched: Sendable {
    let id: String
    private let detector: any PreparedDetector
    private let streams = Mutex<[String: Stream]>([:])

    init(id: String, detector: any PreparedDetector) {
      self.id = id
      self.detector = detector
    }

    /// Why the detector can judge no more queries; nil while it can.
    var failure: (any Error)? { detector.failure }

    /// The stream of a client, or the one that all share.
    func stream(_ client: String) -> Stream {
      streams.withLock { streams in
        var key = detector.poolsClients ? "" : client
        if streams[key] == nil, streams.count >= DetectorWatch.clientLimit { key = "" }
        if let stream = streams[key] { return stream }
        let stream = Stream(detector.monitor())
        streams[key] = stream
        return stream
      }
    }
  }

  /// Most clients whose streams a detector keeps apart; those beyond share one stream.
  private static let clientLimit = 10_000
  /// Rows that a detector sees before other requests get a turn.
  private static let turn = 32

  private let detectors: [Watched]
  private let isFailed = Atomic(false)

  /// A detector that can judge no more queries.
  struct Failed: Error {
    let error: any Error
    /// Whether nobody was told yet.
    let isNew: Bool
  }

  init(_ detectors: [(id: String, detector: any PreparedDetector)]) {
    self.detectors = detectors.map { Watched(id: $0.id, detector: $0.detector) }
  }

  /// Whether a detector can judge no more queries.
  var hasFailed: Bool { isFailed.load(ordering: .relaxed) }

  /// Shows queries and their true answers to all detectors.
  ///
  /// - Returns: the ids of those whose alarm went on, be it for one of the rows only.
  /// - Throws: ``Failed`` if a detector cannot judge the queries, so that nobody would watch them.
  func alarms(_ queries: Matrix, _ answers: [Answer], client: String) async throws(Failed) -> [String] {
    var ids: [String] = []
    for watched in detectors {
      let stream = watched.stream(client)
      var isNew = false
      for start in stride(from: 0, to: answers.count, by: Self.turn) {
        if start > 0 { await Task.yield() }
        let rows = start..<min(start + Self.turn, answers.count)
        if stream.observe(rows, of: queries, answers) { isNew = true }
      }
      if let error = watched.failure {
        throw Failed(error: error, isNew: !isFailed.exchange(true, ordering: .relaxed))
      }
      if isNew { ids.append(watched.id) }
    }
    return ids
  }
}
