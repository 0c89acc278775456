public import Learning
public import LinearAlgebra
public import Methods

/// OptP as published: each row follows its own gradient by a line search, see ``PointwiseSearch``.
///
/// | Parameter | Default | Range | Meaning |
/// | --- | --- | --- | --- |
/// | `rows` | validation | training, validation, both | Rows on which success is measured |
/// | `movesTarget` | true | | Whether targets are optimised as well as features |
/// | `start` | b-flip | ``PoisonStart`` | Initial rows |
/// | `step` | 0.5 | > 0 | First step `η` of a line search |
/// | `shrink` | 0.1 | 0 to 1 | Factor `β` on the step after each gain |
/// | `tolerance` | 1e-3 | > 0 | Change `ε` of the objective at which the search ends |
///
/// - Source: Jagielski et al., "Manipulating Machine Learning", IEEE S&P 2018, section IV and algorithm 1.
public struct PointwiseOptP: PoisoningAttack {
  public static let card = MethodCard(
    id: "optp-pointwise", family: .poisoning, title: "OptP (published search)",
    summary: "OptP as published: one line search per row, all rows moved at once.",
    citation: "Jagielski et al., Manipulating Machine Learning, IEEE S&P 2018",
    needs: "training set (or substitute data), learner and its penalty", taxonomy: .trainingData)

  public static let settings: [Setting<Self>] = [
    .init("rows", \.rows, "rows on which success is measured"),
    .init("movesTarget", \.movesTarget, "whether targets are optimised too"),
    .init("start", \.start, "initial rows"),
    .init("step", \.step, "first step of a line search", in: .above(0)),
    .init("shrink", \.shrink, "factor on the step after each gain", in: 0...1),
    .init("tolerance", \.tolerance, "change of the objective at which the search ends", in: .above(0)),
  ]

  /// Rows on which success is measured.
  public var rows = AttackerObjective.Rows.validation
  /// Whether targets are optimised as well as features.
  public var movesTarget = true
  /// Initial rows.
  public var start = PoisonStart.bFlip
  /// First step `η` of a line search.
  public var step = 0.5
  /// Factor `β` on the step after each gain.
  public var shrink = 0.1
  /// Change `ε` of the objective at which the search ends.
  public var tolerance = 1e-3

  public init() {}

  public func poison(
    _ scenario: PoisoningScenario, count: Int, using random: inout RandomStream
  ) throws -> RegressionData {
    var initial = try start.draw(scenario, count: count, using: &random)
    initial.makeFeasible(in: scenario.feasible)
    let success = AttackerObjective(scenario, rows: rows, loss: .squared)
    let search = PointwiseSearch(
      scenario: scenario, objective: rows == .training ? success.counting(scenario.victim) : success,
      movesTarget: movesTarget, step: step, shrink: shrink, tolerance: tolerance)
    return try search.run(initial)
  }
}
