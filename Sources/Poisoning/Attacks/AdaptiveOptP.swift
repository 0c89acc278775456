public import Learning
public import LinearAlgebra
public import Methods

/// OptP against a victim that trims: the rows stay where the defence keeps them and harm what it learns.
///
/// 1. Run the defence on clean and poison; its model `f`, the rows it keeps, and the largest residual `τ` among
///    them say what passes.
/// 2. Move every row to the place that raises the objective of the model learned from the kept clean rows and
///    all poison, with its target confined to `f(x) ± share·τ`.
/// 3. Repeat; the poison that did most harm *through the defence* wins.
///
/// - Source: the principle of Carlini et al., "On Evaluating Adversarial Robustness", 2019, section 3 (a
///   defence is evaluated against an attacker who knows it); the algorithm is ours.
public struct AdaptiveOptP: PoisoningAttack {
  public static let card = MethodCard(
    id: "optp-adaptive", family: .poisoning, title: "OptP, knows TRIM",
    summary: "OptP that keeps its rows within the residuals that a trimming defender accepts.",
    citation:
      "Jagielski et al., IEEE S&P 2018; after Carlini et al., On Evaluating Adversarial Robustness, 2019",
    needs: "training set (or substitute data), learner, and the defence with its assumed rate",
    taxonomy: .trainingData)

  public static let settings: [Setting<Self>] = [
    .init(
      "defence", \.defence, "the defence that the attacker prepares for",
      words: TrainingDefences.builtIn.ids),
    .init("rounds", \.rounds, "how often the defence is run", in: 1...),
    .init("share", \.share, "how close to the defence's threshold the targets go", in: 0...1),
  ]

  /// The defence that the attacker prepares for.
  public var defence = "trim"
  /// How often the defence is run.
  public var rounds = 8
  /// How close to the defence's threshold the targets go.
  public var share = 0.9

  public init() {}

  public func poison(
    _ scenario: PoisoningScenario, count: Int, using random: inout RandomStream
  ) throws -> RegressionData {
    let clean = scenario.training
    let rate = Double(count) / Double(clean.count + count)
    let objective = AttackerObjective(scenario, rows: .both, loss: .huber(scale: 0.1))
    let defence = try TrainingDefences.builtIn.make(defence)
    var poison = try PoisonStart.bFlip.draw(scenario, count: count, using: &random)
    poison.makeFeasible(in: scenario.feasible)
    var best: (poison: RegressionData, value: Double)?
    for round in 0..<rounds {
      let data = clean.appending(poison)
      var stream = random.child("defence").child(round)
      let fit = try defence.fit(
        DefenceTask(data: data, learner: scenario.victim, space: scenario.space, assumedRate: rate),
        using: &stream)
      let value = objective.value(fit.model)
      if value > (best?.value ?? -.infinity) { best = (poison, value) }
      if round + 1 < rounds {
        poison = try move(poison, fit, scenario, objective: objective, using: &random)
      }
    }
    return best?.poison ?? poison
  }

  /// One sweep inside what the defence accepted.
  private func move(
    _ poison: RegressionData, _ fit: DefendedFit, _ scenario: PoisoningScenario,
    objective: AttackerObjective, using random: inout RandomStream
  ) throws -> RegressionData {
    let clean = scenario.training
    let rejected = Set(fit.rejected)
    let kept = clean.rows(at: (0..<clean.count).filter { !rejected.contains($0) })
    let threshold = zip(fit.model.predict(kept.features), kept.target).reduce(0.0) {
      max($0, abs($1.0 - $1.1))
    }
    let limits = RowAscent.Limits(
      feasible: scenario.feasible, movesTarget: true,
      targets: .around(fit.model, distance: share * threshold, within: scenario.targetRange), region: nil)
    var victim = PoisonedVictim(scenario, clean: RawMoments(kept), poison: poison)
    let model = try victim.fit()
    var ascent = try RowAscent(victim.problem(model, objective: objective), limits: limits)
    var result = poison
    _ = ascent.sweep(&result, rows: random.permutation(poison.count))
    return result
  }
}
