public import Learning
public import LinearAlgebra
public import Methods

/// The gradient attack of Xiao et al. (2015), the baseline of Jagielski et al. (2018): features only, training
/// loss, mirrored targets at the start.
///
/// - Source: Xiao et al., "Is feature selection secure against training data poisoning?", ICML 2015.
public struct BGD: PoisoningAttack {
  public static let card = MethodCard(
    id: "bgd", family: .poisoning, title: "BGD",
    summary: "Gradient poisoning of features on the training loss, one line search per row.",
    citation: "Xiao et al., Is Feature Selection Secure against Training Data Poisoning?, ICML 2015",
    needs: "training set (or substitute data), learner and its penalty", taxonomy: .trainingData)

  public static let settings: [Setting<Self>] = [
    .init("step", \.step, "first step of a line search", in: .above(0)),
    .init("shrink", \.shrink, "factor on the step after each gain", in: 0...1),
    .init("tolerance", \.tolerance, "change of the objective at which the search ends", in: .above(0)),
  ]

  /// First step of a line search.
  public var step = 0.5
  /// Factor on the step after each gain.
  public var shrink = 0.1
  /// Change of the objective at which the search ends.
  public var tolerance = 1e-3

  public init() {}

  public func poison(
    _ scenario: PoisoningScenario, count: Int, using random: inout RandomStream
  ) throws -> RegressionData {
    var initial = try PoisonStart.invFlip.draw(scenario, count: count, using: &random)
    initial.makeFeasible(in: scenario.feasible)
    let search = PointwiseSearch(
      scenario: scenario,
      objective: AttackerObjective(scenario, rows: .training, loss: .squared).counting(scenario.victim),
      movesTarget: false, step: step, shrink: shrink, tolerance: tolerance)
    return try search.run(initial)
  }
}
