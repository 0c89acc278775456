import Datasets
import Experiments
import Learning
import LinearAlgebra
import Methods
import Querying
import Reporting
import Guarding
import Stealing

/// Guards and detectors beside attacks, on several models.
struct StealingMatrices {
  /// The models: softmax or logistic regression on these data.
  static let data: [VictimData] = [.digits, .iris, .moons, .pima]
  /// The attacks, from the one that needs most of an answer to the one that needs least.
  static let attacks = ["log-ratio", "equation", "retrain-adaptive", "jacobian"]
  /// Most queries of an attack for each unknown.
  static let queriesPerUnknown = 2

  let study: ExtractionStudy
  let seeds: [UInt64]

  /// What comes out on one model.
  struct Result: Sendable {
    let outcomes: [Outcome]
    let curves: [DetectionCurve]
  }

  /// Guards and detectors on one model, trained anew for each seed; nil if its data are not there.
  func result(_ data: VictimData) async throws -> Result? {
    let attacks = try Self.attacks.map { try ExtractionAttacks.builtIn.make($0) }
    var (guards, detectors) = ([Outcome](), [Outcome]())
    var watched: [[DetectorStudy.Cell]] = []
    for seed in seeds {
      let victim: StealingVictim
      do {
        victim = try await study.victim(data, .linear(data), seed: seed)
      } catch is CatalogueError {
        return nil
      }
      let context = ServiceContext(
        schema: try victim.oracle().schema, pipeline: victim.pipeline, benign: victim.trainingRows,
        keyedHash: .hmacSHA256(key: Array("matrix".utf8)), clock: { 0 })
      let budget = Self.queriesPerUnknown * victim.linearUnknowns
      guards += try await GuardStudy(context: context, testRows: victim.testRows)
        .matrix(attacks: attacks, budget: budget, seeds: [seed]).map { outcome($0, data, victim.model.id) }
      var detection = DetectorStudy(context: context, testRows: victim.testRows)
      detection.streams = 20
      let cells = try await detection.matrix(attacks: attacks, budget: budget, seeds: [seed])
      detectors += cells.map { outcome($0, data, victim.model.id, seed: seed) }
      watched.append(cells)
    }
    return Result(
      outcomes: guards + detectors, curves: DetectionCurve.all(of: watched, dataset: data.rawValue))
  }

  private func outcome(_ cell: GuardStudy.Cell, _ data: VictimData, _ model: String) -> Outcome {
    Outcome(
      dataset: data.rawValue, model: model, attack: cell.attack, defence: cell.guards,
      seed: cell.seed,
      metrics: [
        "queries": Double(cell.queries), "waited_seconds": cell.waitedSeconds,
        "fidelity_test": cell.testFidelity,
        "fidelity_uniform": cell.uniformFidelity, "honest_label_flips": cell.cost.flipRate,
        "honest_refusals": cell.cost.refusalRate, "honest_distortion": cell.cost.meanDistortion,
      ])
  }

  private func outcome(
    _ cell: DetectorStudy.Cell, _ data: VictimData, _ model: String, seed: UInt64
  ) -> Outcome {
    let alarms = cell.detectedAfter.compactMap { $0 }.map { Double($0) }
    return Outcome(
      dataset: data.rawValue, model: model, attack: cell.attack, defence: cell.detector,
      seed: seed,
      metrics: [
        "theft_queries": Summary(cell.theftQueries.map { Double($0) })?.mean,
        "detected_after": Summary(alarms)?.mean, "detection_rate": cell.report.detectionRate,
        "caught_in_time": cell.caughtInTime, "false_alarm_rate": cell.report.falseAlarmRate,
        "false_alarms_per_1000": cell.report.falseAlarmsPerThousand, "auc": cell.report.areaUnderCurve,
      ])
  }
}

extension StealingReport {
  /// Guards (rows) beside attacks (columns) on one model: agreement on uniform rows and the queries that it took, then
  /// what honest users pay.
  static func guards(_ outcomes: [Outcome], dataset: String) -> TextTable {
    let own = outcomes.matching(dataset: dataset).filter { $0.metrics.names.contains("fidelity_uniform") }
    let attacks = own.distinct(\.attack)
    var table = TextTable(
      title: "Guards on \(dataset): labels of the copy that agree on uniform rows",
      columns: [.init("guard")] + attacks.map { .number($0) } + [
        .number("labels changed"), .number("refused"),
      ],
      note:
        "Agreement in so many queries. A dash: the attack cannot work on what is left, or is refused. Behind a limited "
        + "rate the attack waits, and the time is what the guard costs it. The last two columns are honest users' "
        + "costs, on test rows asked about once a second.")
    for id in own.distinct(\.defence) {
      let row = own.matching(defence: id)
      let cells = attacks.map { attack -> TextTable.Cell in
        let thefts = row.matching(attack: attack)
        guard let summary = thefts.summary(of: "fidelity_uniform") else { return .init("–") }
        var text = summary.text { $0.percent(1) }
        if let queries = thefts.summary(of: "queries")?.mean { text += " in \(queries.fixed(0))" }
        if let seconds = thefts.summary(of: "waited_seconds")?.mean { text += ", \(seconds.fixed(0)) s" }
        return .init(text, tone: summary.mean >= 0.99 ? .bad : .plain)
      }
      let costs = ["honest_label_flips", "honest_refusals"].map { name in
        TextTable.Cell(row.summary(of: name)?.mean.percent(1) ?? "–")
      }
      table.append([.init(id)] + cells + costs)
    }
    return table
  }

  /// Detectors (rows) beside attacks (columns) on one model: queries until the alarm of those until the theft is done.
  static func detectors(_ outcomes: [Outcome], dataset: String) -> TextTable {
    let own = outcomes.matching(dataset: dataset).filter { $0.metrics.names.contains("detection_rate") }
    let attacks = own.distinct(\.attack)
    var table = TextTable(
      title: "Detectors on \(dataset): queries until the alarm, of those that the theft takes",
      columns: [.init("detector")] + attacks.map { .number($0) }
        + [
          .number("area under the curve"), .number("false alarms per 1,000"),
          .number("honest streams with one"),
        ],
      note:
        "“never” means that all thefts were complete without an alarm. Means over the thefts with an alarm. The area under "
        + "the curve of detections over false alarms, by the highest score of a stream, is a mean over the attacks."
    )
    for id in own.distinct(\.defence) {
      let row = own.matching(defence: id)
      let cells = attacks.map { attack -> TextTable.Cell in
        let thefts = row.matching(attack: attack)
        guard let theft = thefts.summary(of: "theft_queries")?.mean else { return .init("–") }
        guard let alarm = thefts.summary(of: "detected_after")?.mean else {
          return .init("never of \(theft.fixed(0))", tone: .bad)
        }
        return .init("\(alarm.fixed(0)) of \(theft.fixed(0))", tone: alarm < theft ? .good : .warning)
      }
      table.append(
        [.init(id)] + cells + [
          .init(row.summary(of: "auc")?.mean.fixed(3) ?? "–"),
          .init(row.summary(of: "false_alarms_per_1000")?.mean.significant(3) ?? "–"),
          .init(row.summary(of: "false_alarm_rate")?.mean.percent(0) ?? "–"),
        ])
    }
    return table
  }
}
