public import Experiments
import Learning
import LinearAlgebra
import Querying
import Guarding
import RealModule
import Tabular

/// MemGuard against an attack on confidences: a network that overfits thirty classes, as the Location data of the paper
/// has, and an attacker who trained a classifier of members on a network of its own.
public struct MemGuardStudy: Sendable {
  /// Rows of the victim's training data, of its guard's honest queries and of the attacker's data on either side.
  public var rows = 600
  /// Classes of the data.
  public var classes = 30
  /// Numbers of a row.
  public var width = 40
  /// Standard deviation of rows around the centre of their class.
  public var spread = 2.0
  /// Queries of each kind on which the attack is measured.
  public var measured = 100

  /// A study of the default size.
  public init() {}

  /// The attack against several budgets, one outcome for each.
  ///
  /// - Throws: `LearningError`, `GuardingError`.
  public func outcomes(budgets: [Double], seed: UInt64) throws -> [Outcome] {
    let root = RandomStream(seed: seed).child("memguard")
    var random = root.child("centres")
    let centres = (0..<classes).map { _ in (0..<width).map { _ in random.normal() } }
    func sample(_ name: String) -> ClassificationData {
      var random = root.child(name)
      let labels = (0..<rows).map { $0 % classes }
      let elements = labels.flatMap { label in centres[label].map { $0 + spread * random.normal() } }
      return ClassificationData(
        features: Matrix(rows: rows, columns: width, elements: elements), labels: labels, classCount: classes)
    }
    let (members, others) = (sample("members"), sample("others"))
    let victim = try network(members, root.child("victim"))
    let shadow = (sample("shadow members"), sample("shadow others"))
    let attacks = try AttackFeatures.allCases.map { features in
      (features, try attackClassifier(shadow.0, shadow.1, features, root))
    }
    let context = try context(victim, members: members, benign: sample("benign"), seed: seed)
    let chosen = Array(0..<min(measured, rows))
    let queries = members.features.rows(at: chosen).appending(rowsOf: others.features.rows(at: chosen))
    let truth = try context.oracle.answers(queries)
    return try budgets.map { budget in
      var memguard = MemGuard()
      memguard.budget = budget
      let prepared = try memguard.prepared(for: context)
      let given = try prepared.guarded(truth, to: queries, client: "attacker")
      let accuracies = attacks.map { features, attack in
        Self.accuracy(attack.predict(features.matrix(given)), members: chosen.count)
      }
      let distances = zip(truth, given).map { own, answer in
        zip(own.probabilities, answer.probabilities).reduce(0) { $0 + abs($1.0 - $1.1) }
      }
      return Outcome(
        experiment(seed: seed).with(defence: "memguard-\(budget)"),
        metrics: [
          "budget": budget, "attack_accuracy": accuracies[0], "attack_accuracy_logarithms": accuracies[1],
          "mean_distortion": distances.reduce(0, +) / Double(distances.count),
          "labels_changed": Double(zip(truth, given).count { $0.label != $1.label }),
          "averaging_gain": try averagingGain(prepared, truth, given, queries),
          "accuracy_members": victim.accuracy(on: members), "accuracy_others": victim.accuracy(on: others),
        ])
    }
  }

  /// The axes; it runs over the budgets of the guard.
  func experiment(seed: UInt64) -> Experiment {
    Experiment(
      dataset: "synthetic-\(classes)-classes", model: "mlp", attack: "confidence-classifier", seed: seed)
  }

  /// The share of right guesses of which the first ones are of members. Who knows of the guard turns a classifier
  /// around that is mostly wrong: every other guess says whether to do so for the rest, as the better of two shares of the
  /// same guesses would be above one half by luck alone.
  private static func accuracy(_ guesses: [Int], members: Int) -> Double {
    let isRight = guesses.enumerated().map { ($0.offset < members) == ($0.element == 1) }
    let halves = (0..<2).map { half in isRight.indices.filter { $0 % 2 == half }.map { isRight[$0] } }
    let right = halves.indices.reduce(0) { sum, half in
      let hits = halves[half].count { $0 }
      let isTurned = halves[1 - half].count { $0 } * 2 < halves[1 - half].count
      return sum + (isTurned ? halves[half].count - hits : hits)
    }
    return Double(right) / Double(guesses.count)
  }

  /// How far the mean of twenty answers to the same query is from one answer, at most; 0 if asking again says
  /// nothing new.
  private func averagingGain(
    _ prepared: any PreparedGuard, _ truth: [Answer], _ given: [Answer], _ queries: Matrix
  ) throws -> Double {
    var largest = 0.0
    for row in stride(from: 0, to: queries.rows, by: max(queries.rows / 10, 1)) {
      let repeated = try prepared.guarded(
        [Answer](repeating: truth[row], count: 20),
        to: queries.rows(at: [Int](repeating: row, count: 20)), client: "attacker")
      for place in given[row].probabilities.indices {
        let mean = repeated.reduce(0) { $0 + $1.probabilities[place] / 20 }
        largest = max(largest, abs(mean - given[row].probabilities[place]))
      }
    }
    // Rounding of the mean.
    return largest < 1e-12 ? 0 : largest
  }

  private func network(_ data: ClassificationData, _ stream: RandomStream) throws -> NetworkClassifier {
    var (settings, random) = (NetworkSettings(), stream)
    (settings.hidden, settings.epochs, settings.batchSize, settings.learningRate) = ([64], 150, 50, 3e-3)
    return try NeuralNetworkClassifier(settings: settings).fit(data, using: &random)
  }

  /// A classifier of members by sorted confidences, trained on a network of the attacker's own.
  private func attackClassifier(
    _ members: ClassificationData, _ others: ClassificationData, _ features: AttackFeatures,
    _ root: RandomStream
  ) throws -> NetworkClassifier {
    let shadow = try network(members, root.child("shadow"))
    let answers = [members, others].flatMap { data -> [Answer] in
      let probabilities = shadow.probabilities(data.features)
      return (0..<data.count).map { Answer(probabilities: probabilities.row($0)) }
    }
    var (settings, random) = (NetworkSettings(), root.child("attack"))
    settings.hidden = [32]
    return try NeuralNetworkClassifier(settings: settings).fit(
      ClassificationData(
        features: features.matrix(answers),
        labels: members.labels.map { _ in 1 } + others.labels.map { _ in 0 }, classCount: 2), using: &random)
  }

  /// What an attacker's classifier sees of confidences in falling order.
  private enum AttackFeatures: CaseIterable {
    /// The confidences, as in the paper.
    case confidences
    /// Their logarithms, in which small ones count too.
    case logarithms

    func matrix(_ answers: [Answer]) -> Matrix {
      Matrix(
        answers.map { answer in
          let sorted = answer.probabilities.sorted(by: >)
          return self == .confidences ? sorted : sorted.map { Double.log(max($0, 1e-6)) }
        })
    }
  }

  private func context(
    _ model: NetworkClassifier, members: ClassificationData, benign: ClassificationData, seed: UInt64
  ) throws -> ServiceContext {
    // Bounds of a unit, so that the encoding leaves numbers as they are.
    let inputs = (0..<width).map { InputColumn(name: "x\($0 + 1)", kind: .number(lower: -1, upper: 1)) }
    let pipeline = try Pipeline(
      features: FeatureEncoder(inputs: inputs),
      target: .classes(name: "class", labels: (0..<classes).map { "c\($0)" }),
      model: .networkClassifier(model))
    var context = ServiceContext(
      schema: PipelineOracle(pipeline).schema, pipeline: pipeline, benign: benign.features,
      secret: Array("\(seed)".utf8))
    context.members = members.features
    return context
  }
}
