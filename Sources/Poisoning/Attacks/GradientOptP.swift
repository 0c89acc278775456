public import Learning
public import LinearAlgebra
public import Methods
import Tabular

/// OptP by joint projected gradient steps: one factorisation of the poisoned Hessian gives the gradient of all
/// rows, which then move together.
///
/// Each row moves by `step` along its gradient scaled to sup-norm 1 in shares of the ranges and back into the
/// ``FeasibleSet``: numbers are clipped to the box, every group takes its largest levels, as many as clean rows have,
/// targets are moved to the end that their derivative points to. A step that
/// does not raise the objective is halved. Use it where features are continuous and vertices of the box are
/// not wanted; on one-hot data ``OptP`` is stronger.
///
/// - Source: the gradient of Jagielski et al., IEEE S&P 2018, section IV-B, in the joint form of
///   ``PoisonGradient``.
public struct GradientOptP: PoisoningAttack {
  public static let card = MethodCard(
    id: "optp-gradient", family: .poisoning, title: "OptP (joint gradient)",
    summary: "OptP by projected gradient steps on all rows at once, one factorisation a step.",
    citation: "Jagielski et al., Manipulating Machine Learning, IEEE S&P 2018",
    needs: "training set (or substitute data), learner and its penalty", taxonomy: .trainingData)

  public static let settings: [Setting<Self>] = [
    .init("rows", \.rows, "rows on which success is measured"),
    .init("loss", \.loss, "how an error counts", allowed: "huber(scale > 0)|squared"),
    .init("movesTarget", \.movesTarget, "whether targets are optimised too"),
    .init("start", \.start, "initial rows"),
    .init("step", \.step, "first step, in units of the sup-norm of the gradient", in: .above(0)),
    .init("stepLimit", \.stepLimit, "most steps", in: 1...),
  ]

  /// Rows on which success is measured.
  public var rows = AttackerObjective.Rows.both
  /// How an error counts.
  public var loss = AttackerObjective.Loss.huber(scale: 0.1)
  /// Whether targets are optimised as well as features.
  public var movesTarget = true
  /// Initial rows.
  public var start = PoisonStart.bFlip
  /// First step, in units of the sup-norm of the gradient.
  public var step = 1.0
  /// Most steps.
  public var stepLimit = 100

  public init() {}

  public func poison(
    _ scenario: PoisoningScenario, count: Int, using random: inout RandomStream
  ) throws -> RegressionData {
    let objective = AttackerObjective(scenario, rows: rows, loss: loss)
    let clean = RawMoments(scenario.training)
    var poison = try start.draw(scenario, count: count, using: &random)
    poison.makeFeasible(in: scenario.feasible)
    var victim = PoisonedVictim(scenario, clean: clean, poison: poison)
    var model = try victim.fit()
    var value = objective.value(model)
    var length = step
    for _ in 0..<stepLimit where length > step / 1024 {
      let gradient = try PoisonGradient(
        learner: scenario.victim, moments: victim.moments, model: model,
        objectiveGradient: objective.gradient(model))
      let moved = move(poison, along: gradient, by: length, scenario)
      var trial = PoisonedVictim(scenario, clean: clean, poison: moved)
      let trialModel = try trial.fit()
      let reached = objective.value(trialModel)
      if reached > value * (1 + 1e-9) {
        (poison, victim, model, value) = (moved, trial, trialModel, reached)
      } else {
        length /= 2
      }
    }
    return poison
  }

  private func move(
    _ poison: RegressionData, along gradient: PoisonGradient, by length: Double,
    _ scenario: PoisoningScenario
  ) -> RegressionData {
    var result = poison
    let range = scenario.targetRange
    let widths = scenario.space.widths
    for row in 0..<poison.count {
      var features = poison.features.row(row)
      let slope = gradient.at(features, target: poison.target[row])
      // In shares of the ranges, so that units do not decide.
      let shares = zip(slope.features, widths).map { $0 * $1 }
      let size = shares.reduce(0) { max($0, abs($1)) }
      if size > 0 { axpy(length / size, zip(shares, widths).map { $0 * $1 }, into: &features) }
      scenario.feasible.makeFeasible(&features)
      result.features.setRow(row, features)
      if movesTarget && slope.target != 0 {
        result.target[row] = slope.target > 0 ? range.upperBound : range.lowerBound
      }
    }
    return result
  }
}
