public import Learning
public import LinearAlgebra
public import Methods

/// The baseline that every attack must beat: clean rows with a target drawn at random from its range.
public struct RandomRows: PoisoningAttack {
  public static let card = MethodCard(
    id: "random", family: .poisoning, title: "Random targets",
    summary: "Clean rows with a uniformly random target: the baseline of an attacker who knows nothing.",
    citation: "baseline", needs: "some clean rows and the range of the target", taxonomy: .trainingData)

  public init() {}

  public func poison(
    _ scenario: PoisoningScenario, count: Int, using random: inout RandomStream
  ) throws -> RegressionData {
    var result = try PoisonStart.invFlip.draw(scenario, count: count, using: &random)
    let range = scenario.targetRange
    result.target = result.target.map { _ in random.uniform(range.lowerBound, range.upperBound) }
    result.makeFeasible(in: scenario.feasible)
    return result
  }
}
