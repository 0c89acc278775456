import Experiments
import Learning
import LinearAlgebra
import Methods
import Querying
import Guarding
import Stealing

extension ServiceContext {
  /// The service of a victim, which its owner defends with what its training rows tell.
  init(_ victim: StealingVictim) throws {
    self.init(
      schema: try victim.oracle().schema, pipeline: victim.pipeline, benign: victim.trainingRows,
      keyedHash: .hmacSHA256(key: Array("statements".utf8)), clock: { 0 })
  }
}

/// A detector beside honest streams and thefts by several attacks.
struct DetectedThefts: ReproducibleTheft {
  /// The attack that is no theft: uniform queries, as solving equations sends them.
  static let uniform = "uniform"

  let data: VictimData
  let model: VictimModel
  /// Id of the detector with its settings.
  let detector: String
  let attacks: [String]
  /// Queries of an attack.
  let budget: Int
  var honestStreams = 100
  let seed: UInt64

  var experiment: Experiment {
    Experiment(
      dataset: data.rawValue, model: model.id, attack: attacks.joined(separator: "+"),
      defence: detector.prefix { $0 != ":" }.description, budget: budget,
      settings: ["detector": detector, "honest streams": "\(honestStreams)"], seed: seed)
  }

  func outcome(_ study: ExtractionStudy) async throws -> Outcome {
    let victim = try await study.victim(data, model, seed: seed)
    let context = try ServiceContext(victim)
    var detection = DetectorStudy(context: context, testRows: victim.testRows)
    (detection.streams, detection.uniformRows) = (honestStreams, 500)
    var thefts: [DetectorStudy.Theft] = []
    for attack in attacks {
      guard attack == Self.uniform else {
        thefts.append(
          try await detection.theft(ExtractionAttacks.builtIn.make(attack), budget: budget, seed: seed))
        continue
      }
      var random = RandomStream(seed: seed).child(Self.uniform)
      let rows = context.schema.uniformRows(budget, using: &random)
      thefts.append(
        DetectorStudy.Theft(
          attack: attack, stream: try QueryStream(name: attack, queries: rows, to: context),
          testFidelity: nil, uniformFidelity: nil, failure: nil))
    }
    let report = try detection.cell(
      QueryDetectors.builtIn.make(specification: detector), thefts: thefts,
      honest: detection.honestStreams(seed: seed)
    ).report
    func share(_ traces: [DetectionTrace], within queries: Int) -> Double {
      let early = traces.count { trace in trace.firstAlarm.map { $0 <= queries } ?? false }
      return traces.isEmpty ? .nan : Double(early) / Double(traces.count)
    }
    return Outcome(
      experiment,
      metrics: [
        "attack_streams": Double(thefts.count), "honest_streams": Double(honestStreams),
        "detected_by_100": share(report.attacks, within: 100),
        "false_alarms_by_100": share(report.honest, within: 100),
        "detection_rate": report.detectionRate, "false_alarm_rate": report.falseAlarmRate,
        "false_alarms_per_1000": report.falseAlarmsPerThousand, "auc": report.areaUnderCurve,
        "latest_alarm": report.attacks.map { Double($0.firstAlarm ?? Int.max) }.max().flatMap {
          $0 < Double(Int.max) ? $0 : nil
        },
        // What the latest alarm would be if honest streams were thefts.
        "latest_honest_alarm": report.honest.map { Double($0.firstAlarm ?? budget) }.max(),
      ])
  }
}

/// A guard that changes probabilities beside an attack that believes them, and what honest users pay.
struct GuardedTheft: ReproducibleTheft {
  let data: VictimData
  /// Id of the guard with its settings; nil for none.
  let guarding: String?
  let attack: String
  var settings: [String] = []
  let budget: Int
  let seed: UInt64

  var experiment: Experiment {
    Experiment(
      dataset: data.rawValue, model: VictimModel.linear(data).id, attack: attack, budget: budget,
      settings: ["guard": guarding ?? "none"].merging(
        settings.isEmpty ? [:] : ["attack settings": settings.joined(separator: ",")]
      ) { $1 }, seed: seed)
  }

  func outcome(_ study: ExtractionStudy) async throws -> Outcome {
    let victim = try await study.victim(data, .linear(data), seed: seed)
    let guards = try guarding.map { [try ResponseGuards.builtIn.make(specification: $0)] } ?? []
    var guardStudy = GuardStudy(context: try ServiceContext(victim), testRows: victim.testRows)
    guardStudy.testLabels = victim.testLabels
    let cell = try await guardStudy.cell(
      guards: guards, attack: ExtractionAttacks.builtIn.make(attack, settings: MethodSettings(settings)),
      budget: budget, seed: seed)
    return Outcome(
      experiment.with(defence: cell.guards),
      metrics: [
        "queries": Double(cell.queries), "fidelity_test": cell.testFidelity,
        "fidelity_uniform": cell.uniformFidelity, "accuracy": cell.accuracy,
        "victim_accuracy": cell.modelAccuracy,
        "accuracy_lost": cell.accuracy.flatMap { copy in cell.modelAccuracy.map { $0 - copy } },
        "honest_label_flips": cell.cost.flipRate, "honest_label_flips_steep": try steepFlips(guardStudy),
      ])
  }

  /// The share of held-out rows whose label reverse sigmoid changes where it is so steep that all classes get the same; nil
  /// for other guards.
  private func steepFlips(_ study: GuardStudy) throws -> Double? {
    guard guarding == ReverseSigmoid.card.id else { return nil }
    var steep = ReverseSigmoid()
    (steep.gamma, steep.allowsLabelFlips) = (1, true)
    return try GuardCost.measured(
      [steep.prepared(for: study.context)], on: study.context.replacing(benign: study.testRows)
    ).flipRate
  }
}

/// A watermark in the answers, and whether it is found in two copies: a tree that learned every answer by heart, and
/// a logistic regression, which cannot.
struct WatermarkedTheft: ReproducibleTheft {
  let data: VictimData
  let model: VictimModel
  /// Uniform queries of the attack.
  let queries: Int
  let seed: UInt64

  var experiment: Experiment {
    Experiment(
      dataset: data.rawValue, model: model.id, attack: "retrain", defence: "dawn", budget: queries, seed: seed
    )
  }

  func outcome(_ study: ExtractionStudy) async throws -> Outcome {
    let victim = try await study.victim(data, model, seed: seed)
    let context = try ServiceContext(victim)
    let dawn = DawnWatermark()
    let guarding = try dawn.prepared(for: context)
    var random = RandomStream(seed: seed).child("dawn")
    let rows = context.schema.uniformRows(queries, using: &random)
    let truth = try context.oracle.answers(rows).map(\.label)
    let given = try guarding.guarded(context.oracle.answers(rows), to: rows, client: "thief").map(\.label)
    let marked = rows.rows > 0 ? truth.indices.filter { truth[$0] != given[$0] } : []
    let lesson = ClassificationData(
      features: rows, labels: given.compactMap(\.self), classCount: victim.pipeline.labels.count)
    let tree = try DecisionTreeClassifier().fit(lesson, using: &random)
    let logistic = try SoftmaxRegression(penalty: 1).solve(lesson).model
    func evidence(_ suspect: [Int]) -> Double {
      -DawnVerification(
        marked: marked.compactMap { given[$0] }, suspect: suspect,
        classCount: victim.pipeline.labels.count
      ).log2PValue
    }
    let questions = rows.rows(at: marked)
    let cost = try GuardCost.measured([guarding], on: context.replacing(benign: victim.testRows))
    return Outcome(
      experiment,
      metrics: [
        "queries": Double(queries), "marks": Double(marked.count),
        "mark_rate": Double(marked.count) / Double(max(queries, 1)),
        "evidence_bits_tree": evidence(tree.predict(questions)),
        "evidence_bits_logistic": evidence(logistic.predict(questions)),
        "evidence_bits_unmarked": evidence(marked.compactMap { truth[$0] }),
        "honest_label_flips": cost.flipRate,
      ])
  }
}

/// What proof of work costs an honest user and one who sends uniform queries, as multiples of the time without it.
///
/// The factor depends on how long a row takes without work, which is an assumption; so it is given for several times.
struct PricedQueries: ReproducibleTheft {
  let data: VictimData
  /// Queries of either client.
  let queries: Int
  let seed: UInt64

  var experiment: Experiment {
    Experiment(
      dataset: data.rawValue, model: VictimModel.linear(data).id, attack: DetectedThefts.uniform,
      defence: "proof-of-work", budget: queries, seed: seed)
  }

  /// Milliseconds that a row may take without work; the services of 2016 took 100.
  static let millisecondsOfRow = [1, 10, 100, 1000]

  func outcome(_ study: ExtractionStudy) async throws -> Outcome {
    let victim = try await study.victim(data, .linear(data), seed: seed)
    let context = try ServiceContext(victim)
    let work = try ProofOfWork().work(for: context)
    var random = RandomStream(seed: seed).child("proof of work")
    let order = random.permutation(victim.testRows.rows)
    let honest = victim.testRows.rows(at: (0..<queries).map { order[$0 % order.count] })
    let uniform = context.schema.uniformRows(queries, using: &random)
    var metrics: Metrics = ["queries": Double(queries)]
    for (name, rows) in [("honest", honest), ("thief", uniform)] {
      let added = work.seconds(client: "", for: rows) / Double(max(rows.rows, 1))
      metrics["\(name)_seconds_per_row"] = added
      for milliseconds in Self.millisecondsOfRow {
        metrics[Self.factor(name, milliseconds)] = 1 + added / (Double(milliseconds) / 1000)
      }
    }
    return Outcome(experiment, metrics: metrics)
  }

  /// The metric of a client's factor: time with work over time without.
  static func factor(_ client: String, _ milliseconds: Int) -> MetricKey {
    MetricKey("\(client)_factor_\(milliseconds)ms")
  }
}
