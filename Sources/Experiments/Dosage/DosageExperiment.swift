import Learning
import LinearAlgebra
import Methods
import Poisoning

/// One split of the patients and the clean model on it.
struct DosageSplit: Sendable {
  let seed: UInt64
  let model: DosageModel
  let learner: LinearLearner
  let training: RegressionData
  let validation: RegressionData
  let test: RegressionData
  let clean: LinearModel

  init(_ study: DosageStudy, seed: UInt64, model: DosageModel) throws {
    let patients = study.cohort.patients
    let rows = min(study.trainingRows, patients.count / 3)
    var random = RandomStream(seed: seed).child("dosage").child("split")
    let order = random.permutation(patients.count)
    self.seed = seed
    self.model = model
    training = patients.rows(at: Array(order[..<rows]))
    validation = patients.rows(at: Array(order[rows..<2 * rows]))
    test = patients.rows(at: Array(order[(2 * rows)...]))
    switch model {
    case .ridge: learner = .ridge(penalty: 0.1)
    case .lasso: learner = try PenaltyPath.lasso.fit(training, folds: 5).learner
    }
    clean = try learner.fit(training)
  }

  /// The random numbers of one use, the same whatever else runs.
  func stream(_ names: String...) -> RandomStream {
    names.reduce(RandomStream(seed: seed).child("dosage").child(model.rawValue)) { $0.child($1) }
  }
}

/// One attack, or none, on one split and model: at every rate beside every defence that it names.
struct DosageExperiment: RunnableExperiment {
  /// The study and the split that it runs on.
  struct Site: Sendable {
    let study: DosageStudy
    let split: DosageSplit
  }

  let dataset: String
  let model: DosageModel
  let seed: UInt64
  let attack: String
  let rates: [Double]
  let defences: [String]

  /// The axes; rate and defence are open where it runs over several, and the attack on clean data, where a model of other
  /// patients stands beside.
  var experiment: Experiment {
    Experiment(
      dataset: dataset, model: model.rawValue, attack: attack == "none" ? nil : attack,
      defence: defences.count == 1 ? defences[0] : nil, rate: rates.count == 1 ? rates[0] : nil, seed: seed)
  }

  func outcomes(at site: Site) async throws -> [Outcome] { try run(at: site).outcomes }

  /// The outcomes with the time that methods took.
  func run(at site: Site) throws -> DosageProgress {
    var progress = DosageProgress(site.study, site.split)
    if attack == "none" { try progress.runAnotherSample() }
    for rate in rates { try progress.run(attack: attack, rate: rate, defences: defences) }
    return progress
  }
}

/// What a ``DosageExperiment`` has measured so far on its split.
struct DosageProgress: Sendable {
  private let study: DosageStudy
  private let split: DosageSplit
  private(set) var outcomes: [Outcome] = []
  private(set) var seconds: [String: Double] = [:]

  init(_ study: DosageStudy, _ split: DosageSplit) {
    self.study = study
    self.split = split
  }

  /// Trains on as many other clean patients: what the choice of the sample alone does to the doses.
  mutating func runAnotherSample() throws {
    let model = try split.learner.fit(split.validation)
    let metrics = DosageMetrics(cohort: study.cohort, test: split.test, clean: split.clean, model: model)
    outcomes.append(
      Outcome(
        dataset: study.cohort.name, model: split.model.rawValue, attack: DosageStudy.anotherSample,
        defence: "none", rate: 0, seed: split.seed, metrics: metrics.values))
  }

  /// Poisons at one rate and runs the defences on the result.
  mutating func run(attack: String, rate: Double, defences: [String]) throws {
    let (data, isPoison) = try poisoned(attack, rate)
    for id in defences {
      var random = split.stream("defence", id, attack, "\(rate)")
      let task = DefenceTask(
        data: data, learner: split.learner, space: study.cohort.space,
        assumedRate: rate > 0 ? rate : study.assumedRate)
      let defence =
        try id == DosageStudy.restartedTrim
        ? TrainingDefences.builtIn.make(PlainTrim.card.id, settings: MethodSettings(["restarts=50"]))
        : TrainingDefences.builtIn.make(id)
      let fit = try timed("defence \(id)") { try defence.fit(task, using: &random) }
      var metrics = DosageMetrics(
        cohort: study.cohort, test: split.test, clean: split.clean, model: fit.model)
      if id == "none" {
        metrics.add(agreement: FeatureAgreement(split.clean, fit.model))
      } else {
        metrics.add(
          score: DefenceScore(rejected: fit.rejected, isPoison: isPoison), rejected: fit.rejected.count,
          estimatedRate: fit.estimatedRate)
      }
      outcomes.append(
        Outcome(
          dataset: study.cohort.name, model: split.model.rawValue, attack: attack, defence: id, rate: rate,
          seed: split.seed, metrics: metrics.values))
    }
  }

  /// Clean and poisoned rows in an order that tells nothing, with the truth beside them.
  private mutating func poisoned(_ attack: String, _ rate: Double) throws -> (RegressionData, [Bool]) {
    let clean = split.training
    guard attack != "none" else { return (clean, [Bool](repeating: false, count: clean.count)) }
    let isBlackBox = attack == DosageStudy.blackBox
    let scenario = PoisoningScenario(
      training: isBlackBox ? split.validation : clean, validation: split.validation,
      space: study.cohort.space, targetRange: 0...1, victim: split.learner)
    let count = poisonCount(cleanRows: clean.count, rate: rate)
    var random = split.stream("attack", attack, "\(rate)")
    let method =
      try attack == DosageStudy.releasedStatP
      ? PoisoningAttacks.builtIn.make(StatP.card.id, settings: MethodSettings(["emptyGroups=true"]))
      : PoisoningAttacks.builtIn.make(isBlackBox ? OptP.card.id : attack)
    let poison = try timed("attack \(attack)") {
      try method.poison(scenario, count: count, using: &random)
    }
    let order = random.permutation(clean.count + poison.count)
    return (clean.appending(poison).rows(at: order), order.map { $0 >= clean.count })
  }

  private mutating func timed<Value>(_ name: String, _ body: () throws -> Value) rethrows -> Value {
    let start = ContinuousClock.now
    let value = try body()
    let parts = (ContinuousClock.now - start).components
    seconds[name, default: 0] += Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
    return value
  }
}

/// How far two models agree on which features have a weight, beside what chance would give.
struct FeatureAgreement {
  /// Features in both over features in either; nil if neither has any.
  let jaccard: Double?
  /// Its expectation for random sets of the same sizes.
  let byChance: Double?

  init(_ left: LinearModel, _ right: LinearModel) {
    let first = left.weights.map { $0 != 0 }
    let second = right.weights.map { $0 != 0 }
    let both = Double(zip(first, second).count { $0 && $1 })
    let either = Double(zip(first, second).count { $0 || $1 })
    let (one, other) = (Double(first.count { $0 }), Double(second.count { $0 }))
    let expected = one * other / Double(max(first.count, 1))
    jaccard = either > 0 ? both / either : nil
    byChance = one + other > expected ? expected / (one + other - expected) : nil
  }
}
