import Experiments
import Inversion
import Learning
import LinearAlgebra
import Querying
import Guarding

/// What defences leave of attacks on membership, and what they cost: the people of ``AdultMembership``, the same
/// members for the same seed, and shadow models that are trained as the attacked model is, without guards.
struct MembershipDefence: InversionExperiment {
  let training: DefendedTraining
  var people = 2000
  var shadowCount = 64
  let seed: UInt64

  var experiment: Experiment {
    Experiment(
      dataset: "adult", model: training.model,
      settings: ["training": "\(training)", "people": "\(people)", "shadows": "\(shadowCount)"], seed: seed)
  }

  /// Guards that stand before a model, each on its own.
  static let guards = [
    "rounding:decimals=2", "rounding:step=0.1", "top-k", "label-only", "memguard:iterations=100", "hamp",
  ]

  /// The attack that knows how hard every record is.
  static let ratio = "lira offline, fixed variance"

  /// The attacks; label only is added where nothing but labels is given, as it asks much.
  static let attacks: [(name: String, attack: any MembershipAttack)] = [
    ("gap", GapAttack()), ("loss", LossThreshold()), ("entropy", EntropyThreshold()),
    (ratio, LikelihoodRatio(.offline, .fixed)),
  ]

  /// A model with its shadow models, as the attacker sees it, and its pipeline.
  private struct Target {
    let scene: MembershipScene
    let pipeline: Pipeline
  }

  func outcomes(at lab: InversionLab) async throws -> [Outcome] {
    let everybody = try ClassPeople(.adult, lab)
    let target = try target(training, everybody, shadows: shadowCount, workers: lab.workers)
    let plain =
      training == training.plain
      ? target : try self.target(training.plain, everybody, shadows: nil, workers: lab.workers)
    let best = try await utility(plain.scene)
    var outcomes = try await measure(target.scene, training.name, beside: best)
    let guards = training == training.plain ? Self.guards : training == .highEntropy ? ["hamp"] : []
    for name in guards {
      let scene = try await target.scene.guarded(
        by: [name], before: target.pipeline, key: .simulated(secret: Array("\(seed)".utf8)))
      let defence = training == training.plain ? name : "\(training.name), \(name) outputs"
      outcomes += try await measure(scene, defence, beside: best)
    }
    return outcomes
  }

  /// A model of half of the people. The people and the members hang on the seed alone.
  private func target(
    _ training: DefendedTraining, _ everybody: ClassPeople, shadows: Int?, workers: Int
  ) throws -> Target {
    var random = RandomStream(seed: seed).child("inversion").child("membership")
    let pool = try AdultPool(everybody, count: people, isCoded: training.isCoded, using: &random)
    let scene = try MembershipScene(
      pool.records, shadowCount: shadows, workers: workers, using: &random, logistic: training.logistic,
      training: try training.training(pool))
    guard let model = scene.model.flatMap({ FittedModel($0) }) else {
      throw InversionError.missing(method: "membership", need: "a model that is at hand")
    }
    return Target(scene: scene, pipeline: try pool.pipeline(model))
  }

  /// What answers are worth to honest users: accuracy, and the area under the curve of the second class, on people that
  /// are no members.
  private func utility(_ scene: MembershipScene) async throws -> (accuracy: Double, area: Double) {
    let others = scene.records.rows(at: scene.places(members: false))
    let answers = try await QuerySession(scene.oracle).ask(others.features)
    let scores = answers.map { $0.probabilities.last ?? Double($0.label ?? 0) }
    return (
      scene.otherAccuracy,
      ClassificationMetrics.area(scores: scores, isPositive: others.labels.map { $0 == 1 }) ?? 0.5
    )
  }

  /// The share of the most frequent class among people that are no members.
  private func mostFrequent(_ scene: MembershipScene) -> Double {
    let labels = scene.records.labels
    let others = scene.places(members: false)
    let positive = Double(others.count { labels[$0] == 1 }) / Double(max(others.count, 1))
    return max(positive, 1 - positive)
  }

  /// Every attack that works on what the defence leaves.
  private func measure(
    _ scene: MembershipScene, _ defence: String, beside plain: (accuracy: Double, area: Double)
  ) async throws -> [Outcome] {
    let utility = try await utility(scene)
    var attacks = Self.attacks.filter { scene.missing($0.attack) == nil }
    if scene.oracle.capabilities.content == .label {
      var distance = Inversion.LabelOnly()
      distance.copies = 10
      attacks.append(("label-only", distance))
    }
    var random = RandomStream(seed: seed).child("inversion").child("defence").child(defence)
    var outcomes: [Outcome] = []
    let chance = try scene.areaByChance(seed: seed)
    for (name, attack) in attacks {
      let result = try await scene.run(attack, name: name, using: &random)
      var metrics = Metrics(result, gap: scene.memberAccuracy - scene.otherAccuracy)
      metrics["accuracy_others"] = utility.accuracy
      metrics["accuracy_cost"] = plain.accuracy - utility.accuracy
      // What a model costs that says the most frequent class of everybody, or ranks by chance.
      metrics["constant_cost"] = plain.accuracy - mostFrequent(scene)
      metrics["chance_cost"] = plain.area - 0.5
      metrics["auc_by_chance"] = chance
      metrics["classifier_auc"] = utility.area
      metrics["classifier_auc_cost"] = plain.area - utility.area
      outcomes.append(Outcome(experiment.with(attack: name, defence: defence), metrics: metrics))
    }
    return outcomes
  }
}
