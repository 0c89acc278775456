import LinearAlgebra
import Querying
import Stealing
import Synchronization

/// The detectors of a service with the streams of queries that they watch.
final class DetectorWatch: Sendable {
  private struct Stream {
    var monitor: any QueryMonitor
    var isAlarmed = false
  }

  /// Most clients whose streams a detector keeps apart; those beyond share one stream.
  private static let clientLimit = 10_000

  private final class Watched: Sendable {
    let id: String
    let detector: any PreparedDetector
    let streams = Mutex<[String: Stream]>([:])

    init(id: String, detector: any PreparedDetector) {
      self.id = id
      self.detector = detector
    }
  }

  private let detectors: [Watched]

  init(_ detectors: [(id: String, detector: any PreparedDetector)]) {
    self.detectors = detectors.map { Watched(id: $0.id, detector: $0.detector) }
  }

  /// Shows queries and their true answers to all detectors.
  ///
  /// - Returns: the ids of those that raise the alarm and had not done so before.
  func alarms(_ queries: Matrix, _ answers: [Answer], client: String) -> [String] {
    detectors.filter { watched in
      watched.streams.withLock { streams in
        var key = watched.detector.poolsClients ? "" : client
        if streams[key] == nil, streams.count >= Self.clientLimit { key = "" }
        // Taken out while it works, so that its memory is not copied.
        var stream = streams.removeValue(forKey: key) ?? Stream(monitor: watched.detector.monitor())
        let wasAlarmed = stream.isAlarmed
        for (row, answer) in answers.enumerated() {
          stream.isAlarmed = stream.monitor.observe(queries.row(row), answer).isAlarm
        }
        let isNew = stream.isAlarmed && !wasAlarmed
        streams[key] = stream
        return isNew
      }
    }.map(\.id)
  }
}
