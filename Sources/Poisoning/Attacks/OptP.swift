public import Learning
public import LinearAlgebra
public import Methods
import Tabular

/// Optimised poisoning of a linear regression: the rows that raise the attacker's objective most, with the
/// victim's training inside the problem (`max W(θ) s.t. θ = argmin L(clean ∪ poison)`).
///
/// Every row is moved to its best vertex of the feasible set, one coordinate after the other, with its exact
/// effect on the victim's parameters (``RowAscent``), in sweeps over all rows until a sweep gains less than
/// `tolerance`. The victim is refitted after every sweep; a sweep that did not raise the true objective, as can
/// happen with LASSO and elastic net when features enter or leave, is taken back and tried on half of the rows.
///
/// With the squared loss the attack finds a few patients with rare features whose dose it can make absurd; the
/// Huber loss, the default, finds the rows that harm most patients, and does at least as much damage as the
/// published search in both measures.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | `rows` | both | training, validation, both | Rows on which success is measured |
/// | `movesTarget` | true | | Whether targets are optimised as well as features |
/// | `loss` | Huber, scale 0.1 | squared, huber | How an error counts |
/// | `starts` | b-flip | any of ``PoisonStart`` | Initial rows; the best end wins |
/// | `tolerance` | 1e-3 | > 0 | Relative gain at which a run stops |
/// | `sweepLimit` | 40 | 1 or more | Most sweeps over all rows |
///
/// - Complexity: O(*p*·*d*²) for a sweep over *p* rows, O(*d*³) once per sweep.
/// - Source: Jagielski et al., "Manipulating Machine Learning", IEEE S&P 2018, section IV (the problem and
///   its starts; the published point-by-point search is ``PointwiseOptP``).
public struct OptP: PoisoningAttack {
  public static let card = MethodCard(
    id: "optp", family: .poisoning, title: "OptP",
    summary: "Poison rows that maximise the victim's error, optimised through its training.",
    citation: "Jagielski et al., Manipulating Machine Learning, IEEE S&P 2018",
    needs: "training set (or substitute data), learner and its penalty", taxonomy: .trainingData)

  public static let settings: [Setting<Self>] = [
    .init("rows", \.rows, "rows on which success is measured"),
    .init("loss", \.loss, "how an error counts", allowed: "huber(scale > 0)|squared"),
    .init("movesTarget", \.movesTarget, "whether targets are optimised too"),
    .init("starts", \.starts, "initial rows; the best end wins"),
    .init("tolerance", \.tolerance, "relative gain of a sweep at which a run stops", in: .above(0)),
    .init("sweepLimit", \.sweepLimit, "most sweeps over all rows", in: 1...),
  ]

  /// Rows on which success is measured.
  public var rows = AttackerObjective.Rows.both
  /// Whether targets are optimised as well as features.
  public var movesTarget = true
  /// Initial rows; the best end wins.
  public var starts = [PoisonStart.bFlip]
  /// Relative gain of a sweep at which a run stops.
  public var tolerance = 1e-3
  /// Most sweeps over all rows in one run.
  public var sweepLimit = 40

  /// How an error counts.
  public var loss = AttackerObjective.Loss.huber(scale: 0.1)

  public init() {}

  public func poison(
    _ scenario: PoisoningScenario, count: Int, using random: inout RandomStream
  ) throws -> RegressionData {
    try run(scenario, count: count, region: nil, using: &random)
  }

  /// The attack inside a plausible region, when one is given.
  func run(
    _ scenario: PoisoningScenario, count: Int, region: PlausibleRegion?, using random: inout RandomStream
  ) throws -> RegressionData {
    let limits = RowAscent.Limits(
      feasible: scenario.feasible, movesTarget: movesTarget, targets: .fixed(scenario.targetRange),
      region: region)
    let objective = AttackerObjective(scenario, rows: rows, loss: loss)
    let clean = RawMoments(scenario.training)
    var best: (poison: RegressionData, value: Double)?
    for start in starts {
      var stream = random.child(start.rawValue)
      var poison = try start.draw(scenario, count: count, using: &stream)
      poison.makeFeasible(in: scenario.feasible)
      let end = try ascend(
        poison, PoisonedVictim(scenario, clean: clean, poison: poison), objective: objective,
        limits: limits, using: &stream)
      if end.value > (best?.value ?? -.infinity) { best = end }
    }
    guard let best else { throw PoisoningError.tooFewRows(method: "OptP", needed: 1, found: 0) }
    return best.poison
  }

  /// Sweeps from one start.
  private func ascend(
    _ start: RegressionData, _ victim: PoisonedVictim, objective: AttackerObjective,
    limits: RowAscent.Limits, using random: inout RandomStream
  ) throws -> (poison: RegressionData, value: Double) {
    var (poison, victim) = (start, victim)
    var model = try victim.fit()
    var value = objective.value(model)
    var share = poison.count
    for _ in 0..<sweepLimit {
      var ascent = try RowAscent(
        victim.problem(model, objective: objective), limits: limits)
      var trial = poison
      let order = Array(random.permutation(poison.count).prefix(share))
      let changed = ascent.sweep(&trial, rows: order)
      guard !changed.isEmpty else { break }
      var trialVictim = victim
      trialVictim.replace(poison, with: trial, rows: changed)
      let trialModel = try trialVictim.fit()
      let reached = objective.value(trialModel)
      if reached > value {
        let gain = (reached - value) / value
        (poison, victim, model, value) = (trial, trialVictim, trialModel, reached)
        if gain < tolerance && share == poison.count { break }
        share = min(poison.count, share * 2)
      } else {
        share /= 2
        if share < max(1, poison.count / 16) { break }
      }
    }
    return (poison, value)
  }
}
