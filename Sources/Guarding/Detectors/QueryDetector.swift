import Learning
public import Methods
public import Querying

/// A detector that watches the stream of queries of a client and tells theft from use.
///
/// One detector is one file: a struct with a card, its settings and ``prepared(for:)``. Added to
/// ``QueryDetectors``, or to the catalogue of a program of one's own, it is known to the server, the studies
/// and the conformance tests.
public protocol QueryDetector: Method {
  /// Sets the detector up for a service; calibration uses the benign queries of the context.
  ///
  /// - Throws: ``GuardingError`` if the context lacks what the detector needs.
  func prepared(for context: ServiceContext) throws -> any PreparedDetector
}

/// A detector that was set up.
public protocol PreparedDetector: Sendable {
  /// Whether the queries of all clients are watched together, so that thieves who share the work are seen.
  var poolsClients: Bool { get }
  /// A watch that has seen nothing yet.
  func monitor() -> any QueryMonitor
  /// Why the detector can judge no more queries, whose readings then mean nothing; nil while it can.
  var failure: (any Error)? { get }
}

extension PreparedDetector {
  public var failure: (any Error)? { nil }
}

/// The watch over one stream of queries.
public protocol QueryMonitor: Sendable {
  /// Sees one query and its true answer.
  mutating func observe(_ query: [Double], _ answer: Answer) -> DetectorReading
}

/// What a detector thinks after a query.
public struct DetectorReading: Sendable, Hashable {
  /// How much the stream looks like theft, higher for more; nil while there is too little to tell.
  public let score: Double?
  /// Whether the detector raises the alarm.
  public let isAlarm: Bool

  /// A reading.
  public init(score: Double?, isAlarm: Bool) {
    self.score = score
    self.isAlarm = isAlarm
  }
}
