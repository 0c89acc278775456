public import Experiments
public import Inversion
import Learning
import LinearAlgebra
import Statistics
import Tabular

/// Who is among the thousand people that a model of income was trained on: 2,000 people of Adult, half of them members.
struct AdultMembership: InversionExperiment {
  /// The models.
  enum Model: String, Sendable, CaseIterable {
    /// Logistic regression with penalty 1.
    case logistic
    /// A tree with at least five rows in a leaf.
    case tree = "tree-leaf-5"
    /// A tree without limits.
    case fullTree = "tree-full"
    /// One hidden layer of 64 units.
    case network = "mlp-64"

    /// How the target and its shadows are trained.
    func training() -> ShadowModels.Training {
      switch self {
      case .logistic:
        return { data, _ in try LogisticRegression().solve(data).model }
      case .tree, .fullTree:
        let limits = TreeLimits(minimumLeafRows: self == .tree ? 5 : 1)
        let learner = DecisionTreeClassifier(
          settings: TreeSettings(limits: limits, breaksTiesAtRandom: true))
        return { data, random in try learner.fit(data, using: &random) }
      case .network:
        let learner = NeuralNetworkClassifier(settings: Self.networkSettings)
        return { data, random in try learner.fit(data, using: &random) }
      }
    }

    /// One hidden layer that learns its members by heart.
    static let networkSettings: NetworkSettings = {
      var settings = NetworkSettings()
      settings.hidden = [64]
      settings.learningRate = 5e-3
      settings.batchSize = 100
      settings.epochs = 60
      return settings
    }()
  }

  let model: Model
  var shadowCount = 64
  let seed: UInt64

  var experiment: Experiment {
    Experiment(
      dataset: "adult", model: model.rawValue, defence: "none", settings: ["shadows": "\(shadowCount)"],
      seed: seed)
  }

  /// The forms of the likelihood ratio that stand beside each other.
  static let ratios: [(name: String, attack: LikelihoodRatio)] = [
    ("lira online", LikelihoodRatio(.online, .record)),
    ("lira online, fixed variance", LikelihoodRatio(.online, .fixed)),
    ("lira offline, one-sided", LikelihoodRatio(.offline, .record)),
    ("lira offline, two-sided", LikelihoodRatio(.offline, .record, sides: .two)),
    ("lira offline, one-sided, fixed variance", LikelihoodRatio(.offline, .fixed)),
    ("lira online, medians", LikelihoodRatio(.online, .record, centre: .median)),
    ("lira online, fixed variance, medians", LikelihoodRatio(.online, .fixed, centre: .median)),
    ("lira offline, two-sided, medians", LikelihoodRatio(.offline, .record, sides: .two, centre: .median)),
  ]

  func outcomes(at lab: InversionLab) async throws -> [Outcome] {
    var random = RandomStream(seed: seed).child("inversion").child("membership")
    let pool = try AdultPool(ClassPeople(.adult, lab), count: 2000, using: &random)
    let scene = try MembershipScene(
      pool.records, shadowCount: shadowCount, workers: lab.workers, using: &random,
      logistic: model == .logistic ? LogisticRegression() : nil, training: model.training())
    var results: [MembershipResult] = []
    results.append(try await scene.run(GapAttack(), using: &random))
    results.append(try await scene.run(LossThreshold(), using: &random))
    results.append(try await scene.run(EntropyThreshold(), using: &random))
    results.append(try await scene.run(ShadowAttack(), using: &random))
    for (name, attack) in Self.ratios {
      results.append(try await scene.run(attack, name: name, using: &random))
    }
    results.append(try await scene.run(RelativeRatio(), using: &random))
    let chance = try scene.areaByChance(seed: seed)
    return results.map { result in
      var metrics = Metrics(result, gap: scene.memberAccuracy - scene.otherAccuracy)
      metrics["auc_by_chance"] = chance
      return Outcome(experiment.with(attack: result.name), metrics: metrics)
    }
  }
}

extension MembershipScene {
  /// The area under the curve of an attack that draws the scores of the same records at random.
  func areaByChance(seed: UInt64) throws -> Double {
    var random = RandomStream(seed: seed).child("inversion").child("guesses")
    return try MembershipCurve(scores: isMember.map { _ in random.uniform() }, isMember: isMember).area
  }
}

extension Metrics {
  /// The numbers of an attack on membership.
  public init(_ result: MembershipResult, gap: Double) {
    self = [
      "auc": result.curve.area, "balanced_accuracy": result.curve.balancedAccuracy, "gap": gap,
      "queries": Double(result.queries), "members": Double(result.curve.members),
      "others": Double(result.curve.others),
    ]
    for (name, rate) in [("1", 0.01), ("01", 0.001)] {
      let finding = result.curve.finding(atMost: rate)
      self["tpr_at_\(name)"] = finding.truePositives
      self["tpr_at_\(name)_low"] = finding.interval.lower
      self["tpr_at_\(name)_high"] = finding.interval.upper
      self["false_alarms_at_\(name)"] = Double(finding.falseAlarms)
      self["fpr_at_\(name)_high"] = finding.highestFalsePositives
    }
  }
}
