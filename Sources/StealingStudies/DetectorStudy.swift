import Experiments
import Learning
public import LinearAlgebra
public import Methods
import Querying
public import Guarding
public import Stealing
import Synchronization

/// Detectors beside attacks on one model: when the alarm comes, when the theft is complete, and how often honest users
/// set it off.
public struct DetectorStudy: Sendable {
  /// The model and what its owner knows; detectors are calibrated on its honest queries.
  public let context: ServiceContext
  /// Honest queries that neither the model nor the detectors have seen, in the form of the schema.
  public let testRows: Matrix
  /// Honest streams.
  public var streams = 100
  /// Queries of an honest stream; at most the number of test rows counts.
  public var length = 300
  /// Uniform rows on which a copy is compared with the model.
  public var uniformRows = 2000

  /// A study; `testRows` has at least one row.
  public init(context: ServiceContext, testRows: Matrix) {
    precondition(testRows.rows > 0 && testRows.columns == context.schema.inputs.count, "rows of another form")
    self.context = context
    self.testRows = testRows
  }

  /// A theft as the server saw it.
  public struct Theft: Sendable {
    /// Id of the attack.
    public let attack: String
    /// The queries in their order, with the model's answers.
    public let stream: QueryStream
    /// Share of the test rows with the model's class; nil without a copy and for a number.
    public let testFidelity: Double?
    /// Share of uniform rows with the model's class; nil without a copy and for a number.
    public let uniformFidelity: Double?
    /// Why there is no copy; nil if there is one.
    public let failure: String?
  }

  /// What a detector makes of an attack.
  public struct Cell: Sendable, Hashable, Codable {
    /// Id of the detector.
    public let detector: String
    /// Id of the attack.
    public let attack: String
    /// Queries until the theft is complete, one entry for each theft.
    public let theftQueries: [Int]
    /// Queries until the first alarm, nil without one, for each theft.
    public let detectedAfter: [Int?]
    /// Mean share of the test rows with the model's class, over the thefts with a copy; nil without.
    public let testFidelity: Double?
    /// Honest streams and thefts with their alarms and scores.
    public let report: DetectionReport

    /// Share of the thefts in which the alarm came before the last query.
    public var caughtInTime: Double {
      let caught = zip(theftQueries, detectedAfter).count { theft, alarm in alarm.map { $0 < theft } ?? false
      }
      return theftQueries.isEmpty ? 0 : Double(caught) / Double(theftQueries.count)
    }
  }

  /// Steals the model without guards and records every query.
  ///
  /// - Throws: errors of the model, `CancellationError`.
  public func theft(_ attack: any ExtractionAttack, budget: Int?, seed: UInt64) async throws -> Theft {
    let log = Mutex<[QuerySession.Exchange]>([])
    let session = QuerySession(
      try context.oracle, budget: budget, record: { exchanges in log.withLock { $0 += exchanges } })
    let attempt = try await TheftAttempt(
      attack, session, beside: context.oracle, testRows: testRows, uniformRows: uniformRows, seed: seed)
    let exchanges = log.withLock { $0 }
    let id = attack.card.id
    return Theft(
      attack: id,
      stream: QueryStream(
        name: "\(id), seed \(seed)",
        queries: Matrix(
          rows: exchanges.count, columns: context.schema.inputs.count, elements: exchanges.flatMap(\.query)),
        answers: exchanges.map(\.answer)),
      testFidelity: attempt.copy?.test?.fidelity, uniformFidelity: attempt.copy?.uniform.fidelity,
      failure: attempt.failure)
  }

  /// Honest streams from the test rows.
  ///
  /// - Throws: an error of the model if it cannot take a row.
  public func honestStreams(seed: UInt64) throws -> [QueryStream] {
    var random = RandomStream(seed: seed).child("honest")
    return try QueryStream.honest(
      testRows, count: streams, length: min(length, testRows.rows), to: context, using: &random)
  }

  /// One detector beside thefts by one attack.
  ///
  /// - Throws: `GuardingError` if the detector cannot be set up.
  public func cell(
    _ detector: any QueryDetector, thefts: [Theft], honest: [QueryStream]
  ) throws -> Cell {
    let report = DetectionReport(
      try detector.prepared(for: context), honest: honest, attacks: thefts.map(\.stream))
    let fidelities = thefts.compactMap(\.testFidelity)
    return Cell(
      detector: detector.card.id, attack: thefts.first?.attack ?? "none",
      theftQueries: thefts.map { $0.stream.answers.count }, detectedAfter: report.attacks.map(\.firstAlarm),
      testFidelity: fidelities.isEmpty ? nil : fidelities.reduce(0, +) / Double(fidelities.count),
      report: report)
  }

  /// All detectors beside all attacks that work on the model. Detectors that do not apply to it are left out.
  ///
  /// - Throws: as ``cell(_:thefts:honest:)`` and ``theft(_:budget:seed:)``.
  public func matrix(
    detectors: [any QueryDetector] = QueryDetectors.builtIn.methods,
    attacks: [any ExtractionAttack]? = nil, budget: Int?, seeds: [UInt64] = [1]
  ) async throws -> [Cell] {
    let oracle = try context.oracle
    let attacks =
      attacks ?? ExtractionAttacks.builtIn.working(on: oracle.schema, oracle.capabilities)
    let honest = try honestStreams(seed: seeds.first ?? 1)
    var thefts: [[Theft]] = []
    for attack in attacks {
      var own: [Theft] = []
      for seed in seeds {
        try Task.checkCancellation()
        own.append(try await theft(attack, budget: budget, seed: seed))
      }
      thefts.append(own)
    }
    var cells: [Cell] = []
    for detector in detectors {
      do {
        for own in thefts { cells.append(try cell(detector, thefts: own, honest: honest)) }
      } catch GuardingError.notApplicable {
        continue
      }
    }
    return cells
  }
}
