public import LinearAlgebra
public import Querying

/// Queries and true answers in the order in which a client made them.
public struct QueryStream: Sendable {
  /// Who or what asked.
  public let name: String
  /// The queries, one a row.
  public let queries: Matrix
  /// The model's own answers.
  public let answers: [Answer]

  /// A stream.
  public init(name: String, queries: Matrix, answers: [Answer]) {
    precondition(queries.rows == answers.count, "\(queries.rows) queries and \(answers.count) answers")
    self.name = name
    self.queries = queries
    self.answers = answers
  }

  /// The stream of these queries to a model without guards.
  ///
  /// - Throws: an error of the model if it cannot take a query.
  public init(name: String, queries: Matrix, to context: ServiceContext) throws {
    self.init(name: name, queries: queries, answers: try context.oracle.answers(queries))
  }

  /// Honest streams: the rows in random order, cut into pieces of `length`, over and over until there are `count`.
  ///
  /// - Throws: an error of the model if it cannot take a row.
  public static func honest(
    _ rows: Matrix, count: Int, length: Int, to context: ServiceContext, using random: inout RandomStream
  ) throws -> [QueryStream] {
    precondition(length > 0 && length <= rows.rows, "streams of \(length) from \(rows.rows) rows")
    let answers = try context.oracle.answers(rows)
    var (order, streams) = ([Int](), [QueryStream]())
    while streams.count < count {
      if order.count < length { order = random.permutation(rows.rows) }
      let piece = Array(order.prefix(length))
      order.removeFirst(length)
      streams.append(
        QueryStream(
          name: "honest \(streams.count + 1)", queries: rows.rows(at: piece),
          answers: piece.map { answers[$0] }))
    }
    return streams
  }
}

/// What a detector makes of one stream.
public struct DetectionTrace: Sendable, Hashable, Codable {
  /// Name of the stream.
  public let stream: String
  /// Queries of the stream.
  public let queries: Int
  /// Queries up to and with the first alarm; nil without one.
  public let firstAlarm: Int?
  /// Queries with the alarm raised.
  public let alarms: Int
  /// Times at which the alarm went from off to on.
  public let raised: Int
  /// The highest score; nil if the detector never had one.
  public let highestScore: Double?

  /// The trace of a detector that has seen nothing before.
  public static func of(_ stream: QueryStream, by detector: any PreparedDetector) -> DetectionTrace {
    var monitor = detector.monitor()
    var (first, alarms, raised, isOn, highest) = (Int?.none, 0, 0, false, Double?.none)
    for (row, answer) in stream.answers.enumerated() {
      let reading = monitor.observe(stream.queries.row(row), answer)
      if let score = reading.score { highest = max(highest ?? score, score) }
      if reading.isAlarm {
        first = first ?? row + 1
        alarms += 1
        if !isOn { raised += 1 }
      }
      isOn = reading.isAlarm
    }
    return DetectionTrace(
      stream: stream.name, queries: stream.answers.count, firstAlarm: first, alarms: alarms, raised: raised,
      highestScore: highest)
  }
}

/// How well a detector tells theft from use.
public struct DetectionReport: Sendable, Hashable, Codable {
  /// A point of the receiver operating characteristic.
  public struct Point: Sendable, Hashable, Codable {
    /// Score from which on the alarm would be raised.
    public let threshold: Double
    /// Part of the honest streams with an alarm.
    public let falseAlarmRate: Double
    /// Part of the attack streams with an alarm.
    public let detectionRate: Double
  }

  /// Honest streams.
  public let honest: [DetectionTrace]
  /// Attack streams.
  public let attacks: [DetectionTrace]

  /// The report on traces.
  public init(honest: [DetectionTrace], attacks: [DetectionTrace]) {
    self.honest = honest
    self.attacks = attacks
  }

  /// The report on streams, each seen by a watch of its own.
  public init(_ detector: any PreparedDetector, honest: [QueryStream], attacks: [QueryStream]) {
    self.init(
      honest: honest.map { .of($0, by: detector) }, attacks: attacks.map { .of($0, by: detector) })
  }

  /// Part of the honest streams with an alarm at the detector's own threshold.
  public var falseAlarmRate: Double { Self.rate(honest) { $0.firstAlarm != nil } }

  /// Part of the attack streams with an alarm at the detector's own threshold.
  public var detectionRate: Double { Self.rate(attacks) { $0.firstAlarm != nil } }

  /// Times at which the alarm was raised for each 1,000 honest queries.
  public var falseAlarmsPerThousand: Double {
    let queries = honest.reduce(0) { $0 + $1.queries }
    return queries > 0 ? 1000 * Double(honest.reduce(0) { $0 + $1.raised }) / Double(queries) : 0
  }

  /// The characteristic over whole streams: a stream counts as an alarm if its highest score reaches the threshold, and
  /// one without a score never does. Thresholds fall, so both rates rise.
  public var characteristic: [Point] {
    let scores = Set((honest + attacks).compactMap(\.highestScore))
    return scores.sorted(by: >).map { threshold in
      func reaches(_ trace: DetectionTrace) -> Bool { trace.highestScore.map { $0 >= threshold } ?? false }
      return Point(
        threshold: threshold, falseAlarmRate: Self.rate(honest, reaches),
        detectionRate: Self.rate(attacks, reaches))
    }
  }

  /// The probability that an attack stream has a higher score than an honest one, ties counted half; a stream without a
  /// score has the lowest. NaN without streams of both kinds.
  public var areaUnderCurve: Double {
    let pairs = attacks.flatMap { attack in
      honest.map { one -> Double in
        let (left, right) = (attack.highestScore ?? -.infinity, one.highestScore ?? -.infinity)
        return left > right ? 1 : left == right ? 0.5 : 0
      }
    }
    return pairs.isEmpty ? .nan : pairs.mean
  }

  private static func rate(_ traces: [DetectionTrace], _ isAlarm: (DetectionTrace) -> Bool) -> Double {
    traces.isEmpty ? 0 : Double(traces.count(where: isAlarm)) / Double(traces.count)
  }
}
