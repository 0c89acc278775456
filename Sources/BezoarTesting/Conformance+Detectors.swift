import LinearAlgebra
public import Methods
import Querying
public import Guarding

extension Conformance {
  /// What is wrong with a detector of extraction.
  ///
  /// It must work on some small service, as for guards. The same stream gives the same readings, from a watch of the same
  /// detector and of one that is set up anew, and whatever another watch sees between; scores are finite, and one comes
  /// within 260 queries; an alarm has a score, and no lower one than a reading without alarm. Equal queries, values that
  /// are missing, infinite or far away, and too few honest queries are no failure.
  ///
  /// - Parameter settings: over the defaults, for the streams that are watched here, such as a shorter window.
  /// - Throws: `SettingError` if the settings do not fit, and errors of the training of the services.
  public static func problems<M: QueryDetector>(
    of type: M.Type, settings: MethodSettings = .none
  ) throws -> [String] {
    var findings = Findings()
    findings.checkCard(type, family: .queryDetector)
    let method = try type.configured(settings)
    var refusals: [String] = []
    for service in try SmallService.all() {
      do {
        let context = service.context(honest: 300)
        let detector = try method.prepared(for: context)
        try findings.check(detector, of: method, context)
        try findings.checkFewQueries(method, service)
        return findings.problems
      } catch let error as GuardingError {
        refusals.append("\(service.name): \(error)")
      } catch {
        findings.note("watching \(service.name) ends in an error: \(error)")
      }
    }
    findings.note("works on no service: \(refusals)")
    return findings.problems
  }
}

extension PreparedDetector {
  /// The readings of a new watch over a stream.
  fileprivate func readings(_ rows: Matrix, _ answers: [Answer]) -> [DetectorReading] {
    var monitor = monitor()
    return answers.enumerated().map { monitor.observe(rows.row($0.offset), $0.element) }
  }
}

extension Findings {
  fileprivate mutating func check<M: QueryDetector>(
    _ detector: any PreparedDetector, of method: M, _ context: ServiceContext
  ) throws {
    let oracle = try context.oracle
    var random = RandomStream(seed: 2)
    let rows = context.schema.uniformRows(260, using: &random)
    let answers = try oracle.answers(rows)
    let first = detector.readings(rows, answers)
    expect(detector.readings(rows, answers) == first, "the same stream gives other readings")
    if let anew = attempt("setting the detector up again", { try method.prepared(for: context) }) {
      expect(anew.readings(rows, answers) == first, "the same stream gives other readings when set up again")
    }
    let honest = try oracle.answers(context.benign)
    var (watch, other) = (detector.monitor(), detector.monitor())
    let interleaved = answers.indices.map { row in
      _ = other.observe(context.benign.row(row), honest[row])
      return watch.observe(rows.row(row), answers[row])
    }
    expect(interleaved == first, "the readings of a stream depend on those of another")
    expect(
      first.contains { $0.score != nil },
      "gives no score within 260 queries; pass settings with which it needs fewer")
    checkScores(detector.readings(rows.appending(rowsOf: context.benign), answers + honest))
    checkOddStreams(detector, context, honest)
  }

  private mutating func checkScores(_ readings: [DetectorReading]) {
    expect(readings.allSatisfy { $0.score?.isFinite != false }, "gives a score that is not finite")
    expect(readings.allSatisfy { $0.score != nil || !$0.isAlarm }, "raises an alarm without a score")
    let alarms = readings.filter(\.isAlarm).compactMap(\.score)
    let calm = readings.filter { !$0.isAlarm }.compactMap(\.score)
    if let least = alarms.min(), let most = calm.max() {
      expect(least >= most, "raises an alarm at a score of \(least) and none at \(most)")
    }
  }

  private mutating func checkOddStreams(
    _ detector: any PreparedDetector, _ context: ServiceContext, _ honest: [Answer]
  ) {
    let equal = Matrix([[Double]](repeating: context.benign.row(0), count: 220))
    let readings = detector.readings(equal, [Answer](repeating: honest[0], count: 220))
    expect(
      readings.allSatisfy { $0.score?.isFinite != false },
      "gives a score that is not finite where all queries are equal")
    let one = honest.indices.filter { honest[$0].label == honest[0].label }
    let oneClass = detector.readings(context.benign.rows(at: one), one.map { honest[$0] })
    expect(
      oneClass.allSatisfy { $0.score?.isFinite != false },
      "gives a score that is not finite where all answers are of one class")
    var odd = detector.monitor()
    let width = context.schema.inputs.count
    for value in [Double.nan, .infinity, 1e308, -1e8] {
      let reading = odd.observe([value] + [Double](repeating: 0, count: width - 1), honest[0])
      expect(reading.score?.isNaN != true, "gives no number as the score of a query that holds \(value)")
    }
  }

  /// With no and with one honest query a detector works or refuses.
  fileprivate mutating func checkFewQueries<M: QueryDetector>(_ method: M, _ service: SmallService) throws {
    for count in [0, 1] {
      let context = service.context(honest: count)
      guard let detector = try? method.prepared(for: context) else { continue }
      let rows = SmallService.honest(1)
      let reading = detector.readings(rows, try context.oracle.answers(rows))[0]
      expect(!reading.isAlarm, "raises an alarm at the first honest query, set up with \(count) of them")
    }
  }
}
